import { atan2, cos, sin, tanh } from '../../math/elementary.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import type { LightSeries } from '../light/light.ts'
import { FixedPointSearch } from './fixed-point.ts'
import { skeldon23Alpha } from './skeldon23.ts'
import type { Skeldon23Parameters, Skeldon23Values } from './skeldon23-parameters.ts'
import { advanceSkeldon23, type Skeldon23Moment, type SpanEvents } from './skeldon23-step.ts'
import type { SleepSwitch } from './sleep-wake-model.ts'

/** Sleep that nothing but the light shapes. */
export type UnforcedSleep = {
  /** Sleep a day, h, naps included. */
  readonly durationH: number
  /** Centre of the day's sleep, hours of the clock, 0 to 24. */
  readonly midSleepH: number
}

/** The person's days of light, as the drive of the receptor, for runs that are repeated. */
export type LightDays = {
  readonly dtH: number
  /** Hour of the clock at the first sample. */
  readonly startH: number
  /** Drive over each step, per minute; whole days. */
  readonly alphas: Float64Array
  readonly lightGatedBySleep: boolean
}

/** Why sleep could not be foretold. */
export type UnforcedSleepCode = 'LIGHT' | 'NO_SLEEP' | 'UNSETTLED'

/** A sleep, and the moment that the repeated days of light settle to. */
export type SettledSleep = { readonly sleep: UnforcedSleep; readonly moment: Skeldon23Moment }

/** Days are repeated from 15:00, when people are awake, at about the state they are then in. */
const TURN_H = 15
const START_STATE = [1.09, 0, 0.72, 12.3] as const
const MAX_PASSES = 200
/** Days that are simply lived before the search for the settled state is sped up. */
const PLAIN_DAYS = 6
/** The states at the ends of a pass may differ so much. */
const SETTLED = 1e-6
const NEAR = 0.3
const DRIFT_DAYS = 100
const MAX_STEP_H = 0.25
const TOLERANCE = 1e-7
const STANDARD_DT_H = 0.25

/**
 * Sleep need, h a day: how long a person with these numbers sleeps when nothing wakes them, under
 * `standardLightDay`, once their clock has settled to it (8.1 h at 30 years and 7.4 h at 65 by the
 * paper's sets). Of a clock that this light does not hold, the mean of 100 days of its drifting.
 */
export function sleepNeedH(parameters: Skeldon23Parameters): Result<number, UnforcedSleepCode> {
  const days = lightDays(parameters.values, standardLightDay(), { lightGatedBySleep: true })
  if (!days.ok) return days
  const settled = settleSleep(parameters, days.value)
  if (settled.ok) return ok(settled.value.sleep.durationH)
  if (settled.problem.code !== 'UNSETTLED') return settled
  const moment: Skeldon23Moment = { state: Float64Array.from(START_STATE), awake: 1 }
  let sum = 0
  for (let day = 0; day < 2 * DRIFT_DAYS; day++) {
    const { durationH } = passDays(parameters.values, days.value, moment)
    if (day >= DRIFT_DAYS) sum += durationH
  }
  return ok(sum / DRIFT_DAYS)
}

/**
 * A day of light at hand: 40 lux of lamps, and between 08:00 and 17:00 up to 700 lux by day, with
 * the smooth edges of Skeldon et al. 2023. Photopic lux, a sample each quarter of an hour.
 */
export function standardLightDay(): LightSeries {
  const lux = Float64Array.from({ length: 97 }, (_, i) => {
    const hour = (i - 0.5) * STANDARD_DT_H
    return 40 + 350 * (tanh(0.6 * (hour - 8)) - tanh(0.6 * (hour - 17)))
  })
  return { unit: 'photopicLux', dtH: STANDARD_DT_H, lux }
}

/**
 * Light as the drive it gives, cut to whole days. `startH` is the hour of the clock at sample 0
 * (default midnight). Refused: a NaN, less than a day, steps that do not divide the day.
 */
export function lightDays(
  v: Skeldon23Values,
  { dtH, lux }: LightSeries,
  options: { readonly startH?: number | undefined; readonly lightGatedBySleep: boolean },
): Result<LightDays, 'LIGHT'> {
  const perDay = Math.round(24 / dtH)
  if (Math.abs(perDay * dtH - 24) > 1e-9) {
    return fail('LIGHT', 'dtH', `${dtH} h`, 'a step that divides the day')
  }
  const steps = perDay * Math.floor((lux.length - 1) / perDay)
  if (steps === 0) return fail('LIGHT', 'light', `${lux.length} samples`, 'a day or more')
  const used = lux.subarray(1, steps + 1)
  const gap = used.findIndex(Number.isNaN)
  if (gap >= 0) return fail('LIGHT', `light sample ${gap + 1}`, 'no value', 'lux of 0 or more')
  const { startH = 0, lightGatedBySleep } = options
  const skip = Math.round((TURN_H - startH + 24 * Math.ceil(startH / 24)) / dtH) % perDay
  const alphas = used.map((_, i) => skeldon23Alpha(v, used[(i + skip) % steps]!))
  return ok({ dtH, startH: startH + skip * dtH, alphas, lightGatedBySleep })
}

/**
 * Repeats the days of light until their end is their beginning, from `start` (a moment that other
 * numbers settled to saves passes) or from the afternoon of an average person.
 */
export function settleSleep(
  { values }: Skeldon23Parameters,
  days: LightDays,
  start?: Skeldon23Moment,
): Result<SettledSleep, UnforcedSleepCode> {
  const moment: Skeldon23Moment = {
    state: Float64Array.from(start?.state ?? START_STATE),
    awake: start?.awake ?? 1,
  }
  const spanDays = (days.alphas.length * days.dtH) / 24
  const search = new FixedPointSearch()
  const from = new Float64Array(4)
  for (let pass = 1; pass <= MAX_PASSES; pass++) {
    from.set(moment.state)
    const awakeFrom = moment.awake
    const sleep = passDays(values, days, moment)
    const { state, awake } = moment
    const rest = Math.max(...state.map((value, i) => Math.abs(value - from[i]!)))
    if (rest < SETTLED && awake === awakeFrom) {
      if (sleep.durationH > 0 && sleep.durationH < 24) return ok({ sleep, moment })
      return fail('NO_SLEEP', 'mu', `${values.mu}`, 'numbers that sleep and wake')
    }
    const plain = awake !== awakeFrom || !(rest < NEAR)
    if (plain) search.forget()
    else if (start !== undefined || pass * spanDays >= PLAIN_DAYS) {
      const next = search.propose(from, state)
      if (plausible(next, state)) state.set(next)
      else search.forget()
    }
  }
  const got = `a state that still moves after ${MAX_PASSES} times ${spanDays} days`
  return fail('UNSETTLED', 'tauc', got, 'a clock that this light holds')
}

/** Whether a proposed state is a step, not a leap. */
function plausible(next: Float64Array, from: Float64Array): boolean {
  const [dx, dxc, dn, dH] = next.map((value, i) => Math.abs(value - from[i]!))
  return dx! < 0.4 && dxc! < 0.4 && dn! < 0.2 && dH! < 0.8
}

/** How much later one hour of the clock is than another, -12 to 12 h. */
export function clockDifferenceH(a: number, b: number): number {
  const turn = (a - b) / 24
  return 24 * (turn - Math.round(turn))
}

/** One pass through the days: moves the moment and sums up the sleep. */
function passDays(v: Skeldon23Values, days: LightDays, moment: Skeldon23Moment): UnforcedSleep {
  const { dtH, alphas, startH, lightGatedBySleep } = days
  const events: SpanEvents = { switches: [], markers: undefined, slope: Number.NaN }
  const options = { lightGatedBySleep, maxStepH: MAX_STEP_H, receptorTolerance: TOLERANCE }
  const first = moment.awake
  for (let i = 0; i < alphas.length; i++) {
    advanceSkeldon23(v, moment, i * dtH, dtH, alphas[i]!, options, events)
  }
  return sumOfSleep(events.switches, first, alphas.length * dtH, startH)
}

/**
 * Sleep between 0 and `spanH`: hours a day, and the angle of the sum of e^(i w t) over all sleep,
 * which for one sleep a day is the mean of the mid-points and needs no night to be whole.
 */
function sumOfSleep(
  switches: readonly SleepSwitch[],
  first: 0 | 1,
  spanH: number,
  startH: number,
): UnforcedSleep {
  const w = (2 * Math.PI) / 24
  let [total, east, north] = [0, 0, 0]
  let asleepFrom = first === 0 ? 0 : Number.NaN
  for (const { atH, awake } of [...switches, { atH: spanH, awake: 1 as const }]) {
    if (awake === 0) asleepFrom = atH
    else if (!Number.isNaN(asleepFrom)) {
      total += atH - asleepFrom
      east += sin(w * atH) - sin(w * asleepFrom)
      north += cos(w * asleepFrom) - cos(w * atH)
      asleepFrom = Number.NaN
    }
  }
  const middle = startH + atan2(north, east) / w
  return { durationH: (24 * total) / spanH, midSleepH: middle - 24 * Math.floor(middle / 24) }
}
