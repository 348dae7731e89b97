import { assert } from '../../math/assert.ts'
import { newGovernor, restartedGovernor } from '../governor/governor.ts'
import type { GovernorEvent } from '../governor/governor-event.ts'
import type { LiveStagerModel } from '../watch/live-stager.ts'
import { createWatch, type Watch } from '../watch/watch.ts'
import { type BedtimeCourse, bedtimeDecisions, newBedtimeCourse } from './bedtime-course.ts'
import { type ClickCourse, clickDecisions, newClickCourse } from './click-course.ts'
import { type CueCourse, cueDecision, newCueCourse } from './cue-course.ts'
import type { LoopEvent } from './event.ts'
import { governed } from './governed.ts'
import { fillFacts, newFacts } from './governor-facts.ts'
import type { NightHeader } from './header.ts'
import type { LoopInput } from './input.ts'
import type { NightMoment } from './moment.ts'
import { newWakeCourse, type WakeCourse, wakeDecision } from './wake-course.ts'
import { wakeTimeAfter } from './wake-time.ts'

/**
 * What a night is made with beside its header: loaded before it begins, named by hash in the box.
 */
export type NightParts = {
  /** Without one the stages are unknown, and nothing that needs sleep ever acts. */
  readonly stager: LiveStagerModel | undefined
}

/**
 * A night as it goes: moved through `step` and not shared, for it holds ring buffers that are
 * filled in place. Nothing in it grows with the length of the night.
 */
export type NightState = NightMoment & {
  readonly watch: Watch
  readonly bedtime: BedtimeCourse
  readonly click: ClickCourse
  readonly cue: CueCourse
  readonly wake: WakeCourse
  /** Device time at which fades, cues and waking were last thought of, ms. */
  secondAtMs: number
}

type Samples = Extract<LoopInput, { kind: 'samples' }>

/** So long without a word of the stager, and the way to waking goes on without it, ms. */
const UNSTAGED_MS = 1500

/**
 * A night before its first input: natural, nothing consented to, nothing known; of one that goes on
 * after a restart, what the rules remember of its first part.
 */
export function startNight(header: NightHeader, parts: NightParts): NightState {
  const watch = createWatch(header.montage, parts.stager)
  const { token, limits, resumed } = header
  const atMs = resumed?.atMs ?? 0
  return {
    header,
    watch,
    seen: watch.facts(),
    facts: newFacts(header),
    outside: {
      lastSamplesAtMs: Number.NaN,
      stepMs: 0,
      latencyMeanMs: Number.NaN,
      latencySdMs: Number.NaN,
      soundWakes: header.history?.soundWakes,
    },
    governor: { state: resumed ? restartedGovernor(resumed, token) : newGovernor(token, limits) },
    bedtime: newBedtimeCourse(header),
    click: newClickCourse(header),
    cue: newCueCourse(),
    wake: newWakeCourse(),
    secondAtMs: atMs,
    atMs,
  }
}

/**
 * One input, and everything that comes of it, in order. The same header, parts and inputs give the
 * same events to the last bit, in every engine and at every speed (rule N87). `atMs` must not fall;
 * the state that was given must not be used again.
 */
export function step(
  state: NightState,
  input: LoopInput,
): readonly [NightState, readonly LoopEvent[]] {
  assert(input.atMs >= state.atMs, `device time ${input.atMs} after ${state.atMs}`)
  state.atMs = input.atMs
  const events: LoopEvent[] = []
  if (input.kind === 'samples') takeSamples(state, input, events)
  else takeWord(state, input, events)
  return [state, events]
}

function takeSamples(state: NightState, input: Samples, events: LoopEvent[]): void {
  const { watch, outside } = state
  watch.push(input.first, input.columns, input.atMs)
  watch.facts() // brings `seen` up to here: it is the same object
  outside.lastSamplesAtMs = input.atMs
  let second = false
  for (const seen of watch.events) {
    events.push(seen)
    second ||= seen.kind === 'stage'
  }
  govern(state, { kind: 'tick', atMs: input.atMs }, events)
  clickDecisions(state.click, state, input, events)
  // A dead stager does not keep anybody asleep: time alone brings the alarm (rule N76).
  if (second || input.atMs - state.secondAtMs >= UNSTAGED_MS) everySecond(state, events)
}

/** What happens at the pace of staging: bedtime fades, cues, the way to waking. */
function everySecond(state: NightState, events: LoopEvent[]): void {
  state.secondAtMs = state.atMs
  bedtimeDecisions(state.bedtime, state, events)
  cueDecision(state.cue, state, events)
  wakeDecision(state.wake, state, events)
}

function takeWord(
  state: NightState,
  input: Exclude<LoopInput, Samples>,
  events: LoopEvent[],
): void {
  const { outside, facts, header } = state
  if (input.kind === 'latency') {
    outside.latencyMeanMs = input.meanMs
    outside.latencySdMs = input.sdMs
  }
  if (input.kind === 'clock') {
    outside.stepMs += input.stepMs
    facts.wakeAtMs = wakeTimeAfter(header, facts.wakeAtMs, input.atMs, outside.stepMs)
  }
  govern(state, eventOf(input), events)
  // The alarm needs no signal: time alone brings it.
  if (input.kind === 'tick') wakeDecision(state.wake, state, events)
}

/** The governor's word for an input. */
function eventOf(input: Exclude<LoopInput, Samples>): GovernorEvent {
  switch (input.kind) {
    case 'consent':
      return { ...input, terms: input.consent.terms }
    case 'actuator':
      return { ...input, kind: 'effect' }
    case 'latency':
      return { kind: 'tick', atMs: input.atMs }
    default:
      return input
  }
}

function govern(state: NightState, event: GovernorEvent, events: LoopEvent[]): void {
  const { facts, header, seen, outside, governor } = state
  fillFacts(facts, header, seen, outside, event.atMs)
  governed(governor, event, facts, seen.sample, events)
}
