/** What a byte adds to a CRC-32. */
export const CRC32_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index
  for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** What a byte adds when k bytes follow it, k = 0 .. 7: eight bytes are summed in one step. */
const SLICES: Uint32Array = new Uint32Array(8 * 256)
SLICES.set(CRC32_TABLE)
for (let i = 256; i < SLICES.length; i++) {
  const after = SLICES[i - 256]!
  SLICES[i] = CRC32_TABLE[after & 0xff]! ^ (after >>> 8)
}

/**
 * CRC-32 of `bytes` from `from` to before `to`, 0 .. 2^32 - 1, as PNG, gzip and zip keep it;
 * `before` is that of the bytes before these, so that a stream can be summed in pieces. Sources:
 * ISO 3309; eight bytes at a time by Kounavis and Berry 2008, doi:10.1109/TC.2008.85.
 */
export function crc32(bytes: Uint8Array, before = 0, from = 0, to: number = bytes.length): number {
  let crc = ~before
  let i = from
  for (; i + 8 <= to; i += 8) {
    const low =
      crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
    crc =
      SLICES[1792 + (low & 0xff)]! ^
      SLICES[1536 + ((low >>> 8) & 0xff)]! ^
      SLICES[1280 + ((low >>> 16) & 0xff)]! ^
      SLICES[1024 + (low >>> 24)]! ^
      SLICES[768 + bytes[i + 4]!]! ^
      SLICES[512 + bytes[i + 5]!]! ^
      SLICES[256 + bytes[i + 6]!]! ^
      SLICES[bytes[i + 7]!]!
  }
  for (; i < to; i++) crc = CRC32_TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return ~crc >>> 0
}
