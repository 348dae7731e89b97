import { channelKind, type Night } from '@nocturne/core/sleep'
import { computed, signal } from '@preact/signals'
import type { RecordingOrigin, Trace, ViewChannel, ViewReply, ViewRequest } from './messages.ts'

/** Heights of a row that can be chosen, uV. */
const ROW_STEPS_UV = [10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 5000] as const

/** The epoch under the cursor. */
export const epoch = signal(0)
/** The traces of the epoch that was read last, and where it starts. */
export const page = signal<
  { readonly startS: number; readonly traces: readonly Trace[] } | undefined
>(undefined)
/** The channels that can be looked at. */
export const channels = signal<readonly ViewChannel[]>([])
/** Labels of the channels that are looked at. */
export const shownChannels = signal<readonly string[]>([])
/** Height of a row, uV: fitted to the first page of a recording, then as the person sets it. */
export const rowUv = signal(100)
/** Why the traces cannot be shown; empty when they can. */
export const viewProblem = signal('')
/** The night the cursor moves in. */
const viewedNight = signal<Night | undefined>(undefined)
/** Number of epochs of that night. */
export const epochs = computed(() => viewedNight.value?.stages.length ?? 0)

const viewer = new Worker(new URL('./viewer.worker.ts', import.meta.url), { type: 'module' })
viewer.onmessage = (event: MessageEvent<ViewReply>) => receive(event.data)
viewer.onerror = (event) => receive({ kind: 'problem', text: event.message })

let opened: RecordingOrigin | undefined
let fitted = false

/** Opens the recording of a night for looking at its traces. The cursor stays in the same recording. */
export function viewNight(night: Night, origin: RecordingOrigin): void {
  viewedNight.value = night
  const same = opened !== undefined && sameOrigin(opened, origin)
  if (same) {
    showEpoch(epoch.value)
    return
  }
  opened = origin
  fitted = false
  page.value = undefined
  channels.value = []
  viewProblem.value = ''
  epoch.value = firstSleep(night)
  ask({ kind: 'open', origin })
}

/** Puts the cursor on an epoch (the nearest there is) and asks for its traces. */
export function showEpoch(index: number): void {
  if (!Number.isFinite(index)) return
  epoch.value = Math.max(0, Math.min(epochs.value - 1, Math.round(index)))
  askPage()
}

/** Puts the cursor on the next (1) or previous (-1) epoch whose stage differs from the one before. */
export function showStageChange(direction: 1 | -1): void {
  const stages = viewedNight.value?.stages ?? []
  let at = epoch.value + direction
  while (at > 0 && at < stages.length && stages[at] === stages[at - 1]) at += direction
  showEpoch(at)
}

/** Shows or hides a channel; the order is the recording's. The last one shown stays. */
export function toggleChannel(label: string): void {
  const has = shownChannels.value.includes(label)
  const next = channels.value
    .map((channel) => channel.label)
    .filter((name) => (name === label ? !has : shownChannels.value.includes(name)))
  if (next.length === 0) return
  shownChannels.value = next
  askPage()
}

/** Makes the traces taller (1) or flatter (-1) by a step. */
export function scaleTraces(direction: 1 | -1): void {
  const at = ROW_STEPS_UV.findIndex((step) => step >= rowUv.value)
  rowUv.value = ROW_STEPS_UV[Math.max(0, Math.min(ROW_STEPS_UV.length - 1, at - direction))]!
}

/** Half the height a trace needs: the 99th percentile of its distance from the median; 0 of nothing. */
export function robustSpread(samples: Float32Array): number {
  const sorted = samples.filter((x) => !Number.isNaN(x)).sort()
  const middle = sorted[sorted.length >> 1] ?? 0
  const distances = sorted.map((x) => Math.abs(x - middle)).sort()
  return distances[Math.floor(0.99 * distances.length)] ?? 0
}

/** True for the brain, the eyes and the chin: they share one scale, every other channel has its own. */
export function isShared({ label, unit }: Pick<Trace, 'label' | 'unit'>): boolean {
  return unit === 'uV' && channelKind(label) !== 'other'
}

function askPage(): void {
  const { epochS } = viewedNight.value ?? { epochS: 30 }
  const picked = channels.value.filter(({ label }) => shownChannels.value.includes(label))
  if (picked.length === 0) return
  ask({ kind: 'page', startS: epoch.value * epochS, durationS: epochS, channels: picked })
}

function ask(request: ViewRequest): void {
  viewer.postMessage(request)
}

function receive(reply: ViewReply): void {
  if (reply.kind === 'problem') viewProblem.value = reply.text
  if (reply.kind === 'opened') {
    channels.value = reply.channels
    shownChannels.value = reply.shown
    askPage()
  }
  if (reply.kind !== 'page') return
  page.value = reply
  if (fitted) return
  fitted = true
  const spread = Math.max(
    ...reply.traces
      .filter((trace) => isShared(trace) && channelKind(trace.label) !== 'emg')
      .map((t) => robustSpread(t.samples)),
    5,
  )
  rowUv.value = ROW_STEPS_UV.find((step) => step >= 1.6 * spread) ?? ROW_STEPS_UV.at(-1)!
}

function sameOrigin(a: RecordingOrigin, b: RecordingOrigin): boolean {
  if ('file' in a || 'file' in b) {
    const [one, two] = ['file' in a ? a.file : undefined, 'file' in b ? b.file : undefined]
    return one?.name === two?.name && one?.size === two?.size
  }
  return a.url === b.url
}

/** The first epoch of N3, or of any sleep: a cursor should start where there is something to see. */
function firstSleep({ stages }: Night): number {
  const deep = stages.indexOf('N3')
  const asleep = stages.findIndex((stage) => stage !== 'W' && stage !== '?')
  return deep >= 0 ? deep : Math.max(0, asleep)
}
