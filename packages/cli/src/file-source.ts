import { type FileHandle, open } from 'node:fs/promises'
import type { ByteSource } from '@nocturne/core/signal'
import { UsageError } from './command.ts'

/** A file on disk as a source of bytes, to be closed after use. */
export type FileSource = ByteSource & { close(): Promise<void> }

/**
 * Opens a file for reading by ranges; its size is taken once. Throws `UsageError` where there is no
 * file at the path; rejects with the system's error when the disk fails.
 */
export async function fileSource(path: string): Promise<FileSource> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'no such file' : String(error.code ?? error.message)
    throw new UsageError(`${path}: got ${reason}, expected a readable file`)
  })
  const stat = await file.stat()
  if (!stat.isFile()) {
    await file.close()
    throw new UsageError(`${path}: got a folder or device, expected a file`)
  }
  return {
    name: path,
    size: stat.size,
    read: (offset, length) => readRange(file, offset, Math.max(0, length)),
    close: () => file.close(),
  }
}

async function readRange(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
