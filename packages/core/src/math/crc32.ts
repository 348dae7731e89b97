/** What a byte adds to a CRC-32. */
export const CRC32_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index
  for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/**
 * CRC-32 of bytes, 0 .. 2^32 - 1, as PNG, gzip and zip keep it; `before` is that of the bytes
 * before these, so that a stream can be summed in pieces. Source: ISO 3309.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before >>> 0
  for (let i = 0; i < bytes.length; i++) crc = CRC32_TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return ~crc >>> 0
}
