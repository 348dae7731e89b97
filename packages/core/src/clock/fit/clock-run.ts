import { median } from '../../math/quantile.ts'
import type { BatchName } from '../pacemaker/batch.ts'
import type { FitNight } from './fit-night.ts'
import { EXPOSURE_STEP_H, type Exposure } from './light-exposure.ts'
import type { SleeperDraws } from './sleeper-prior.ts'
import { nearest, type SwarmStates, swarmOf } from './swarm.ts'

/** One model's virtual sleepers, taken through the light of the nights. */
export type ModelRun = {
  readonly model: BatchName
  readonly draws: SleeperDraws
  /** States at the end of the last night. */
  readonly states: SwarmStates
  /** CBTmin of the usual day before the nights, h of the local day. */
  readonly usualH: Float64Array
  /** How far each night's CBTmin lies from the usual one by the local clock, h; `[night][draw]`. */
  readonly driftH: readonly Float64Array[]
}

/** Where on the light's grid things happen. */
export type RunSchedule = {
  /** Step at which the usual days end and the nights begin. */
  readonly usualSteps: number
  /** Step at which the last night ends: the moment the states are kept for. */
  readonly atStep: number
  /** Steps in all: far enough for the last CBTmin. */
  readonly steps: number
}

/** Minimum to expect of the usual day, h after its onset of sleep. */
const CBTMIN_AFTER_ONSET_H = 4.7

/** Takes the sleepers of one model through usual days and then the nights. */
export function runModel(
  model: BatchName,
  draws: SleeperDraws,
  light: Exposure,
  schedule: RunSchedule,
  nights: readonly FitNight[],
): ModelRun {
  const swarm = swarmOf(model, draws, light, 0)
  swarm.liveTo(schedule.atStep)
  const states = swarm.states.map((column) => column.slice())
  swarm.liveTo(schedule.steps)
  const { day, zoneH } = nights[0]!
  // The last usual sleep began a day before the nights' first usual one.
  const usualAt = light.startH + schedule.usualSteps * EXPOSURE_STEP_H - 24 + CBTMIN_AFTER_ONSET_H
  const count = draws.periodH.length
  const usualH = new Float64Array(count)
  const driftH = nights.map(() => new Float64Array(count))
  for (let i = 0; i < count; i++) {
    const minima = swarm.cbtminH(i)
    usualH[i] = nearest(minima, usualAt) + zoneH - (day - 1) * 24
    let lastAt = (day - 1) * 24 + usualH[i]! - zoneH
    let lastDay = day - 1
    for (const [k, night] of nights.entries()) {
      const due = lastAt + (night.day - lastDay) * 24
      const found = nearest(minima, due)
      lastAt = Number.isNaN(found) ? due : found
      lastDay = night.day
      driftH[k]![i] = lastAt + night.zoneH - night.day * 24 - usualH[i]!
    }
  }
  return { model, draws, states, usualH, driftH }
}

/** Where each sleeper's clock lies from the middle one of its model by period and gain, h. */
export function levelOf(run: Pick<ModelRun, 'usualH'>): Float64Array {
  const middle = median(run.usualH)
  return run.usualH.map((value) => Math.max(-6, Math.min(6, value - middle)))
}
