import type { ByteSource } from '@nocturne/core/signal'

/** Bytes read at once: memory stays the same for a file of any size. */
const CHUNK_BYTES = 1 << 20

/** The bytes of a source in order, a megabyte at a time; rejects when the medium fails. */
export async function* byteChunks(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += CHUNK_BYTES) {
    yield await source.read(at, CHUNK_BYTES)
  }
}
