import { describeProblem } from '@nocturne/core/math'
import { type ByteSource, type EdfFile, openEdf } from '@nocturne/core/signal'
import {
  chooseChannels,
  type Hypnogram,
  importModel,
  nightDocument,
  pickedChannels,
  readHypnogramSource,
  readNight,
  type StageModel,
  starterModel,
} from '@nocturne/core/sleep'
import type { ReadReply, ReadRequest, RecordingOrigin } from './messages.ts'
import { fileSource, siteSource } from './sources.ts'

/** Traces shown of an epoch: more would not fit a page. */
const MAX_TRACES = 6

let open: { readonly edf: EdfFile; readonly name: string } | undefined
/** Requests are answered one after the other; a page that was overtaken is not read. */
let queue: Promise<unknown> = Promise.resolve()
let latestPageS = Number.NaN

self.onmessage = (event: MessageEvent<ReadRequest>) => {
  const request = event.data
  if (request.kind === 'page') latestPageS = request.startS
  queue = queue.then(() => answer(request)).catch((error: unknown) => say(problemOf(error)))
}

function say(reply: ReadReply): void {
  self.postMessage(reply)
}

function problemOf(error: unknown): ReadReply {
  return { kind: 'problem', text: error instanceof Error ? error.message : String(error) }
}

async function answer(request: ReadRequest): Promise<void> {
  if (request.kind === 'page') return answerPage(request.startS, request.durationS)
  open = await openOrigin(request.origin)
  if (request.kind === 'open') return
  const reference = request.hypnogram && (await hypnogramOf(request.hypnogram))
  const night = await readNight(open.edf, {
    file: open.name,
    model: await modelOf(request.model),
    ...(reference && { reference }),
    onProgress: (label, fraction) => say({ kind: 'progress', label, fraction }),
  })
  if (!night.ok) throw new Error(`${open.name}: ${describeProblem(night.problem)}`)
  const document = `${JSON.stringify(nightDocument(night.value))}\n`
  say({ kind: 'night', night: night.value, document })
}

async function answerPage(startS: number, durationS: number): Promise<void> {
  if (!open || startS !== latestPageS) return
  const { picks } = chooseChannels(open.edf.header.signals)
  const shown = [...picks.eeg.slice(0, 3), ...picks.eog.slice(0, 2), ...picks.emg.slice(0, 1)]
  const window = { startS, endS: Math.min(startS + durationS, open.edf.header.durationS) }
  const traces = await pickedChannels(open.edf, shown.slice(0, MAX_TRACES), window)
  say({ kind: 'page', startS, traces })
}

async function openOrigin(origin: RecordingOrigin): Promise<{ edf: EdfFile; name: string }> {
  const source: ByteSource =
    'file' in origin ? fileSource(origin.file) : await siteSource(origin.url)
  const edf = await openEdf(source)
  if (!edf.ok) throw new Error(`${source.name}: ${describeProblem(edf.problem)}`)
  return { edf: edf.value, name: source.name }
}

async function modelOf(model: string | readonly File[]): Promise<StageModel> {
  if (typeof model === 'string') return starterModel(model === 'starter-live' ? 'live' : 'offline')
  const files = await Promise.all(
    model.map(async (file) => ({ name: file.name, bytes: await bytesOf(file) })),
  )
  const read = importModel(files)
  if (!read.ok) throw new Error(describeProblem(read.problem))
  return read.value
}

async function hypnogramOf(file: File): Promise<Hypnogram> {
  const read = await readHypnogramSource(fileSource(file))
  if (!read.ok) throw new Error(`${file.name}: ${describeProblem(read.problem)}`)
  return read.value.hypnogram
}

async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer())
}
