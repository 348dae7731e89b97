import { crc32 } from '../../math/crc32.ts'
import { crc32Flips } from '../../math/crc32-flip.ts'
import { CHAIN_BYTES, CRC_BYTES, chainOf, crcAt } from './frame.ts'

/** A place in a box where the bytes are not those that were written. */
export type BoxDamage = {
  /**
   * `byte`: one byte, found by its CRC-32, proven by SHA-256 and read as it was; `block`: some
   * bytes among these; `altered`: the CRC-32 fits and the chain does not, which chance cannot do;
   * `order`: a segment that does not follow the one before; `torn`: the end is missing.
   */
  readonly what: 'byte' | 'block' | 'altered' | 'order' | 'torn'
  /** Name of the source, and bytes from its start. */
  readonly source: string
  readonly offset: number
  readonly bytes: number
  /** First record of those concerned, counted from 0, and how many; 0 where it is not known. */
  readonly record: number
  readonly records: number
  /** For one byte: what was written and what stands there. */
  readonly was?: number
  readonly is?: number
}

/** One byte of a piece of file: where, what it should be, what it is. */
export type WrongByte = { readonly at: number; readonly was: number; readonly is: number }

/**
 * Finds the one wrong byte of bytes whose CRC-32 follows them (`bytes` ends with it) and sets it
 * right there. `proves` is asked of every candidate, most have one. Undefined, and nothing changed,
 * when nothing is wrong or more than a byte.
 */
export function mendByte(bytes: Uint8Array, proves: () => boolean): WrongByte | undefined {
  const length = bytes.length - CRC_BYTES
  const difference = (crc32(bytes.subarray(0, length)) ^ crcAt(bytes, length)) >>> 0
  const candidates = crc32Flips(length, difference)
  for (let k = 0; k < CRC_BYTES; k++) {
    // The CRC itself may hold the wrong byte.
    const xor = (difference >>> (8 * k)) & 0xff
    if (xor !== 0 && (xor << (8 * k)) >>> 0 === difference) candidates.push({ at: length + k, xor })
  }
  for (const { at, xor } of candidates) {
    const is = bytes[at]!
    bytes[at] = is ^ xor
    if (proves()) return { at, was: is ^ xor, is }
    bytes[at] = is
  }
  return undefined
}

/** True when the CRC-32 at the end of the bytes is theirs. */
export function crcFits(bytes: Uint8Array): boolean {
  const length = bytes.length - CRC_BYTES
  return crc32(bytes.subarray(0, length)) === crcAt(bytes, length)
}

/**
 * Compares the chain after the bytes with the one that is due: undefined when equal, the wrong byte
 * (set right) when one differs, `altered` when more do.
 */
export function mendChain(
  hashed: Uint8Array,
  stored: Uint8Array,
): WrongByte | 'altered' | undefined {
  const due = chainOf(hashed)
  const wrong: WrongByte[] = []
  for (let at = 0; at < CHAIN_BYTES; at++) {
    if (due[at] !== stored[at]) wrong.push({ at, was: due[at]!, is: stored[at]! })
  }
  if (wrong.length > 1) return 'altered'
  stored.set(due)
  return wrong[0]
}
