import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Writes a file whole or not at all: into a temporary file beside it, flushed to disk, then renamed
 * over the old one. A crash or Ctrl-C leaves the old file, or none. Makes the folder when it is
 * missing. Chunks are written in order. Rejects with the system's error when the disk refuses.
 */
export async function writeWholeFile(
  path: string,
  chunks: string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  const draft = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.part`)
  const file = await open(draft, 'wx')
  try {
    await writeChunks(file, chunks)
    await file.sync()
    await file.close()
    await rename(draft, path)
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(draft, { force: true })
    throw error
  }
}

async function writeChunks(
  file: FileHandle,
  chunks: string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  if (typeof chunks === 'string' || chunks instanceof Uint8Array) {
    await file.writeFile(chunks)
    return
  }
  for await (const chunk of chunks) await file.writeFile(chunk)
}
