import { CRC32_TABLE } from './crc32.ts'

/** One changed byte: `xor` turns what is into what was. */
export type ByteFlip = { readonly at: number; readonly xor: number }

/** The byte whose table entry has this top byte: each top byte occurs once. */
const BYTE_OF_TOP = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) BYTE_OF_TOP[CRC32_TABLE[byte]! >>> 24] = byte

/**
 * Every single byte of `length` bytes whose change turns one CRC-32 into another; `difference` is
 * the exclusive or of the two. A CRC is linear, so the difference that a byte makes, run backwards
 * over the bytes that follow it, is one entry of the table. For n bytes a wrong candidate turns up
 * about once in 2^32 / 255 n cases: prove a candidate by another hash.
 */
export function crc32Flips(length: number, difference: number): ByteFlip[] {
  const flips: ByteFlip[] = []
  let rest = difference >>> 0
  for (let at = length - 1; at >= 0 && rest !== 0; at--) {
    const byte = BYTE_OF_TOP[rest >>> 24]!
    const entry = CRC32_TABLE[byte]!
    if (entry === rest) flips.push({ at, xor: byte })
    rest = (((rest ^ entry) << 8) | byte) >>> 0
  }
  return flips
}
