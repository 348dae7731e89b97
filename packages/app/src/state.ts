import type { Night } from '@nocturne/core/sleep'
import { computed, signal } from '@preact/signals'
import type { ReadReply, ReadRequest, RecordingOrigin, Trace } from './messages.ts'

/** The night on the page. */
export const night = signal<Night | undefined>(undefined)
/** night.json of that night, as the command line would write it. */
export const nightJson = signal('')
/** True while the night is the one that ships with the program. */
export const isExample = signal(true)
/** What is being done, and how far it has come (0..1); undefined when nothing is. */
export const progress = signal<{ readonly label: string; readonly fraction: number } | undefined>()
/** What went wrong, in one sentence. */
export const problem = signal('')
/** The epoch under the cursor. */
export const epoch = signal(0)
/** The traces of the page under the cursor, and where it starts. */
export const page = signal<{ startS: number; traces: readonly Trace[] } | undefined>(undefined)
/** The stager: a name, or the files of a model the user brought. */
export const model = signal<string | readonly File[]>('starter')

/** Number of epochs of the night on the page. */
export const epochs = computed(() => night.value?.stages.length ?? 0)

const reader = new Worker(new URL('./reader.worker.ts', import.meta.url), { type: 'module' })
let origin: RecordingOrigin | undefined
let reference: File | undefined

reader.onmessage = (event: MessageEvent<ReadReply>) => receive(event.data)
reader.onerror = (event) => receive({ kind: 'problem', text: event.message })

/** Shows the example night: known beforehand, so that it is there at once. */
export function showExample(example: Night, json: string, url: string): void {
  origin = { url }
  ask({ kind: 'open', origin })
  showNight(example, json)
  isExample.value = true
}

/** Reads the files a person dropped or chose: a recording, a hypnogram beside it, or a model. */
export function receiveFiles(files: readonly File[]): void {
  const models = files.filter(({ name }) => /\.(joblib|txt|gz|onnx|json)$/i.test(name))
  const recordings = files.filter(({ name }) => /\.(edf|bdf|rec)$/i.test(name))
  const [first, second] = recordings
  if (!first && models.length === 0) {
    problem.value = `${files[0]?.name ?? 'nothing'}: expected an EDF or BDF recording, or a model file`
    return
  }
  if (!first && models.length > 0) {
    model.value = models
    readAgain()
    return
  }
  if (!first) return
  const scored = [first, second].find((file) => file && /hypno/i.test(file.name))
  const recording = scored === first && second ? second : first
  reference = scored && scored !== recording ? scored : undefined
  origin = { file: recording }
  isExample.value = false
  readAgain()
}

/** Stages the recording on the page once more, as after a change of model. */
export function readAgain(): void {
  if (!origin) return
  problem.value = ''
  progress.value = { label: 'Opening the recording', fraction: 0 }
  ask({
    kind: 'read',
    origin,
    model: model.value,
    ...(reference && { hypnogram: reference }),
  })
}

/** Puts the cursor on an epoch and asks for its traces. */
export function showEpoch(index: number): void {
  const shown = night.value
  if (!shown) return
  const last = Math.max(0, epochs.value - 1)
  epoch.value = Math.min(last, Math.max(0, Math.round(index)))
  ask({ kind: 'page', startS: epoch.value * shown.epochS, durationS: shown.epochS })
}

function ask(request: ReadRequest): void {
  reader.postMessage(request)
}

function receive(reply: ReadReply): void {
  if (reply.kind === 'progress') {
    progress.value = { label: reply.label, fraction: reply.fraction }
  } else if (reply.kind === 'night') {
    showNight(reply.night, reply.document)
  } else if (reply.kind === 'page') {
    if (reply.startS === epoch.value * (night.value?.epochS ?? 30)) page.value = reply
  } else {
    progress.value = undefined
    problem.value = reply.text
  }
}

function showNight(next: Night, json: string): void {
  night.value = next
  nightJson.value = json
  progress.value = undefined
  problem.value = ''
  page.value = undefined
  showEpoch(firstSleep(next))
}

/** The first epoch of N3, or of any sleep: a cursor should start where there is something to see. */
function firstSleep({ stages }: Night): number {
  const deep = stages.indexOf('N3')
  return deep >= 0
    ? deep
    : Math.max(
        0,
        stages.findIndex((stage) => stage !== 'W' && stage !== '?'),
      )
}
