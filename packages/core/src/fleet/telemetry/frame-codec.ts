import { crc32 } from '../../math/crc32.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import type { Mode } from '../../night/governor/mode.ts'
import { FRAME_CHANNELS, type FrameBlock, MOST_FRAMES } from './frame.ts'

/** Why bytes are no block of frames. */
export type FrameCode =
  | 'FRAME_SIZE'
  | 'FRAME_VERSION'
  | 'FRAME_CRC'
  | 'FRAME_FLAGS'
  | 'FRAME_FIELD'
  | 'FRAME_TIME'

/**
 * The head of a block, little-endian: u8 version, u8 flags (bit 0 asleep), u16 n, u32 boot, u32
 * firstSeq, f64 startS, u32 wallOffsetS, u8 mode, u8 consent, u16 release. Then n x (u16 step,
 * 12 x i16), then CRC-32 of all before it.
 */
const HEAD = 28
const FRAME_BYTES = 2 + 2 * FRAME_CHANNELS
const VERSION = 1
const ASLEEP = 1
const MODES: readonly Mode[] = ['natural', 'guidance', 'control']
/** 136 years. */
const LONGEST_BOOT_S = 4294967295
/** Eight bytes by which a number is seen as its bits: a view for each block is half of its cost. */
const EIGHT = new DataView(new ArrayBuffer(8))

/** Most bytes of a block of frames. */
export const LONGEST_BLOCK: number = HEAD + MOST_FRAMES * FRAME_BYTES + 4

/** Bytes of a block of `n` frames. */
export function blockBytes(n: number): number {
  return HEAD + n * FRAME_BYTES + 4
}

/** The bytes of a block; throws on a block that breaks its own bounds. */
export function encodeFrames(block: FrameBlock): Uint8Array<ArrayBuffer> {
  const { stepsDs, values } = block
  const n = stepsDs.length
  const bytes = new Uint8Array(blockBytes(n))
  bytes[0] = VERSION
  bytes[1] = block.asleep ? ASLEEP : 0
  put16(bytes, 2, n)
  put32(bytes, 4, block.boot)
  put32(bytes, 8, block.firstSeq)
  EIGHT.setFloat64(0, block.startS, true)
  put32(bytes, 12, EIGHT.getUint32(0, true))
  put32(bytes, 16, EIGHT.getUint32(4, true))
  put32(bytes, 20, block.wallOffsetS)
  bytes[24] = MODES.indexOf(block.mode)
  bytes[25] = MODES.indexOf(block.consent)
  put16(bytes, 26, block.release)
  for (let i = 0, at = HEAD, k = 0; i < n; i++) {
    put16(bytes, at, stepsDs[i]!)
    at += 2
    for (const next = k + FRAME_CHANNELS; k < next; k++, at += 2) put16(bytes, at, values[k]!)
  }
  put32(bytes, bytes.length - 4, crc32(bytes, 0, 0, bytes.length - 4))
  return bytes
}

/**
 * Whether bytes are a block of frames, without making one: what a front door asks of every message.
 * Undefined when they are, else why not. Rule F11 of SPEC.md.
 */
export function flawOfFrames(bytes: Uint8Array): FrameCode | undefined {
  if (bytes.length < HEAD + FRAME_BYTES + 4 || bytes.length > LONGEST_BLOCK) return 'FRAME_SIZE'
  const n = u16(bytes, 2)
  if (n === 0 || bytes.length !== blockBytes(n)) return 'FRAME_SIZE'
  if (bytes[0] !== VERSION) return 'FRAME_VERSION'
  if (bytes[1]! > ASLEEP) return 'FRAME_FLAGS'
  if (bytes[24]! > 2 || bytes[25]! > 2) return 'FRAME_FIELD'
  if (u32(bytes, 8) + n - 1 > LONGEST_BOOT_S) return 'FRAME_FIELD'
  if (u16(bytes, HEAD) !== 0 || !isTime(bytes)) return 'FRAME_TIME'
  return crc32(bytes, 0, 0, bytes.length - 4) === u32(bytes, bytes.length - 4)
    ? undefined
    : 'FRAME_CRC'
}

/** Boot and sequence numbers of a block that {@link flawOfFrames} found no flaw in. */
export function seqOfFrames(bytes: Uint8Array): {
  readonly boot: number
  readonly firstSeq: number
  readonly n: number
} {
  return { boot: u32(bytes, 4), firstSeq: u32(bytes, 8), n: u16(bytes, 2) }
}

/** Reads a block; never throws. The arrays are copies. */
export function decodeFrames(bytes: Uint8Array): Result<FrameBlock, FrameCode> {
  const flaw = flawOfFrames(bytes)
  if (flaw !== undefined) return fail(flaw, 'block', `${bytes.length} bytes`, 'a block of frames')
  const n = u16(bytes, 2)
  const stepsDs = new Uint16Array(n)
  const values = new Int16Array(n * FRAME_CHANNELS)
  for (let i = 0, at = HEAD, k = 0; i < n; i++) {
    stepsDs[i] = u16(bytes, at)
    at += 2
    for (const next = k + FRAME_CHANNELS; k < next; k++, at += 2) values[k] = u16(bytes, at)
  }
  EIGHT.setUint32(0, u32(bytes, 12), true)
  EIGHT.setUint32(4, u32(bytes, 16), true)
  return ok({
    boot: u32(bytes, 4),
    firstSeq: u32(bytes, 8),
    startS: EIGHT.getFloat64(0, true),
    wallOffsetS: u32(bytes, 20),
    mode: MODES[bytes[24]!]!,
    consent: MODES[bytes[25]!]!,
    release: u16(bytes, 26),
    asleep: bytes[1] === ASLEEP,
    stepsDs,
    values,
  })
}

/** Whether `startS` is 0 to 2^32 - 1, seen from the bits of the number without a view. */
function isTime(bytes: Uint8Array): boolean {
  const low = u32(bytes, 12)
  const high = u32(bytes, 16)
  // 0x41efffff_ffe00000 is 2^32 - 1; a negative zero is one that is allowed.
  return (
    high < 0x41efffff ||
    (high === 0x41efffff && low <= 0xffe00000) ||
    (high === 0x80000000 && low === 0)
  )
}

function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}

function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0
}

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 255
  bytes[at + 1] = (value >> 8) & 255
}

function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value)
  put16(bytes, at + 2, value >>> 16)
}
