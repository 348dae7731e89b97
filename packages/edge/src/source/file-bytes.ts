import { type FileHandle, open } from 'node:fs/promises'
import { fail, ok, type Result } from '@nocturne/core/math'
import type { ByteSource } from '@nocturne/core/signal'
import type { SourceCode } from './source.ts'

/** A file on disk as bytes to be read by ranges, to be closed after use. */
export type FileBytes = ByteSource & { close(): Promise<void> }

/** Opens a file; its size is taken once. Fails with SOURCE_FILE where there is none to read. */
export async function openFileBytes(path: string): Promise<Result<FileBytes, SourceCode>> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const got = code === 'ENOENT' ? 'no such file' : String(code)
    return fail('SOURCE_FILE', path, got, 'a readable file')
  }
  const stat = await file.stat()
  if (!stat.isFile()) {
    await file.close()
    return fail('SOURCE_FILE', path, 'a folder or device', 'a file')
  }
  return ok({
    name: path,
    size: stat.size,
    read: (offset, length) => readRange(file, offset, Math.max(0, length)),
    close: () => file.close(),
  })
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
