import type { Level } from './block-schedule.ts'
import { runPath } from './clock-path.ts'
import type { Ensemble, Member } from './ensemble.ts'
import type { PlanarClock } from './planar-clock.ts'

/** Squared distance, in radii of the orbit, at which the target counts as reached: 10 minutes. */
const ARRIVED2 = 0.002

/**
 * Light that pushes one draw's phase one way at every moment until it first arrives at its target,
 * and usual light from then on: seek where light would turn the angle that way, avoid where it
 * would not (Zhang, Bierman and others' feedback rule). `way` 1 advances, -1 delays, 0 goes the
 * shorter way at every moment. 0 asleep.
 */
export function greedyLevels(
  ensemble: Ensemble,
  member: Member,
  asleep: Uint8Array,
  way: Level,
): Int8Array {
  const { steps, spanOf, perDay } = ensemble
  const { clock } = member
  const levels = new Int8Array(steps)
  const drive = new Float64Array(1)
  const path = new Float64Array(6)
  let state = clock.start
  let arrivedIn = -1
  for (let i = 0; i < steps; i++) {
    const span = Math.max(0, spanOf[i]!)
    const home = member.homes[span]!
    const [a, b] = state
    const homeA = home.ab[2 * (i % perDay)]!
    const homeB = home.ab[2 * (i % perDay) + 1]!
    const d2 = (a - homeA) * (a - homeA) + (b - homeB) * (b - homeB)
    if (d2 < ARRIVED2 * home.size2) arrivedIn = span
    if (!asleep[i] && arrivedIn !== span) {
      // cos and sin of the angle ahead of the target: ahead means the clock must be delayed.
      const ahead = a * homeB - b * homeA
      const wanted = way !== 0 ? way : ahead > 0 ? -1 : 1
      levels[i] = lightPush(clock, a, b) * wanted > 0 ? 1 : -1
    }
    drive[0] = asleep[i] ? 0 : member.alphas[levels[i]! + 1]![i]!
    runPath(clock, drive, state, path)
    state = [path[3]!, path[4]!, path[5]!]
  }
  return levels
}

const dark = new Float64Array(2)
const lit = new Float64Array(2)
const FAINT = 0.01

/**
 * How light turns a draw's phase in a state: d angle rate / d receptor output, rad/h, positive =
 * advances. The slope of the model's phase response curve, its isochrons taken as radial.
 */
export function lightPush(clock: PlanarClock, a: number, b: number): number {
  const { rates } = clock.step
  rates(a, b, 0, dark)
  rates(a, b, FAINT, lit)
  const byA = (lit[0]! - dark[0]!) / FAINT
  const byB = (lit[1]! - dark[1]!) / FAINT
  return (b * byA - a * byB) / (a * a + b * b + 1e-9)
}
