import { log } from '../../math/elementary.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import { hourOfDayAt } from '../../math/time-zone.ts'
import type { PersonalRecord } from '../../sleep/evidence/personal-record.ts'
import type { SleepEpisode } from '../../sleep/evidence/sleep-episode.ts'
import { type BeliefEvidence, type ClockBelief, heldBack, weightsOf } from './clock-belief.ts'
import type { ClockFit } from './clock-fit.ts'
import type { ModelRun } from './clock-run.ts'
import { type FitNight, napSpans, nightOf } from './fit-night.ts'
import { EXPOSURE_STEP_H, type Exposure, exposure, measuredLight } from './light-exposure.ts'
import { nightsSaid } from './night-said.ts'
import { copyOf, type NightSaid, passDay, seeNight } from './sleep-filter.ts'
import { nearest, swarmOf } from './swarm.ts'

/** Days that may lie between the last night of a fit and the one to take in. */
const MOST_DAYS_ON = 30
/** Hours after waking in which the night's CBTmin may still come. */
const AFTER_H = 16

/**
 * A fit with one more night: every virtual sleeper lives on from where it was, and is weighed by
 * what it expected. `records` may bring light or activity of the time since. Habit and noise stay
 * those of the last whole fit, so do that again now and then. Fails with FIT_NIGHT for a nap, a
 * night not after the last, or one more than 30 days on.
 */
export function updateClock(
  fit: ClockFit,
  episode: SleepEpisode,
  records: readonly PersonalRecord[] = [],
): Result<ClockFit, 'FIT_NIGHT'> {
  const night = nightOf(episode, episode.zone ?? fit.zone)
  const last = fit.nights.at(-1)!
  if (night === undefined) return fail('FIT_NIGHT', 'night', 'a nap or no times', 'a main sleep')
  const daysOn = night.day - last.day
  if (daysOn < 1 || daysOn > MOST_DAYS_ON) {
    return fail('FIT_NIGHT', 'night', `one ${daysOn} days after the last`, '1 to 30 days')
  }
  const nights = [...fit.nights, night]
  const said = nightsSaid(nights).at(-1)!
  const span = spanOf(fit, night)
  const plain = lightOf(fit, night, span, [])
  const light = records.some((record) => record.series.length > 0)
    ? lightOf(fit, night, span, records)
    : plain
  const next = (part: Part, under: Exposure): Part => advanced(part, last, night, said, under, span)
  return ok({
    ...fit,
    ...next(fit, light),
    withoutLight: fit.withoutLight && next(fit.withoutLight, plain),
    nights,
    atMs: (span.startH + span.atStep * EXPOSURE_STEP_H) * 3_600_000,
    light: joined(fit.light, light, span),
  })
}

type Part = { readonly belief: ClockBelief; readonly evidence: BeliefEvidence }

/** From the moment of the fit's states to after the new night, on the grid of the light. */
type Span = { readonly startH: number; readonly atStep: number; readonly steps: number }

function spanOf(fit: ClockFit, night: FitNight): Span {
  const startH = fit.atMs / 3_600_000
  const endH = night.day * 24 + (night.offsetH ?? fit.habit.offsetH) - night.zoneH
  const atStep = Math.max(0, Math.ceil((endH - startH) / EXPOSURE_STEP_H))
  return { startH, atStep, steps: atStep + AFTER_H / EXPOSURE_STEP_H }
}

function lightOf(
  fit: ClockFit,
  night: FitNight,
  { startH, steps }: Span,
  records: readonly PersonalRecord[],
): Exposure {
  const sleeps = [...napSpans(records)]
  for (let day = fit.nights.at(-1)!.day + 1; day <= night.day; day++) {
    const known = day === night.day ? night : undefined
    const fromH = day * 24 + (known?.onsetH ?? fit.habit.onsetH) - night.zoneH
    sleeps.push({ fromH, toH: day * 24 + (known?.offsetH ?? fit.habit.offsetH) - night.zoneH })
  }
  const localHour = (atH: number): number => hourOfDayAt(fit.zone, atH * 3_600_000)
  const measured = measuredLight(records, startH, startH + steps * EXPOSURE_STEP_H)
  return exposure(startH, steps, sleeps, localHour, fit.usualLux, measured)
}

function advanced(
  { belief, evidence }: Part,
  last: FitNight,
  night: FitNight,
  said: NightSaid,
  light: Exposure,
  span: Span,
): Part {
  const runs = belief.runs.map((run) => runOn(run, last, night, light, span))
  const size = belief.weights.length / runs.length
  const drift = (of: readonly ModelRun[], i: number): number =>
    of[Math.floor(i / size)]!.driftH.at(-1)?.[i % size] ?? 0
  const beliefs = belief.beliefs.map((before, i) => {
    const after = copyOf(before)
    passDay(after, evidence.noise)
    seeNight(after, said, heldBack(drift(runs, i)), evidence.noise)
    return after
  })
  const scores = beliefs.map(
    (after, i) => log(belief.weights[i]!) + after.logLikelihood - belief.beliefs[i]!.logLikelihood,
  )
  return {
    belief: {
      runs,
      beliefs,
      weights: weightsOf(scores),
      dlmoH: belief.dlmoH.map((value, i) => value + drift(runs, i) - drift(belief.runs, i)),
    },
    evidence: { ...evidence, nights: [...evidence.nights, said] },
  }
}

function runOn(
  run: ModelRun,
  last: FitNight,
  night: FitNight,
  light: Exposure,
  span: Span,
): ModelRun {
  const swarm = swarmOf(run.model, run.draws, light, 0, run.states)
  swarm.liveTo(span.atStep)
  const states = swarm.states.map((column) => column.slice())
  swarm.liveTo(span.steps)
  const before = run.driftH.at(-1)!
  const driftH = run.usualH.map((usual, i) => {
    const lastAt = last.day * 24 + usual + before[i]! - last.zoneH
    const due = lastAt + (night.day - last.day) * 24
    const found = nearest(swarm.cbtminH(i), due)
    return (Number.isNaN(found) ? due : found) + night.zoneH - night.day * 24 - usual
  })
  return { ...run, states, driftH: [...run.driftH, driftH] }
}

/** The light of the fit up to its moment, then the new. */
function joined(before: Exposure, after: Exposure, { startH }: Span): Exposure {
  const kept = Math.round((startH - before.startH) / EXPOSURE_STEP_H)
  const join = (a: Float64Array, b: Float64Array): Float64Array => {
    const whole = new Float64Array(kept + b.length)
    whole.set(a.subarray(0, kept))
    whole.set(b, kept)
    return whole
  }
  return {
    startH: before.startH,
    lux: join(before.lux, after.lux),
    awake: join(before.awake, after.awake),
    share: before.share,
  }
}
