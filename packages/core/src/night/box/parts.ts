import { fail, type Problem } from '../../math/result.ts'
import type { ByteSource } from '../../signal/source.ts'
import { ByteWindow } from './byte-window.ts'
import { type BoxDamage, crcFits, mendByte, mendChain, type WrongByte } from './damage.ts'
import {
  BLOCK_FRAME_BYTES,
  BLOCK_HEAD_BYTES,
  BLOCK_MAGIC,
  type BlockHead,
  BOX_VERSION,
  blockHead,
  CHAIN_BYTES,
  CRC_BYTES,
  chainOf,
  MOST_BODY_BYTES,
  SEGMENT_HEAD_BYTES,
  SEGMENT_MAGIC,
  segmentHead,
} from './frame.ts'

/** Why bytes are no box that can be read. */
export type BoxCode = 'BOX_MAGIC' | 'BOX_VERSION'

/** One thing found while a box is read from its start. */
export type BoxPart =
  /** The head of a segment: its bytes, mended. */
  | { readonly kind: 'segment'; readonly bytes: Uint8Array; readonly number: number }
  /** A sound (or mended) block: all its bytes, its body among them, and its chain at their end. */
  | {
      readonly kind: 'block'
      readonly head: BlockHead
      readonly bytes: Uint8Array
      readonly body: Uint8Array
      readonly chain: Uint8Array
      readonly source: string
      readonly offset: number
    }
  | { readonly kind: 'damage'; readonly damage: BoxDamage }
  /** Not a box, or of another version: nothing more comes. */
  | { readonly kind: 'problem'; readonly problem: Problem<BoxCode> }

/** Where reading stands: the chain and the number of what comes next. */
type Standing = { chain: Uint8Array; records: number; segment: number }
type Step = { readonly parts: readonly BoxPart[]; readonly next: number }
type Head = {
  readonly kind: 'segment' | 'block'
  readonly bytes: Uint8Array
  readonly wrong?: WrongByte
}

const SEGMENT_BYTES = SEGMENT_HEAD_BYTES + CHAIN_BYTES

/**
 * Reads the segments of a box in order (a source may hold several), checks every byte and tells
 * what is there and what is damaged. One wrong byte in a block is located and set right; where more
 * are wrong the block is told as damage and reading goes on with the next. Memory is that of one
 * block (at most 16 MiB). Rejects when a medium fails.
 */
export async function* boxParts(sources: readonly ByteSource[]): AsyncGenerator<BoxPart> {
  const standing: Standing = { chain: new Uint8Array(CHAIN_BYTES), records: 0, segment: 0 }
  for (const source of sources) {
    const window = new ByteWindow(source)
    for (let at = 0; at < source.size; ) {
      const step = await stepAt(window, at, standing)
      for (const part of step.parts) {
        yield part
        if (part.kind === 'problem') return
      }
      at = step.next
    }
  }
}

async function stepAt(window: ByteWindow, at: number, standing: Standing): Promise<Step> {
  const head = headOf(await window.read(at, SEGMENT_HEAD_BYTES))
  if (head?.kind === 'segment') return segmentStep(window, at, head, standing)
  if (head?.kind === 'block' && at > 0) return blockStep(window, at, head, standing)
  return lostStep(window, at, standing)
}

/** The head that these bytes are, one wrong byte mended. */
function headOf(bytes: Uint8Array): Head | undefined {
  const kinds = [
    ['block', BLOCK_HEAD_BYTES, BLOCK_MAGIC],
    ['segment', SEGMENT_HEAD_BYTES, SEGMENT_MAGIC],
  ] as const
  for (const [kind, length, magic] of kinds) {
    const head = bytes.slice(0, length)
    if (head.length === length && begins(head, magic) && crcFits(head)) return { kind, bytes: head }
  }
  for (const [kind, length, magic] of kinds) {
    const head = bytes.slice(0, length)
    if (head.length < length) continue
    const wrong = mendByte(head, () => begins(head, magic))
    if (wrong) return { kind, bytes: head, wrong }
  }
  return undefined
}

function begins(bytes: Uint8Array, magic: Uint8Array): boolean {
  return magic.every((byte, k) => bytes[k] === byte)
}

async function segmentStep(
  window: ByteWindow,
  at: number,
  head: Head,
  standing: Standing,
): Promise<Step> {
  const { name, size } = window.source
  const { version, number, recordsBefore, chainBefore } = segmentHead(head.bytes)
  if (version !== BOX_VERSION) {
    const expected = `version ${BOX_VERSION}`
    const problem = fail('BOX_VERSION', `${name}, byte ${at + 12}`, `version ${version}`, expected)
    return { parts: [{ kind: 'problem', problem: problem.problem }], next: size }
  }
  if (at + SEGMENT_BYTES > size) return tornStep(window, at, standing)
  const bytes = await window.read(at, SEGMENT_BYTES)
  bytes.set(head.bytes)
  const place = { source: name, record: recordsBefore, records: 0 }
  const damages: BoxDamage[] = head.wrong ? [wrongByte(place, at, head.wrong)] : []
  const chain = bytes.subarray(SEGMENT_HEAD_BYTES)
  const wrong = mendChain(bytes.subarray(0, SEGMENT_HEAD_BYTES), chain)
  if (wrong === 'altered') {
    damages.push({ ...place, what: 'altered', offset: at, bytes: SEGMENT_BYTES })
  } else if (wrong) damages.push(wrongByte(place, at + SEGMENT_HEAD_BYTES, wrong))
  const follows = number === standing.segment && recordsBefore === standing.records
  if (!follows || !begins(chainBefore, standing.chain)) {
    const records = Math.max(0, recordsBefore - standing.records)
    const missing = { source: name, record: standing.records, records }
    damages.push({ ...missing, what: 'order', offset: at, bytes: SEGMENT_BYTES })
  }
  standing.chain = chain.slice()
  standing.records = recordsBefore
  standing.segment = number + 1
  const parts = [...damages.map(damaged), { kind: 'segment', bytes, number } as const]
  return { parts, next: at + SEGMENT_BYTES }
}

async function blockStep(
  window: ByteWindow,
  at: number,
  head: Head,
  standing: Standing,
): Promise<Step> {
  const { name: source, size } = window.source
  const said = blockHead(head.bytes)
  const length = BLOCK_FRAME_BYTES + said.bodyBytes
  if (said.bodyBytes > MOST_BODY_BYTES) return lostStep(window, at, standing)
  if (at + length > size) return tornStep(window, at, standing)
  const joined = new Uint8Array(CHAIN_BYTES + length)
  joined.set(standing.chain)
  joined.set(await window.read(at, length), CHAIN_BYTES)
  joined.set(head.bytes, CHAIN_BYTES)
  const block = joined.subarray(CHAIN_BYTES)
  const place = { source, record: said.recordsBefore, records: said.records }
  const damages: BoxDamage[] = head.wrong ? [wrongByte(place, at, head.wrong)] : []
  if (said.recordsBefore !== standing.records) {
    damages.push({ ...place, what: 'order', offset: at, bytes: length })
  }
  const wrong = mendedBody(joined, said.bodyBytes)
  const sound = typeof wrong !== 'string'
  if (!sound) {
    const last = wrong === 'block' && at + length === size
    damages.push({ ...place, what: last ? 'torn' : wrong, offset: at, bytes: length })
  } else if (wrong) damages.push(wrongByte(place, at, wrong))
  const chain = block.slice(length - CHAIN_BYTES)
  standing.chain = chain
  standing.records = said.recordsBefore + said.records
  const body = block.subarray(BLOCK_HEAD_BYTES, BLOCK_HEAD_BYTES + said.bodyBytes)
  const whole = {
    kind: 'block',
    head: said,
    bytes: block,
    body,
    chain,
    source,
    offset: at,
  } as const
  return { parts: [...damages.map(damaged), ...(sound ? [whole] : [])], next: at + length }
}

/** Checks a block that stands after the chain before it; mends one wrong byte, counted from it. */
function mendedBody(
  joined: Uint8Array,
  bodyBytes: number,
): WrongByte | 'block' | 'altered' | undefined {
  const block = joined.subarray(CHAIN_BYTES)
  const end = BLOCK_HEAD_BYTES + bodyBytes + CRC_BYTES
  const hashed = joined.subarray(0, CHAIN_BYTES + end)
  const stored = block.subarray(end)
  const checked = block.subarray(BLOCK_HEAD_BYTES, end)
  if (!crcFits(checked)) {
    const wrong = mendByte(checked, () => begins(stored, chainOf(hashed)))
    return wrong ? { ...wrong, at: wrong.at + BLOCK_HEAD_BYTES } : 'block'
  }
  const wrong = mendChain(hashed, stored)
  return typeof wrong === 'object' ? { ...wrong, at: wrong.at + end } : wrong
}

/** No head here: goes on where one is found again, or tells that the end is missing. */
async function lostStep(window: ByteWindow, at: number, standing: Standing): Promise<Step> {
  const { name, size } = window.source
  const next = await nextHead(window, at + 1)
  if (next === undefined) {
    const start = await window.read(0, SEGMENT_MAGIC.length)
    if (at > 0 || begins(start, SEGMENT_MAGIC.subarray(0, size))) {
      return tornStep(window, at, standing)
    }
    const got = JSON.stringify(String.fromCharCode(...start))
    const problem = fail('BOX_MAGIC', `${name}, byte 0`, got, 'a black box (its magic bytes)')
    return { parts: [{ kind: 'problem', problem: problem.problem }], next: size }
  }
  const found = headOf(await window.read(next, SEGMENT_HEAD_BYTES))!
  const { recordsBefore } =
    found.kind === 'block' ? blockHead(found.bytes) : segmentHead(found.bytes)
  const records = Math.max(0, recordsBefore - standing.records)
  const place = { source: name, record: standing.records, records }
  // Every block, and every head of a segment, ends with its chain: the one before stands there.
  standing.chain = await window.read(next - CHAIN_BYTES, CHAIN_BYTES)
  standing.records = recordsBefore
  if (found.kind === 'segment') standing.segment = segmentHead(found.bytes).number
  return { parts: [damaged({ ...place, what: 'block', offset: at, bytes: next - at })], next }
}

/** The next place, at least a chain after the start, where a sound head stands. */
async function nextHead(window: ByteWindow, from: number): Promise<number | undefined> {
  const blocks = await nextOf(window, BLOCK_MAGIC, Math.max(from, CHAIN_BYTES))
  const segments = await nextOf(window, SEGMENT_MAGIC, Math.max(from, CHAIN_BYTES))
  return blocks === undefined || segments === undefined
    ? (blocks ?? segments)
    : Math.min(blocks, segments)
}

async function nextOf(
  window: ByteWindow,
  magic: Uint8Array,
  from: number,
): Promise<number | undefined> {
  let at = await window.find(magic, from)
  while (at !== undefined) {
    const head = headOf(await window.read(at, SEGMENT_HEAD_BYTES))
    if (head !== undefined && head.wrong === undefined) return at
    at = await window.find(magic, at + 1)
  }
  return undefined
}

function tornStep(window: ByteWindow, at: number, standing: Standing): Step {
  const { name: source, size } = window.source
  const place = { source, record: standing.records, records: 0 }
  return { parts: [damaged({ ...place, what: 'torn', offset: at, bytes: size - at })], next: size }
}

function wrongByte(
  place: Pick<BoxDamage, 'source' | 'record' | 'records'>,
  from: number,
  { at, was, is }: WrongByte,
): BoxDamage {
  return { ...place, what: 'byte', offset: from + at, bytes: 1, was, is }
}

function damaged(damage: BoxDamage): BoxPart {
  return { kind: 'damage', damage }
}
