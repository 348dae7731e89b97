import { crc32 } from '../../math/crc32.ts'
import { sha256 } from '../../math/sha256.ts'

/** Version of the format that this code writes, and the only one it reads. */
export const BOX_VERSION = 1

/**
 * First bytes of a segment: a byte above 127, the name, and line ends of three kinds, so that a
 * transfer as text is seen at once.
 */
export const SEGMENT_MAGIC: Uint8Array<ArrayBuffer> = Uint8Array.from([
  0x89, 0x4e, 0x4f, 0x43, 0x54, 0x42, 0x4f, 0x58, 0x0d, 0x0a, 0x1a, 0x0a,
])
/** First bytes of a block: `NBLK`. */
export const BLOCK_MAGIC: Uint8Array<ArrayBuffer> = Uint8Array.from([0x4e, 0x42, 0x4c, 0x4b])

/** Bytes of a SHA-256. */
export const CHAIN_BYTES = 32
/** Bytes of a CRC-32. */
export const CRC_BYTES = 4

/**
 * A segment begins with: magic 12, version u16, zero u16, number u32, records before it f64, chain
 * before it 32, CRC-32 of these u32; then the SHA-256 of all that.
 */
export const SEGMENT_HEAD_BYTES = 64
const SEGMENT_CRC_AT = 60

/**
 * A block begins with: magic 4, bytes of its body u32, records before it f64, records in it u32,
 * device time of its last input u32 (ms), CRC-32 of these u32. The body and its CRC-32 follow, then
 * the chain: SHA-256 of the chain before, the head, the body and its CRC-32.
 */
export const BLOCK_HEAD_BYTES = 28
const BLOCK_CRC_AT = 24

/** Bytes of a block beside its body. */
export const BLOCK_FRAME_BYTES: number = BLOCK_HEAD_BYTES + CRC_BYTES + CHAIN_BYTES

/** Largest body that is written or read: memory is bounded whatever a file says. */
export const MOST_BODY_BYTES: number = 1 << 24

/** What a segment's head says. */
export type SegmentHead = {
  readonly version: number
  /** 0, 1, 2 ... of one box. */
  readonly number: number
  /** Records in the segments before. */
  readonly recordsBefore: number
  /** The chain at the end of the segment before; zeros for the first. */
  readonly chainBefore: Uint8Array
}

/** What a block's head says. */
export type BlockHead = {
  readonly bodyBytes: number
  readonly recordsBefore: number
  readonly records: number
  readonly atMs: number
}

/** The first bytes of a segment, its own chain at their end. */
export function segmentBytes(head: SegmentHead): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEAD_BYTES + CHAIN_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(SEGMENT_MAGIC)
  view.setUint16(12, head.version, true)
  view.setUint32(16, head.number, true)
  view.setFloat64(20, head.recordsBefore, true)
  bytes.set(head.chainBefore, 28)
  view.setUint32(SEGMENT_CRC_AT, crc32(bytes.subarray(0, SEGMENT_CRC_AT)), true)
  bytes.set(chainOf(bytes.subarray(0, SEGMENT_HEAD_BYTES)), SEGMENT_HEAD_BYTES)
  return bytes
}

/** A block around a body, chained to the one before. */
export function blockBytes(
  body: Uint8Array,
  head: Omit<BlockHead, 'bodyBytes'>,
  chainBefore: Uint8Array,
): Uint8Array {
  // The chain before stands in front while it is hashed, as it does in the file.
  const bytes = new Uint8Array(CHAIN_BYTES + BLOCK_FRAME_BYTES + body.length)
  bytes.set(chainBefore)
  const block = bytes.subarray(CHAIN_BYTES)
  const view = new DataView(block.buffer, block.byteOffset)
  block.set(BLOCK_MAGIC)
  view.setUint32(4, body.length, true)
  view.setFloat64(8, head.recordsBefore, true)
  view.setUint32(16, head.records, true)
  view.setUint32(20, head.atMs, true)
  view.setUint32(BLOCK_CRC_AT, crc32(block.subarray(0, BLOCK_CRC_AT)), true)
  block.set(body, BLOCK_HEAD_BYTES)
  const end = BLOCK_HEAD_BYTES + body.length
  view.setUint32(end, crc32(body), true)
  block.set(chainOf(bytes.subarray(0, CHAIN_BYTES + end + CRC_BYTES)), end + CRC_BYTES)
  return block
}

/** Reads a segment's head; its CRC-32 is for the caller to check. `bytes` are 64 of them. */
export function segmentHead(bytes: Uint8Array): SegmentHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return {
    version: view.getUint16(12, true),
    number: view.getUint32(16, true),
    recordsBefore: view.getFloat64(20, true),
    chainBefore: bytes.slice(28, SEGMENT_CRC_AT),
  }
}

/** Reads a block's head; its CRC-32 is for the caller to check. `bytes` are 28 of them. */
export function blockHead(bytes: Uint8Array): BlockHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return {
    bodyBytes: view.getUint32(4, true),
    recordsBefore: view.getFloat64(8, true),
    records: view.getUint32(16, true),
    atMs: view.getUint32(20, true),
  }
}

/** A little-endian CRC-32 as it stands in the bytes. */
export function crcAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true)
}

/** SHA-256 as 32 bytes. */
export function chainOf(bytes: Uint8Array): Uint8Array {
  const hex = sha256(bytes)
  return Uint8Array.from({ length: CHAIN_BYTES }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  )
}
