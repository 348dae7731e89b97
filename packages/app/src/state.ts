import type { Night } from '@nocturne/core/sleep'
import { computed, signal } from '@preact/signals'
import type { ModelOrigin, NightSources, ReadReply, ReadRequest } from './messages.ts'
import { rememberedModel, rememberModel } from './remembered.ts'
import { viewNight } from './view.ts'

/** A night on the page, and what it was read from. */
export type ShownNight = {
  readonly night: Night
  readonly sources: NightSources
  /** Where night.json lies, for the example: it was written when the page was built. */
  readonly documentUrl?: string
}

/** The night on the page; it stays until another has been read. */
export const shown = signal<ShownNight | undefined>(undefined)
/** The night that ships with the program, once it is here. */
export const example = signal<ShownNight | undefined>(undefined)
/** What is being done, and how far it has come (0..1); undefined when nothing is. */
export const progress = signal<{ readonly label: string; readonly fraction: number } | undefined>()
/** What went wrong, in one sentence; empty when nothing did. */
export const problem = signal('')
/** A recording in which no channel is EEG by its name, and its channels: the person may know which is. */
export const question = signal<
  { readonly labels: readonly string[]; readonly sources: NightSources } | undefined
>()
/** What was just done, for those who cannot see it. */
export const news = signal('')

/** True while the recording on the page is the example's. */
export const isExample = computed(() => {
  const origin = shown.value?.sources.origin
  return origin !== undefined && 'url' in origin
})

let reader: Worker | undefined

/** Shows the example night, which is known beforehand; reads it again if another model was chosen. */
export function showExample(made: ShownNight): void {
  example.value = made
  show(made)
  const preferred = rememberedModel()
  if (preferred !== 'starter') readWith({ model: preferred })
}

/** Goes back to the example night. */
export function backToExample(): void {
  dismiss()
  if (example.value) showExample(example.value)
}

/** Reads what a person dropped or chose: a recording, a hypnogram, a model, or several of them. */
export function receiveFiles(files: readonly File[]): void {
  const current = shown.value
  if (files.length === 0 || !current) return
  read({ files, sources: current.sources, night: current.night })
}

/** Reads the recording on the page once more, with another model or another channel. */
export function readWith(change: { readonly model?: ModelOrigin; readonly eeg?: string }): void {
  if (!shown.value) return
  if (typeof change.model === 'string') rememberModel(change.model)
  read({ files: [], sources: { ...shown.value.sources, ...change } })
}

/** Reads the recording of the question with one of its channels as EEG; undefined lets it be. */
export function answerQuestion(eeg: string | undefined): void {
  const asked = question.value
  question.value = undefined
  if (asked && eeg !== undefined) read({ files: [], sources: { ...asked.sources, eeg } })
}

/** Ends a reading and whatever was said about it; the night on the page stays. */
export function dismiss(): void {
  cancelReading()
  problem.value = ''
  question.value = undefined
}

function cancelReading(): void {
  reader?.terminate()
  reader = undefined
  progress.value = undefined
}

function read(request: ReadRequest): void {
  dismiss()
  progress.value = { label: 'Opening', fraction: 0 }
  const worker = new Worker(new URL('./reader.worker.ts', import.meta.url), { type: 'module' })
  reader = worker
  worker.onmessage = (event: MessageEvent<ReadReply>) => receive(event.data)
  worker.onerror = (event) => receive({ kind: 'problem', text: event.message })
  worker.postMessage(request)
}

function receive(reply: ReadReply): void {
  if (reply.kind === 'progress') {
    progress.value = reply
    return
  }
  cancelReading()
  if (reply.kind === 'problem') {
    problem.value = reply.text
    return
  }
  if (reply.kind === 'question') {
    question.value = reply
    return
  }
  const { night, sources } = reply
  show({ night, sources })
  news.value = `${night.recording.file} was read by ${night.model.name}.`
}

function show(next: ShownNight): void {
  shown.value = next
  viewNight(next.night, next.sources.origin)
}
