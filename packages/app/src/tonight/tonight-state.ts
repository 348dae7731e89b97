import { momentOfText, zonedText } from '@nocturne/core/math'
import { type Mode, modeRank } from '@nocturne/core/night'
import { signal } from '@preact/signals'
import { keepBox } from './rehearsed-box.ts'
import type {
  GivenConsent,
  LiveNight,
  NightWord,
  PlayedNight,
  TonightReply,
  TonightRequest,
} from './tonight-messages.ts'

/** The mode that the sleeper wants. */
export const wanted = signal<Mode>('natural')
/** A mode above the one that holds: it is asked about before it is taken. */
export const asking = signal<Mode | undefined>(undefined)
/** The night that runs or ran last. */
export const live = signal<LiveNight | undefined>(undefined)
/** Whether a night runs. */
export const running = signal(false)
/** The speed at which it is played: 1 is real time, 0 as fast as it goes. */
export const speed = signal(60)
/** What the one button did last, in words. */
export const halted = signal('')
/** What should be known of how this rehearsal runs. */
export const remark = signal('')
/** What went wrong; empty when nothing did. */
export const trouble = signal('')
/** Whether a box of a rehearsal is there to be taken. */
export const hasBox = signal(false)

/** A night that has not answered a stop after so long is ended by force, ms. */
const STOP_PATIENCE_MS = 200

let worker: Worker | undefined
let asks = 1
let stopAt: number | undefined
let force: ReturnType<typeof setTimeout> | undefined

/** Begins a rehearsal: what is played, and the sleeper's own consent where one stands. */
export function begin(played: PlayedNight, given: GivenConsent | undefined, zone: string): void {
  quit()
  live.value = undefined
  halted.value = ''
  remark.value = ''
  trouble.value = ''
  running.value = true
  hasBox.value = false
  asks = 1
  worker = new Worker(new URL('./night.worker.ts', import.meta.url), { type: 'module' })
  worker.onmessage = (event: MessageEvent<TonightReply>) => receive(event.data)
  worker.onerror = (event) => receive({ kind: 'problem', text: event.message })
  const startMs = tonightMs(zone)
  say({
    ...{ kind: 'begin', played, given, startMs, zone },
    ...{ speed: speed.value, mode: wanted.value },
  })
}

/** The next 23:00 on the clocks of a zone, ms. */
export function tonightMs(zone: string): number {
  const now = Date.now()
  const at = momentOfText(zone, `${zonedText(zone, now).slice(0, 10)}T23:00:00`) ?? now
  return at < now ? at + 86_400_000 : at
}

/**
 * The one button: silence now, natural from now on, for the whole night. Nothing is asked. A night
 * that does not answer in time is ended by force: silence is what is left when nothing runs.
 */
export function stopEverything(): void {
  wanted.value = 'natural'
  asking.value = undefined
  if (!running.value) {
    halted.value = 'Nothing was running. The mode is natural: nothing will act.'
    return
  }
  stopAt = performance.now()
  say({ kind: 'word', word: { kind: 'stop', by: 'button' } })
  clearTimeout(force)
  force = setTimeout(() => {
    if (stopAt === undefined) return
    quit()
    hasBox.value = true
    tellHalt('The night did not answer and was ended.')
  }, STOP_PATIENCE_MS)
}

/** Chooses a mode: down at once; up only after the question whether one is awake and means it. */
export function chooseMode(mode: Mode): void {
  if (modeRank(mode) > modeRank(wanted.value)) asking.value = mode
  else takeMode(mode, false)
}

/** Answers the question: yes takes the mode, no leaves all as it was. */
export function answerAsk(yes: boolean): void {
  const mode = asking.value
  if (yes && mode !== undefined) takeMode(mode, true)
  asking.value = undefined
}

/** Says something to a night that runs. */
export function sayToNight(word: NightWord): void {
  if (running.value) say({ kind: 'word', word })
}

/** Plays at another speed from now on. */
export function setSpeed(next: number): void {
  speed.value = next
  if (running.value) say({ kind: 'speed', speed: next })
}

/** Ends the rehearsal in good order; its box stays. */
export function endNight(): void {
  say({ kind: 'end' })
}

function takeMode(mode: Mode, awake: boolean): void {
  wanted.value = mode
  asking.value = undefined
  sayToNight({ kind: 'mode', to: mode, awake, ask: ++asks })
}

function say(request: TonightRequest): void {
  worker?.postMessage(request)
}

function quit(): void {
  worker?.terminate()
  worker = undefined
  running.value = false
}

function tellHalt(how: string): void {
  if (stopAt === undefined) return
  const tookMs = Math.ceil(performance.now() - stopAt)
  stopAt = undefined
  clearTimeout(force)
  halted.value = `Stopped: silent and natural after ${tookMs} ms. ${how}`
}

function receive(reply: TonightReply): void {
  if (reply.kind === 'live') live.value = reply.live
  else if (reply.kind === 'told') remark.value = reply.text
  else if (reply.kind === 'heard') {
    if (reply.word === 'stop' && reply.mode === 'natural') {
      tellHalt('It goes on recording and rests for the night.')
    }
  } else {
    if (reply.kind === 'ended') {
      live.value = reply.live
      hasBox.value = true
      if (reply.box) keepBox(reply.box)
    } else trouble.value = reply.text
    quit()
    tellHalt('The night was over.')
  }
}
