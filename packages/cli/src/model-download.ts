import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { ModelCard, ModelFile, PublishedFile, PublishedModel } from '@nocturne/core/sleep'
import { type Io, UsageError } from './command.ts'

/** Where the authors' host gives out files as they are; a hospital may have a copy of its own. */
const HOST = 'https://raw.githubusercontent.com'
/** No answer, and no further byte of one, for so long: the network is not there. */
const SILENCE_MS = 15_000

/**
 * The card that a published model will have here, and its size; the hash of several files is that
 * of their sorted hashes.
 */
export function publishedCard(published: PublishedModel): ModelCard & { readonly bytes: number } {
  const { id: name, version, licence, card, trainedOn, figures, files } = published
  const hashes = files.map(({ sha256 }) => sha256).sort()
  const hash = hashes.length === 1 ? hashes[0]! : sha256Of(hashes.join('\n'))
  const needs = { eeg: 1, eog: /\+eog/.test(name), emg: /\+emg/.test(name) }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return { name, version, hash, licence, card, needs, causal: false, trainedOn, figures, bytes }
}

/** How to come by a model that is not here, with a network and without. */
export function publishedNotes(published: PublishedModel): string[] {
  const addresses = published.files.map((file) => publishedUrl(published, file.path))
  return [`not on this machine; fetch it: nocturne model get ${published.id}`, ...addresses]
}

/**
 * Fetches the files of a published model and resolves to them when every hash is right; nothing is
 * written. Throws `UsageError`, in one line with what to do by hand, when a file does not come or
 * is another one.
 */
export async function downloadModel(published: PublishedModel, io: Io): Promise<ModelFile[]> {
  const total = published.files.reduce((sum, { bytes }) => sum + bytes, 0)
  const files: ModelFile[] = []
  let done = 0
  for (const file of published.files) {
    const hear = (bytes: number): void => {
      io.progress(published.name, Math.min(0.999, (done + bytes) / total))
    }
    const bytes = await download(published, file, io.signal, hear)
    files.push({ name: savedName(published, file), bytes })
    done += file.bytes
  }
  io.progress('', 1)
  return files
}

/** Where one file of a published model can be fetched, at the pinned commit. */
function publishedUrl({ repository, commit }: PublishedModel, path: string): string {
  const mirror = process.env.NOCTURNE_MODEL_MIRROR?.replace(/\/+$/, '') || HOST
  const project = repository.replace(/^https:\/\/[^/]+\//, '')
  return `${mirror}/${project}/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`
}

/** The networks of an ensemble share one file name; their folder tells them apart. */
function savedName({ files }: PublishedModel, { path }: PublishedFile): string {
  const name = basename(path)
  const namesakes = files.filter((file) => basename(file.path) === name)
  return namesakes.length > 1 ? `${basename(dirname(path))}-${name}` : name
}

async function download(
  published: PublishedModel,
  file: PublishedFile,
  signal: AbortSignal,
  hear: (bytes: number) => void,
): Promise<Uint8Array> {
  const url = publishedUrl(published, file.path)
  const bytes = await fetchBytes(url, file.bytes, signal, hear).catch((error: unknown) => {
    throw new UsageError(
      `${url}: got ${reasonOf(error)}, expected the file; ${byHand(published, file)}`,
    )
  })
  const hash = sha256Of(bytes)
  if (hash === file.sha256) return bytes
  throw new UsageError(
    `${url}: got ${bytes.length} bytes of sha-256 ${hash}, expected ${file.bytes} of ` +
      `${file.sha256}; nothing was kept`,
  )
}

/** Reads at most one byte more than there should be. */
async function fetchBytes(
  url: string,
  expected: number,
  interrupt: AbortSignal,
  hear: (bytes: number) => void,
): Promise<Uint8Array> {
  const silence = new AbortController()
  const give = (): void => silence.abort(new Error(`silence for ${SILENCE_MS / 1000} s`))
  const timer = setTimeout(give, SILENCE_MS)
  try {
    const response = await fetch(url, { signal: AbortSignal.any([interrupt, silence.signal]) })
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`)
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      timer.refresh()
      chunks.push(chunk)
      length += chunk.length
      hear(length)
      if (length > expected) break
    }
    return Buffer.concat(chunks)
  } finally {
    clearTimeout(timer)
  }
}

/** `fetch` hides the network's own word in the error's cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  if (error.message.startsWith('HTTP')) return error.message
  return `no answer from the network (${code ?? error.message})`
}

function byHand({ id, files }: PublishedModel, { sha256 }: PublishedFile): string {
  if (files.length > 1) {
    return (
      `without a network fetch all ${files.length} elsewhere (nocturne model info ${id} lists them), each under ` +
      `another name into one folder, then: nocturne model add FOLDER --name ${id}`
    )
  }
  return `without a network fetch it elsewhere (sha-256 ${sha256}), then: nocturne model add FILE --name ${id}`
}

function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
