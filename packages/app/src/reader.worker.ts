import { describeProblem } from '@nocturne/core/math'
import { type ByteSource, openEdf } from '@nocturne/core/signal'
import {
  type Hypnogram,
  importModel,
  type Night,
  readBandPowerNight,
  readHypnogramSource,
  readNight,
  type StageModel,
  starterModel,
  withReference,
} from '@nocturne/core/sleep'
import type { ModelOrigin, NightSources, ReadReply, ReadRequest } from './messages.ts'
import { isTableName, type SortedFiles, sortFiles } from './sorted-files.ts'
import { fileSource, originSource } from './sources.ts'

// One worker reads one night and ends: its memory goes with it, and to cancel is to end it.
self.onmessage = (event: MessageEvent<ReadRequest>) => {
  answer(event.data).catch((error: unknown) => {
    say({ kind: 'problem', text: error instanceof Error ? error.message : String(error) })
  })
}

function say(reply: ReadReply, transfer: Transferable[] = []): void {
  self.postMessage(reply, { transfer })
}

async function answer({ sources: current, files, night: known }: ReadRequest): Promise<void> {
  say({ kind: 'progress', label: 'Looking at the files', fraction: 0 })
  const sorted = files.length > 0 ? await sortedOf(files) : { models: [] }
  const sources = mergedSources(current, sorted)
  const reference = sources.hypnogram && (await hypnogramOf(sources.hypnogram))
  const onlyCompares = sorted.hypnogram && !sorted.recording && sorted.models.length === 0
  const read =
    onlyCompares && known && !known.reference
      ? withReference(known, reference)
      : await nightOf(sources, reference)
  if ('labels' in read) say({ kind: 'question', labels: read.labels, sources })
  else say({ kind: 'night', night: read, sources }, buffersOf(read))
}

/** The channels of a recording in which none is EEG by its name. */
type NoEeg = { readonly labels: readonly string[] }

async function sortedOf(files: readonly File[]): Promise<SortedFiles> {
  const sorted = await sortFiles(files)
  if (!sorted.ok) throw new Error(describeProblem(sorted.problem))
  return sorted.value
}

/** What was dropped in place of what there was; a new recording leaves the old one's scorer behind. */
function mergedSources(current: NightSources, sorted: SortedFiles): NightSources {
  const { recording, models } = sorted
  const hypnogram = sorted.hypnogram ?? (recording ? undefined : current.hypnogram)
  const eeg = recording ? undefined : current.eeg
  return {
    origin: recording ? { file: recording } : current.origin,
    model: models.length > 0 ? models : current.model,
    ...(hypnogram && { hypnogram }),
    ...(eeg !== undefined && { eeg }),
  }
}

async function nightOf(
  { origin, model, eeg }: NightSources,
  reference: Hypnogram | undefined,
): Promise<Night | NoEeg> {
  const source = await originSource(origin)
  if (isTableName(source.name)) return tableNight(source, model, reference, eeg)
  const edf = await openEdf(source)
  if (!edf.ok) throw new Error(`${source.name}: ${describeProblem(edf.problem)}`)
  const night = await readNight(edf.value, {
    file: source.name,
    model: await modelOf(model),
    ...(eeg !== undefined && { wishes: { eeg } }),
    ...(reference && { reference }),
    onProgress: (label, fraction) => say({ kind: 'progress', label: sentence(label), fraction }),
  })
  if (!night.ok && night.problem.code === 'NIGHT_NO_EEG' && edf.value.header.signals.length > 0) {
    return { labels: edf.value.header.signals.map(({ label }) => label) }
  }
  if (!night.ok) {
    const words = describeProblem(night.problem)
    throw new Error(words.startsWith(source.name) ? words : `${source.name}: ${words}`)
  }
  return night.value
}

/** A night of a table of band powers: the shipped stagers read it, others need the signal. */
async function tableNight(
  source: ByteSource,
  model: ModelOrigin,
  reference: Hypnogram | undefined,
  eeg: string | undefined,
): Promise<Night> {
  if (typeof model !== 'string') {
    throw new Error(`${source.name}: got a table of band powers, which only starter reads`)
  }
  const night = await readBandPowerNight(await source.read(0, source.size), {
    file: source.name,
    variant: model === 'starter-live' ? 'live' : 'offline',
    ...(eeg !== undefined && { eeg }),
    ...(reference && { reference }),
  })
  if (!night.ok) throw new Error(`${source.name}: ${describeProblem(night.problem)}`)
  return night.value
}

function sentence(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1)
}

async function modelOf(model: ModelOrigin): Promise<StageModel> {
  if (typeof model === 'string') return starterModel(model === 'starter-live' ? 'live' : 'offline')
  const files = await Promise.all(
    model.map(async (file) => ({
      name: file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
    })),
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

/** The memory of a night's large arrays, handed over instead of copied. */
function buffersOf({ probabilities, quality, explanations, spectrogram }: Night): ArrayBuffer[] {
  const arrays = [
    probabilities,
    quality,
    explanations?.contributions,
    ...(spectrogram ? [spectrogram.timesS, spectrogram.frequenciesHz, spectrogram.powerDb] : []),
  ]
  return [...new Set(arrays.flatMap((array) => (array ? [array.buffer as ArrayBuffer] : [])))]
}
