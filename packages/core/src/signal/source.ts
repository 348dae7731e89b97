/**
 * Bytes that can be read by range: a file in Node, a `File` in the browser, an array in a test.
 * Readers ask for the ranges they need and never for the whole.
 */
export type ByteSource = {
  /** The name to use in messages: a path or a file's name. */
  readonly name: string
  /** Length in bytes. */
  readonly size: number
  /**
   * Reads `length` bytes from `offset`. Returns fewer bytes only where the source ends. Rejects
   * when the medium fails.
   */
  read(offset: number, length: number): Promise<Uint8Array>
}

/** A source over bytes already in memory. */
export function bytesSource(bytes: Uint8Array, name = 'bytes'): ByteSource {
  return {
    name,
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  }
}
