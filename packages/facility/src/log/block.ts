import { crc32 } from 'node:zlib'
import type { Logged } from './log-port.ts'

/**
 * A block is what one flush made durable: u32 magic, u32 bytes of the body, u32 check of the block
 * before, u32 its own check (CRC-32 of the rest of this head and the body), u32 entries, u32 zero,
 * f64 wall clock in ms, f64 entries before it. The body holds each entry as u16 partition, u32
 * length, bytes. The same bytes that several partitions have one after the other, such as ticks,
 * are there once, under the number `EACH`, with a bit for each of them before the bytes.
 * Little-endian.
 */
export const BLOCK_HEAD = 40

/** Most bytes of a block's body; a longer one is damage. */
const LONGEST_BODY: number = 1 << 26

const MAGIC = 0x314b4c42
const ENTRY_HEAD = 6
const EACH = 0xffff
/** Bytes of the bits that say whose an entry of several partitions is. */
const BITS_BYTES = 33
/** Partitions that there are bits for, and how many make it worth their while. */
const [FEWEST_EACH, MOST_EACH] = [4, 8 * BITS_BYTES]

/** Records of one partition that wait to be committed together. */
export type Waiting = { readonly partition: number; readonly entries: readonly Uint8Array[] }

/** The same, or one entry that each of several partitions has. */
type Written = Waiting & { readonly each?: readonly number[] }

/** What stands before a block. */
export type Before = { readonly check: number; readonly ordinal: number }

/** A block that was read and found whole. */
export type Block = {
  /** Where the next one begins. */
  readonly end: number
  readonly check: number
  readonly count: number
  readonly ordinal: number
  readonly atMs: number
  readonly body: Uint8Array
}

/** Bytes that some records take up in a block at most. */
export function bodyBytes(entries: readonly Uint8Array[]): number {
  let bytes = 0
  for (const entry of entries) bytes += ENTRY_HEAD + entry.length
  return bytes
}

/** Writes a block. */
export function encodeBlock(waiting: readonly Waiting[], before: Before, atMs: number): Buffer {
  let length = 0
  const written = together(waiting)
  for (const { entries, each } of written) {
    length += bodyBytes(entries) + (each === undefined ? 0 : BITS_BYTES)
  }
  const bytes = Buffer.allocUnsafe(BLOCK_HEAD + length)
  let at = BLOCK_HEAD
  let count = 0
  for (const { partition, entries, each } of written) {
    if (each !== undefined) {
      at = writeEach(bytes, at, each, entries[0]!)
      count++
      continue
    }
    for (const entry of entries) {
      bytes.writeUInt16LE(partition, at)
      bytes.writeUInt32LE(entry.length, at + 2)
      bytes.set(entry, at + ENTRY_HEAD)
      at += ENTRY_HEAD + entry.length
    }
    count += entries.length
  }
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(length, 4)
  bytes.writeUInt32LE(before.check, 8)
  bytes.writeUInt32LE(count, 16)
  bytes.writeUInt32LE(0, 20)
  bytes.writeDoubleLE(atMs, 24)
  bytes.writeDoubleLE(before.ordinal, 32)
  bytes.writeUInt32LE(checkOf(bytes), 12)
  return bytes
}

/** The check of an encoded block. */
export function blockCheck(bytes: Buffer): number {
  return bytes.readUInt32LE(12)
}

/** When a block was committed, ms, by its head. */
export function blockMs(head: Buffer): number {
  return head.readDoubleLE(24)
}

/** Reads the block at a place; undefined for anything that is not a whole one. */
export function decodeBlock(bytes: Buffer, at: number): Block | undefined {
  if (bytes.length - at < BLOCK_HEAD || bytes.readUInt32LE(at) !== MAGIC) return undefined
  const length = bytes.readUInt32LE(at + 4)
  const end = at + BLOCK_HEAD + length
  if (length > LONGEST_BODY || end > bytes.length) return undefined
  const block = bytes.subarray(at, end)
  if (checkOf(block) !== block.readUInt32LE(12)) return undefined
  return {
    ...{ end, check: block.readUInt32LE(12), count: block.readUInt32LE(16) },
    ...{ atMs: block.readDoubleLE(24), ordinal: block.readDoubleLE(32) },
    body: block.subarray(BLOCK_HEAD),
  }
}

/** Whether a block follows on what stands before it. */
export function follows(bytes: Buffer, at: number, block: Block, before: Before): boolean {
  return bytes.readUInt32LE(at + 8) === before.check && block.ordinal === before.ordinal
}

/**
 * Whether a whole block stands anywhere behind a place: then what is broken before it was once
 * durable, and is damage rather than a torn tail.
 */
export function laterBlock(bytes: Buffer, from: number): boolean {
  const magic = Buffer.alloc(4)
  magic.writeUInt32LE(MAGIC)
  for (let at = bytes.indexOf(magic, from); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (decodeBlock(bytes, at) !== undefined) return true
  }
  return false
}

/** The entries of a block, numbered within their partitions by `counts`, which goes up. */
export function* entriesOf(block: Block, counts: Map<number, number>): Generator<Logged> {
  const body = Buffer.from(block.body.buffer, block.body.byteOffset, block.body.length)
  for (let at = 0; at < body.length; ) {
    const partition = body.readUInt16LE(at)
    const end = at + ENTRY_HEAD + body.readUInt32LE(at + 2)
    const from = at + ENTRY_HEAD
    const isEach = partition === EACH
    const entry = body.subarray(isEach ? from + BITS_BYTES : from, end)
    for (const one of isEach ? partitionsAt(body, from) : [partition]) {
      const offset = counts.get(one) ?? 0
      counts.set(one, offset + 1)
      yield { partition: one, offset, atMs: block.atMs, entry }
    }
    at = end
  }
}

/**
 * What the same single record of several partitions becomes, where they come one after the other.
 */
function together(waiting: readonly Waiting[]): readonly Written[] {
  const out: Written[] = []
  for (let from = 0; from < waiting.length; ) {
    const each = sameFrom(waiting, from)
    out.push(each.length < FEWEST_EACH ? waiting[from]! : { ...waiting[from]!, each })
    from += each.length < FEWEST_EACH ? 1 : each.length
  }
  return out
}

/** Partitions, each once, whose one record is the same from a place on. */
function sameFrom(waiting: readonly Waiting[], from: number): readonly number[] {
  const { entries, partition } = waiting[from]!
  const each = [partition]
  if (entries.length !== 1 || partition >= MOST_EACH) return each
  for (let at = from + 1; at < waiting.length; at++) {
    const next = waiting[at]!
    const isSame = next.entries.length === 1 && isEqual(next.entries[0]!, entries[0]!)
    if (!isSame || next.partition >= MOST_EACH || each.includes(next.partition)) break
    each.push(next.partition)
  }
  return each
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && Buffer.compare(one, other) === 0
}

/** Writes one entry of several partitions, each named once; returns where it ends. */
function writeEach(bytes: Buffer, at: number, each: readonly number[], entry: Uint8Array): number {
  bytes.writeUInt16LE(EACH, at)
  bytes.writeUInt32LE(BITS_BYTES + entry.length, at + 2)
  const from = at + ENTRY_HEAD
  bytes.fill(0, from, from + BITS_BYTES)
  for (const partition of each) {
    bytes[from + (partition >> 3)]! |= 1 << (partition & 7)
  }
  bytes.set(entry, from + BITS_BYTES)
  return from + BITS_BYTES + entry.length
}

function partitionsAt(body: Buffer, from: number): number[] {
  const found: number[] = []
  for (let partition = 0; partition < MOST_EACH; partition++) {
    if ((body[from + (partition >> 3)]! >> (partition & 7)) & 1) found.push(partition)
  }
  return found
}

function checkOf(block: Buffer): number {
  return crc32(block.subarray(BLOCK_HEAD), crc32(block.subarray(16, BLOCK_HEAD), before(block)))
}

/** The check of the block before goes into this one's, so that blocks are chained. */
function before(block: Buffer): number {
  return crc32(block.subarray(4, 12))
}
