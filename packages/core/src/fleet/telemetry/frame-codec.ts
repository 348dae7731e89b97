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

/** Most bytes of a block of frames. */
export const LONGEST_BLOCK: number = HEAD + MOST_FRAMES * FRAME_BYTES + 4

/** Bytes of a block of `n` frames. */
export function blockBytes(n: number): number {
  return HEAD + n * FRAME_BYTES + 4
}

/** The bytes of a block; throws on a block that breaks its own bounds. */
export function encodeFrames(block: FrameBlock): Uint8Array<ArrayBuffer> {
  const n = block.stepsDs.length
  const bytes = new Uint8Array(blockBytes(n))
  const view = new DataView(bytes.buffer)
  view.setUint8(0, VERSION)
  view.setUint8(1, block.asleep ? ASLEEP : 0)
  view.setUint16(2, n, true)
  view.setUint32(4, block.boot, true)
  view.setUint32(8, block.firstSeq, true)
  view.setFloat64(12, block.startS, true)
  view.setUint32(20, block.wallOffsetS, true)
  view.setUint8(24, MODES.indexOf(block.mode))
  view.setUint8(25, MODES.indexOf(block.consent))
  view.setUint16(26, block.release, true)
  for (let i = 0, at = HEAD; i < n; i++, at += FRAME_BYTES) {
    view.setUint16(at, block.stepsDs[i]!, true)
    for (let k = 0; k < FRAME_CHANNELS; k++) {
      view.setInt16(at + 2 + 2 * k, block.values[i * FRAME_CHANNELS + k]!, true)
    }
  }
  view.setUint32(bytes.length - 4, crc32(bytes, 0, 0, bytes.length - 4), true)
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
  const view = viewOf(bytes)
  const { boot, firstSeq, n } = seqOfFrames(bytes)
  const stepsDs = new Uint16Array(n)
  const values = new Int16Array(n * FRAME_CHANNELS)
  for (let i = 0, at = HEAD; i < n; i++, at += FRAME_BYTES) {
    stepsDs[i] = view.getUint16(at, true)
    for (let k = 0; k < FRAME_CHANNELS; k++) {
      values[i * FRAME_CHANNELS + k] = view.getInt16(at + 2 + 2 * k, true)
    }
  }
  return ok({
    ...{ boot, firstSeq, startS: view.getFloat64(12, true) },
    wallOffsetS: view.getUint32(20, true),
    ...{ mode: MODES[bytes[24]!]!, consent: MODES[bytes[25]!]! },
    ...{ release: view.getUint16(26, true), asleep: bytes[1] === ASLEEP, stepsDs, values },
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

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}

function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0
}
