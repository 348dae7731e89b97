import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

type Chunks = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** Files being written: a process that is ended before they are whole takes them with it. */
const drafts = new Set<string>()

/** Exit codes of a process ended by a signal, as shells expect them (128 + number). */
const ENDINGS = { SIGINT: 130, SIGTERM: 143 } as const
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM'] as const

function end(signal: keyof typeof ENDINGS): void {
  for (const draft of drafts) rmSync(draft, { force: true })
  process.exit(ENDINGS[signal])
}

function begin(draft: string): void {
  if (drafts.size === 0) for (const signal of ENDING_SIGNALS) process.on(signal, end)
  drafts.add(draft)
}

function finish(draft: string): void {
  drafts.delete(draft)
  if (drafts.size === 0) for (const signal of ENDING_SIGNALS) process.off(signal, end)
}

/**
 * Writes a file whole or not at all: into a temporary file beside it, flushed to disk, then renamed
 * over the old one. A crash or Ctrl-C leaves the old file, or none. Makes the folder when it is
 * missing. Chunks are written in order; `mode` is whom the system lets read and write it. Rejects
 * with the system's error when the disk refuses.
 */
export async function writeWholeFile(path: string, chunks: Chunks, mode = 0o666): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  const draft = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.part`)
  begin(draft)
  try {
    await writeDraft(draft, path, chunks, mode)
  } finally {
    finish(draft)
  }
}

async function writeDraft(
  draft: string,
  path: string,
  chunks: Chunks,
  mode: number,
): Promise<void> {
  const file = await open(draft, 'wx', mode)
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

async function writeChunks(file: FileHandle, chunks: Chunks): Promise<void> {
  if (typeof chunks === 'string' || chunks instanceof Uint8Array) {
    await file.writeFile(chunks)
    return
  }
  for await (const chunk of chunks) await file.writeFile(chunk)
}
