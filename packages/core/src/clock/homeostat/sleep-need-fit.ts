import { fail, ok, type Result } from '../../math/result.ts'
import type { Skeldon23Parameters } from './skeldon23-parameters.ts'
import type { Skeldon23Moment } from './skeldon23-step.ts'
import {
  clockDifferenceH,
  type LightDays,
  settleSleep,
  type UnforcedSleep,
} from './unforced-sleep.ts'

/** The two numbers of a person that the mean and the middle of their sleep ask for. */
export type SleepNeedFit = {
  /** Upper asymptote of the pressure, and intrinsic period, h. */
  readonly mu: number
  readonly tauH: number
  /** The set with both. */
  readonly parameters: Skeldon23Parameters
  /** What the fitted model sleeps. */
  readonly sleep: UnforcedSleep
  /** Runs of the model that it took. */
  readonly evaluations: number
}

const MAX_EVALUATIONS = 60
const MAX_HALVINGS = 6
/** Of both, h: a second and a half. */
const REACHED_H = 4e-4
const MU_RANGE = [10, 40] as const
const TAU_RANGE = [22, 27] as const
const MU_PROBE = 0.05
const TAU_PROBE = 0.02
const MU_STEP = 1.5
const TAU_STEP = 0.3

type Place = { readonly mu: number; readonly tauH: number }
type Run = Place & { readonly missH: readonly [number, number]; readonly sleep: UnforcedSleep }
type Search = {
  readonly parameters: Skeldon23Parameters
  readonly days: LightDays
  readonly target: UnforcedSleep
  moment: Skeldon23Moment | undefined
  evaluations: number
}

/**
 * Fits mu and tau to a person's mean sleep duration and mean mid-sleep under their own light, all
 * else as in `parameters` (Skeldon et al., PLoS Comput Biol 19:e1011743, 2023), by Newton's method
 * in two dimensions, each run started where the one before it settled. Two means fix two numbers
 * and no more: tau also takes up what light sensitivity and social alarms do. Fails with
 * 'NOT_REACHED' where no sleeper of this kind sleeps so in this light.
 */
export function fitSleepNeed(
  target: UnforcedSleep,
  days: LightDays,
  parameters: Skeldon23Parameters,
): Result<SleepNeedFit, 'NOT_REACHED'> {
  const search: Search = { parameters, days, target, moment: undefined, evaluations: 0 }
  let here = evaluate(search, { mu: parameters.values.mu, tauH: parameters.values.tauc })
  // A person far from the set's may not be held by the light at its tau: one nearer 24 h is.
  for (const tauH of [24, 23.8]) {
    here ??= evaluate(search, { mu: parameters.values.mu, tauH })
  }
  while (here !== undefined && search.evaluations < MAX_EVALUATIONS) {
    if (size(here) < REACHED_H) return ok(fitted(search, here))
    const step = newtonStep(search, here)
    here = step && lineSearch(search, here, step)
  }
  const got = `${target.durationH.toFixed(2)} h about ${target.midSleepH.toFixed(2)} o'clock`
  return fail('NOT_REACHED', 'sleep', got, 'a sleep that some mu and tau give in this light')
}

function fitted(search: Search, { mu, tauH, sleep }: Run): SleepNeedFit {
  return {
    mu,
    tauH,
    parameters: withPlace(search, { mu, tauH }),
    sleep,
    evaluations: search.evaluations,
  }
}

function withPlace({ parameters }: Search, { mu, tauH }: Place): Skeldon23Parameters {
  return { ...parameters, values: { ...parameters.values, mu, tauc: tauH } }
}

function evaluate(search: Search, place: Place): Run | undefined {
  search.evaluations++
  const settled = settleSleep(withPlace(search, place), search.days, search.moment)
  if (!settled.ok) return undefined
  const { sleep, moment } = settled.value
  search.moment = moment
  const { target } = search
  const late = clockDifferenceH(sleep.midSleepH, target.midSleepH)
  return { ...place, sleep, missH: [sleep.durationH - target.durationH, late] }
}

function size({ missH }: Run): number {
  return Math.max(Math.abs(missH[0]), Math.abs(missH[1]))
}

/** Newton's step by differences, each no longer than the linear picture may be trusted. */
function newtonStep(search: Search, here: Run): Place | undefined {
  const byMu = evaluate(search, { mu: here.mu + MU_PROBE, tauH: here.tauH })
  const probe = here.missH[1] > 0 ? -TAU_PROBE : TAU_PROBE
  const byTau = evaluate(search, { mu: here.mu, tauH: here.tauH + probe })
  if (byMu === undefined || byTau === undefined) return undefined
  const [a, c] = [0, 1].map((k) => (byMu.missH[k]! - here.missH[k]!) / MU_PROBE) as [number, number]
  const [b, d] = [0, 1].map((k) => (byTau.missH[k]! - here.missH[k]!) / probe) as [number, number]
  const determinant = a * d - b * c
  if (!(Math.abs(determinant) > 1e-9)) return undefined
  const [dDuration, dMiddle] = here.missH
  const mu = -(d * dDuration - b * dMiddle) / determinant
  const tauH = -(a * dMiddle - c * dDuration) / determinant
  const shorter = Math.min(1, MU_STEP / Math.abs(mu), TAU_STEP / Math.abs(tauH))
  return { mu: shorter * mu, tauH: shorter * tauH }
}

function lineSearch(search: Search, here: Run, step: Place): Run | undefined {
  let share = 1
  for (let i = 0; i < MAX_HALVINGS; i++, share *= 0.5) {
    const mu = Math.min(Math.max(here.mu + share * step.mu, MU_RANGE[0]), MU_RANGE[1])
    const tauH = Math.min(Math.max(here.tauH + share * step.tauH, TAU_RANGE[0]), TAU_RANGE[1])
    const there = evaluate(search, { mu, tauH })
    if (there !== undefined && size(there) < size(here)) return there
  }
  return undefined
}
