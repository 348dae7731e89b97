import { crc32 } from 'node:zlib'
import { type Before, type Block, decodeBlock, follows, laterBlock } from './block.ts'

/** What a segment's head says: how long every partition was before it, its sparse index. */
export type SegmentHead = Before & { readonly counts: ReadonlyMap<number, number> }

const MAGIC = 'NOCTLOG\n'
const VERSION = 1
const FIXED = 8 + 4 + 4 + 8 + 4
const ROW = 10

/** Bytes of a segment's head: magic, version, check before, ordinal, rows of counts, CRC-32. */
export function encodeHead({ check, ordinal, counts }: SegmentHead): Buffer {
  const bytes = Buffer.alloc(FIXED + ROW * counts.size + 4)
  bytes.write(MAGIC, 'latin1')
  bytes.writeUInt32LE(VERSION, 8)
  bytes.writeUInt32LE(check, 12)
  bytes.writeDoubleLE(ordinal, 16)
  bytes.writeUInt32LE(counts.size, 24)
  let at = FIXED
  for (const [partition, count] of counts) {
    bytes.writeUInt16LE(partition, at)
    bytes.writeDoubleLE(count, at + 2)
    at += ROW
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(0, at)), at)
  return bytes
}

/** Reads a head; undefined where it is cut short or broken. `end` is where the blocks begin. */
export function decodeHead(
  bytes: Buffer,
): { readonly head: SegmentHead; readonly end: number } | undefined {
  if (bytes.length < FIXED || bytes.toString('latin1', 0, 8) !== MAGIC) return undefined
  if (bytes.readUInt32LE(8) !== VERSION) return undefined
  const end = FIXED + ROW * bytes.readUInt32LE(24)
  if (bytes.length < end + 4 || bytes.readUInt32LE(end) !== crc32(bytes.subarray(0, end))) {
    return undefined
  }
  const counts = new Map<number, number>()
  for (let at = FIXED; at < end; at += ROW) {
    counts.set(bytes.readUInt16LE(at), bytes.readDoubleLE(at + 2))
  }
  const head = { check: bytes.readUInt32LE(12), ordinal: bytes.readDoubleLE(16), counts }
  return { head, end: end + 4 }
}

/** Longest head, of 4096 partitions: what is read of a segment to know it. */
export const LONGEST_HEAD: number = FIXED + ROW * 4096 + 4

/** The blocks of a segment, and where the last whole one ends. */
export type SegmentBlocks = {
  readonly blocks: readonly Block[]
  readonly end: number
  /** Whether a whole block stands behind what is broken. */
  readonly damaged: boolean
}

/** Reads the blocks of a segment's bytes, from the end of its head. */
export function blocksOf(bytes: Buffer, from: number, head: Before): SegmentBlocks {
  const blocks: Block[] = []
  let before = head
  let at = from
  while (at < bytes.length) {
    const block = decodeBlock(bytes, at)
    if (block === undefined || !follows(bytes, at, block, before)) break
    blocks.push(block)
    before = { check: block.check, ordinal: block.ordinal + block.count }
    at = block.end
  }
  return { blocks, end: at, damaged: at < bytes.length && laterBlock(bytes, at + 1) }
}
