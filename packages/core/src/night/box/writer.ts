import { assert } from '../../math/assert.ts'
import { BodySink } from './body.ts'
import type { BoxEnd } from './box-end.ts'
import { BOX_VERSION, blockBytes, CHAIN_BYTES, segmentBytes } from './frame.ts'
import type { BoxRecord, Lattice } from './record.ts'

/** How a box is cut; every part may be left out. */
export type BoxWriterOptions = {
  /** Per channel, how its samples were made; their floats are kept as they are unless it is known. */
  readonly lattices?: readonly (Lattice | undefined)[]
  /** Device time that a block covers, ms: what a crash can cost. 1000 unless said. */
  readonly blockMs?: number
  /** Bytes after which a new segment begins; 64 MiB unless said. */
  readonly segmentBytes?: number
  /** Device time after which a new segment begins, ms; a day unless said. */
  readonly segmentMs?: number
  /** Where the box stands that is written on: in a new segment. A new box unless said. */
  readonly after?: BoxEnd
}

/** Bytes to be added to a segment of a box, and to be made durable together. */
export type BoxPiece = {
  /** Number of the segment: 0, 1, 2 ... */
  readonly segment: number
  /** A block, with the segment's head before it where it is the first of its segment. */
  readonly bytes: Uint8Array
  /** Records of the whole box that are durable when these bytes are. */
  readonly records: number
}

/** Bytes that may wait in a block, about. */
const MOST_WAITING_BYTES = 1 << 20
const MOST_AT_MS = 0xffffffff

/**
 * Turns the records of a night into the bytes of its black box. Records are gathered into blocks of
 * a second, each compressed, checked (CRC-32) and chained (SHA-256) as one: a check for every
 * record would cost a third of the file, and a crash takes whole writes anyway. A block begins at
 * an input, so that no input is ever kept without what it caused; after a command or a person's
 * word the next input begins one. Where blocks are cut depends on the records alone: the same night
 * gives the same bytes.
 */
export class BoxWriter {
  private readonly options: Required<Omit<BoxWriterOptions, 'after'>>
  private readonly body = new BodySink()
  private readonly pieces: BoxPiece[] = []
  private chain: Uint8Array = new Uint8Array(CHAIN_BYTES)
  private segment = -1
  private segmentSize = 0
  private segmentFromMs = 0
  private atMs = 0
  private blockFromMs = 0
  private cutRecords = 0
  private pressing = false

  constructor(options: BoxWriterOptions = {}) {
    this.options = {
      lattices: options.lattices ?? [],
      blockMs: options.blockMs ?? 1000,
      segmentBytes: options.segmentBytes ?? 1 << 26,
      segmentMs: options.segmentMs ?? 86_400_000,
    }
    const { after } = options
    if (after === undefined) return
    this.chain = after.chain
    this.cutRecords = after.records
    this.segment = after.segments - 1
    this.segmentSize = Number.POSITIVE_INFINITY
  }

  /** Records so far: the number of the next one. */
  get records(): number {
    return this.cutRecords + this.body.records
  }

  /** Takes a record, and copies what it needs; returns how many the box has with it. */
  append(record: BoxRecord): number {
    const atMs = deviceTimeOf(record)
    if (record.kind !== 'event' && this.isFull(record, atMs ?? this.atMs)) this.cut()
    if (atMs !== undefined) {
      assert(
        Number.isInteger(atMs) && atMs >= 0 && atMs <= MOST_AT_MS,
        `device time ${atMs}, expected whole ms from 0 to ${MOST_AT_MS}`,
      )
      this.atMs = atMs
    }
    if (this.body.records === 0) this.blockFromMs = this.atMs
    this.body.append(record)
    this.pressing ||= isPressing(record)
    if (record.kind === 'end') this.cut()
    return this.records
  }

  /** Ends the block that is being filled, so that its records can be made durable now. */
  cut(): void {
    if (this.body.records === 0) return
    const records = this.body.records
    const head = this.segmentHeadIfDue()
    const frame = { recordsBefore: this.cutRecords, records, atMs: this.atMs }
    const block = blockBytes(this.body.taken(this.options.lattices), frame, this.chain)
    this.chain = block.slice(block.length - CHAIN_BYTES)
    this.pressing = false
    this.cutRecords += records
    const bytes = new Uint8Array(head.length + block.length)
    bytes.set(head)
    bytes.set(block, head.length)
    this.segmentSize += bytes.length
    this.pieces.push({ segment: this.segment, bytes, records: this.cutRecords })
  }

  /** The finished pieces since the last call, in order. */
  taken(): BoxPiece[] {
    return this.pieces.splice(0)
  }

  private isFull(record: BoxRecord, atMs: number): boolean {
    const { blockMs } = this.options
    const later = Math.floor(atMs / blockMs) !== Math.floor(this.blockFromMs / blockMs)
    const samples = record.kind === 'input' && record.input.kind === 'samples' && record.input
    return (
      later ||
      this.pressing ||
      this.body.size > MOST_WAITING_BYTES ||
      (samples !== false && !this.body.fits(samples.columns.length))
    )
  }

  private segmentHeadIfDue(): Uint8Array {
    const { segmentBytes: mostBytes, segmentMs } = this.options
    const old = this.blockFromMs - this.segmentFromMs >= segmentMs
    if (this.segment >= 0 && this.segmentSize < mostBytes && !old) return new Uint8Array(0)
    this.segment++
    this.segmentSize = 0
    this.segmentFromMs = this.blockFromMs
    const head = segmentBytes({
      version: BOX_VERSION,
      number: this.segment,
      recordsBefore: this.cutRecords,
      chainBefore: this.chain,
    })
    this.chain = head.slice(head.length - CHAIN_BYTES)
    return head
  }
}

/** What a crash must cost least: a command, and what a person said. The arm changes none of it. */
function isPressing(record: BoxRecord): boolean {
  if (record.kind === 'event') return record.event.kind === 'command'
  return record.kind === 'input' && /^(stop|mode|consent|revoke|limits)$/.test(record.input.kind)
}

/** Device time of a record, ms; unknown for those that carry none of their own. */
function deviceTimeOf(record: BoxRecord): number | undefined {
  if (record.kind === 'input') return record.input.atMs
  if (record.kind === 'note' || record.kind === 'restart' || record.kind === 'end') {
    return record.atMs
  }
  return undefined
}
