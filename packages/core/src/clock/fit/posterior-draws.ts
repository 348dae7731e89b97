import { type ClockBelief, dlmoMoments } from './clock-belief.ts'
import type { ClockFit } from './clock-fit.ts'
import type { ClockDraw, ClockPosterior } from './clock-posterior.ts'
import { needOf } from './sleep-filter.ts'
import { DLMO_TO_CBTMIN_H } from './sleeper-prior.ts'

/** Sleepers that stand for the belief outside the fit. */
const DRAWS = 60

/**
 * The belief as `DRAWS` sleepers of equal weight, as many of each model as the model deserves,
 * picked evenly through the weights (systematic resampling): no dice.
 */
export function posteriorOf(fit: ClockFit): ClockPosterior {
  return {
    atMs: fit.atMs,
    zone: fit.zone,
    draws: drawsOf(fit.belief, fit.habit.onsetH),
    habit: { onsetH: evening(fit.habit.onsetH), offsetH: fit.habit.offsetH },
  }
}

/** As a clock of the evening before waking: 23:00 is 23, 01:00 is 25. */
function evening(onsetH: number): number {
  return onsetH + 24
}

function drawsOf(belief: ClockBelief, onsetH: number): ClockDraw[] {
  const size = belief.weights.length / belief.runs.length
  const { means, sds } = dlmoMoments(belief)
  const { mean, sd } = DLMO_TO_CBTMIN_H
  const draws: ClockDraw[] = []
  let i = 0
  let sum = belief.weights[0]!
  for (let k = 0; k < DRAWS; k++) {
    const target = (k + 0.5) / DRAWS
    while (sum < target && i < belief.weights.length - 1) sum += belief.weights[++i]!
    const run = belief.runs[Math.floor(i / size)]!
    const own = i % size
    draws.push({
      model: run.model,
      weight: 1 / DRAWS,
      tauH: run.draws.periodH[own]!,
      lightGain: run.draws.sensitivity[own]!,
      sleepNeedH: needOf(belief.beliefs[i]!).mean,
      dlmoToCbtminH: mean,
      onsetToCbtminH: means[i]! + mean - onsetH,
      state: run.states.map((column) => column[own]!),
      cbtminShiftH: means[i]! + mean - (run.usualH[own]! + (run.driftH.at(-1)?.[own] ?? 0)),
      cbtminSdH: Math.sqrt(sds[i]! * sds[i]! + sd * sd),
    })
  }
  return draws
}
