import { describeProblem } from '@nocturne/core/math'
import { type EdfFile, openEdf } from '@nocturne/core/signal'
import { type ChannelPick, chooseChannels, pickedChannels } from '@nocturne/core/sleep'
import type { RecordingOrigin, ViewChannel, ViewReply, ViewRequest } from './messages.ts'
import { isTableName } from './sorted-files.ts'
import { originSource } from './sources.ts'

/** Channels of each kind that a page shows unless others are chosen. */
const SHOWN = { eeg: 3, eog: 2, emg: 1 } as const

type PageRequest = ViewRequest & { readonly kind: 'page' }

let edf: EdfFile | undefined
/** Requests are answered one after the other; a page that was overtaken is not read. */
let queue: Promise<unknown> = Promise.resolve()
let latest: ViewRequest | undefined

self.onmessage = (event: MessageEvent<ViewRequest>) => {
  const request = event.data
  latest = request
  queue = queue.then(() => answer(request)).catch((error: unknown) => say(problemOf(error)))
}

function say(reply: ViewReply, transfer: Transferable[] = []): void {
  self.postMessage(reply, { transfer })
}

function problemOf(error: unknown): ViewReply {
  return { kind: 'problem', text: error instanceof Error ? error.message : String(error) }
}

async function answer(request: ViewRequest): Promise<void> {
  if (request.kind === 'open') await open(request.origin)
  else if (request === latest) await page(request)
}

async function open(origin: RecordingOrigin): Promise<void> {
  edf = undefined
  const source = await originSource(origin)
  if (isTableName(source.name)) throw new Error('a table of band powers holds none.')
  const opened = await openEdf(source)
  if (!opened.ok) throw new Error(`${source.name}: ${describeProblem(opened.problem)}`)
  edf = opened.value
  const { signals } = edf.header
  const { eeg, eog, emg } = chooseChannels(signals).picks
  const picked = [...eeg, ...eog, ...emg]
  const labels = new Set(picked.map(({ label }) => label))
  const raw = signals.flatMap(({ label }, index) => (labels.has(label) ? [] : [{ label, index }]))
  const shown = [...eeg.slice(0, SHOWN.eeg), ...eog.slice(0, SHOWN.eog), ...emg.slice(0, SHOWN.emg)]
  const first = shown.length > 0 ? shown : raw.slice(0, SHOWN.eeg)
  const channels = [...picked, ...raw].map((pick): ViewChannel => {
    const { unit, rateHz } = signals[pick.index]!
    return { ...pick, unit, rateHz }
  })
  say({ kind: 'opened', channels, shown: first.map(({ label }) => label) })
}

async function page({ startS, durationS, channels }: PageRequest): Promise<void> {
  if (!edf) return
  const window = { startS, endS: Math.min(startS + durationS, edf.header.durationS) }
  const picks = channels.map(
    ({ label, index, minus }): ChannelPick => ({
      label,
      index,
      ...(minus !== undefined && { minus }),
    }),
  )
  const traces = await pickedChannels(edf, picks, window)
  const buffers = traces.map(({ samples }) => samples.buffer as ArrayBuffer)
  say({ kind: 'page', startS, traces }, [...new Set(buffers)])
}
