import type { ParameterSet } from '../pacemaker/pacemaker.ts'

/** The models of alertness and performance. */
export type PerformanceName = 'threeProcess' | 'unified'

/**
 * A model of performance as a value: how its homeostatic state moves awake and asleep, and what the
 * state and the hour of the day say of the performer. Time in hours.
 */
export type PerformanceModel = {
  readonly name: PerformanceName
  readonly parameters: ParameterSet
  readonly stateNames: readonly string[]
  /** State at the first waking of a rested person. */
  readonly initialState: readonly number[]
  /** d state / dt per hour into `out`. */
  derivative(state: Float64Array, awake: boolean, out: Float64Array): void
  /** Adds to `gradient` the adjoint times d derivative / d state. */
  vjp(state: Float64Array, awake: boolean, adjoint: Float64Array, gradient: Float64Array): void
  /** The state after `h` hours awake or asleep, in closed form, into `out` (may be `state`). */
  advance(state: Float64Array, awake: boolean, h: number, out: Float64Array): void
  /** Circadian term (and, in the three-process model, the ultradian one) at an hour of the day. */
  circadian(hour: number): number
  /** Sleep inertia `h` hours after waking, in the units of the circadian term. */
  inertia(h: number): number
}

/** A sleep, in hours since midnight of day 1: from falling asleep to waking. */
export type SleepSpanH = { readonly onsetH: number; readonly offsetH: number }
