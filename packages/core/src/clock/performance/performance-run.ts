import { assert } from '../../math/assert.ts'
import type { PerformanceModel, SleepSpanH } from './performance-model.ts'
import { kssOfAlertness, type ThreeProcessValues } from './three-process.ts'

/** How a run of a performance model differs from the usual. */
export type PerformanceOptions = {
  /** State at the first asked hour; default a rested person's. */
  readonly initialState?: readonly number[] | undefined
  /** Hours after waking at the first asked hour, for its sleep inertia; default none is left. */
  readonly awakeForH?: number | undefined
  /**
   * How much later than the model's average person this person's clock runs, h: the circadian terms
   * are asked for the hour minus it.
   */
  readonly clockLaterH?: number | undefined
}

/** What a model says at each asked hour. */
export type PerformanceRun = {
  readonly timesH: Float64Array
  /** Row-major states. */
  readonly states: Float64Array
  readonly awake: Uint8Array
  /** Circadian (and ultradian) term. */
  readonly circadian: Float64Array
  /** Sleep inertia, a column of its own: 0 asleep. */
  readonly inertia: Float64Array
}

/**
 * Runs a model over sleeps (in order, apart) and says its terms at hours in ascending order. The
 * moment of waking counts as awake. Exact: no step is taken but from one asked hour, onset or
 * offset to the next.
 */
export function runPerformance(
  model: PerformanceModel,
  sleeps: readonly SleepSpanH[],
  timesH: Float64Array,
  options: PerformanceOptions = {},
): PerformanceRun {
  const width = model.stateNames.length
  const state = Float64Array.from(options.initialState ?? model.initialState)
  assert(state.length === width, `${state.length} numbers for the states ${model.stateNames}`)
  const run = {
    timesH,
    states: new Float64Array(width * timesH.length),
    awake: new Uint8Array(timesH.length),
    circadian: new Float64Array(timesH.length),
    inertia: new Float64Array(timesH.length),
  }
  const start = timesH[0] ?? 0
  const person = { nowH: start, next: 0, wokeH: start - (options.awakeForH ?? Infinity), state }
  for (const [i, hour] of timesH.entries()) {
    assert(hour >= person.nowH, `hour ${hour} after ${person.nowH}: hours ascend`)
    const asleep = carry(model, sleeps, person, hour)
    run.states.set(state, width * i)
    run.awake[i] = asleep ? 0 : 1
    run.circadian[i] = model.circadian(hour - (options.clockLaterH ?? 0))
    run.inertia[i] = asleep ? 0 : model.inertia(hour - person.wokeH)
  }
  return run
}

type Person = { nowH: number; next: number; wokeH: number; readonly state: Float64Array }

/** Takes a person through sleeping and waking to an hour; says whether they sleep then. */
function carry(
  model: PerformanceModel,
  sleeps: readonly SleepSpanH[],
  person: Person,
  untilH: number,
): boolean {
  for (;;) {
    for (; (sleeps[person.next]?.offsetH ?? Infinity) <= person.nowH; person.next++) {
      person.wokeH = sleeps[person.next]!.offsetH
    }
    const sleep = sleeps[person.next]
    const asleep = sleep !== undefined && sleep.onsetH <= person.nowH
    if (person.nowH >= untilH) return asleep
    const change = (asleep ? sleep.offsetH : sleep?.onsetH) ?? Infinity
    const then = Math.min(untilH, change)
    model.advance(person.state, !asleep, then - person.nowH, person.state)
    person.nowH = then
  }
}

/**
 * Sleepiness on Karolinska's scale, 1 to 9, at each hour of a three-process run, without sleep
 * inertia; `inertiaKss` is what inertia adds, in points of the scale before the clamp.
 */
export function kssOfRun(
  v: ThreeProcessValues,
  run: PerformanceRun,
): { readonly kss: Float64Array; readonly inertiaKss: Float64Array } {
  const kss = run.states.map((S, i) => kssOfAlertness(v, S + run.circadian[i]!))
  return { kss, inertiaKss: run.inertia.map((W) => v.kssSlope * W) }
}

/**
 * Lapses (answers slower than 500 ms) of a 10-minute psychomotor vigilance test at each hour of a
 * run of the unified model, without sleep inertia. Not below 0.
 */
export function lapsesOfRun(run: PerformanceRun): Float64Array {
  return run.circadian.map((C, i) => Math.max(run.states[2 * i]! + C, 0))
}
