import type { KernelRun } from './batch-kernel.ts'
import { DAILY_RATE } from './kronauer.ts'
import { cornerH, markerRootH, markerSignal } from './marker-root.ts'
import type { Pacemaker } from './pacemaker.ts'
import { stepPacemaker } from './step.ts'

/**
 * A slope of x (per 3.8 h) this near 0 at the last stage of a step is taken again at the step's
 * end: the two differ by less.
 */
export const NEAR_ZERO_SLOPE = 0.02

const start = new Float64Array(3)
const inside = new Float64Array(3)

/**
 * A batch has seen x turn upwards in the step of `lengthH` from (x, xc, n) at `startH`: finds where
 * and offers it as the person's marker. `before` is the slope of x before the step, in the batch's
 * unit (per 12 / pi h), under the light there.
 */
export function offerTrough(
  pacemaker: Pacemaker,
  run: KernelRun,
  person: number,
  x: number,
  xc: number,
  n: number,
  alpha: number,
  startH: number,
  lengthH: number,
  before: number,
): void {
  start[0] = x
  start[1] = xc
  start[2] = n
  const hour = startH + lengthH
  const step = { alpha, awake: 1, hour, lengthH, start }
  const below = markerSignal(pacemaker, start, step)
  if (before < 0 && below >= 0) {
    run.markers.offer(person, startH + cornerH(before * DAILY_RATE, below), x, xc)
    return
  }
  stepPacemaker(pacemaker, start, alpha, 1, hour, lengthH, inside)
  const above = markerSignal(pacemaker, inside, step)
  if (!(below < 0 && above >= 0)) return
  const at = markerRootH(pacemaker, step, below, above, inside)
  run.markers.offer(person, startH + at, inside[0]!, inside[1]!)
}
