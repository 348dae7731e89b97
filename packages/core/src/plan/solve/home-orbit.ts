import { atan2 } from '../../math/elementary.ts'
import { cbtminsOf, runPath } from './clock-path.ts'
import type { PlanarClock } from './planar-clock.ts'

/** Where a clock comes to rest on days that are all alike. */
export type HomeOrbit = {
  /** a, b of every step of the day, step 0 at the grid's start (modulo 24 h). */
  readonly ab: Float64Array
  /** CBTmin, hours since the grid's start modulo 24. */
  readonly cbtminH: number
  /** Mean of a^2 + b^2: the square of the orbit's size. */
  readonly size2: number
  /** False where these days do not hold this clock: it drifts, and the last day stands in. */
  readonly entrained: boolean
}

/**
 * A day: sleep in the dark between two hours (modulo 24), `wakeLux` photopic lux otherwise; or the
 * lux of every step.
 */
export type PlainDay = {
  readonly onsetH: number
  readonly offsetH: number
  readonly wakeLux: number
  readonly dayLux?: Float64Array | undefined
}

type State = readonly [number, number, number]

const SETTLING_DAYS = 8
const NEWTON_STEPS = 6
const DRIFT_DAYS = 60
const AT_REST = 1e-6
const NUDGE = 1e-4

/**
 * The orbit a clock is entrained to by a plain day: eight days from a plausible phase, then
 * Newton's method on the map of one day. Where that does not converge the clock runs 60 days and
 * `entrained` says whether it came to rest.
 */
export function homeOrbit(clock: PlanarClock, day: PlainDay): HomeOrbit {
  const perDay = Math.round(24 / clock.dtH)
  const alpha = plainAlpha(clock, day, perDay)
  const path = new Float64Array(3 * (perDay + 1))
  const turn = (state: State): State => {
    runPath(clock, alpha, state, path)
    return [path[3 * perDay]!, path[3 * perDay + 1]!, path[3 * perDay + 2]!]
  }
  let state = plausible(clock, day, perDay)
  for (let d = 0; d < SETTLING_DAYS; d++) state = turn(state)
  let settled = newton(state, turn)
  if (settled === undefined) {
    for (let d = 0; d < DRIFT_DAYS; d++) state = turn(state)
    settled = state
  }
  const after = turn(settled)
  const entrained = Math.abs(after[0] - settled[0]) + Math.abs(after[1] - settled[1]) < 1e-3
  return orbitOf(clock, path, perDay, entrained)
}

function plainAlpha(clock: PlanarClock, day: PlainDay, perDay: number): Float64Array {
  if (day.dayLux)
    return Float64Array.from({ length: perDay }, (_, i) => clock.alpha(day.dayLux![i]!))
  const bright = clock.alpha(day.wakeLux)
  const alpha = new Float64Array(perDay)
  for (let i = 0; i < perDay; i++) {
    alpha[i] = isWithin((i + 0.5) * clock.dtH, day.onsetH, day.offsetH) ? 0 : bright
  }
  return alpha
}

/** True where an hour lies from `onsetH` up to `offsetH`, all modulo 24. */
export function isWithin(hour: number, onsetH: number, offsetH: number): boolean {
  return modulo24(hour - onsetH) < modulo24(offsetH - onsetH)
}

/** Hours brought into 0 .. 24. */
export function modulo24(hours: number): number {
  return hours - 24 * Math.floor(hours / 24)
}

/** A state near the orbit: CBTmin 2 h before waking, at the start of the grid's day. */
function plausible(clock: PlanarClock, day: PlainDay, perDay: number): State {
  const hours = modulo24(-(day.offsetH - 2 - clock.markerOffsetH))
  const alpha = new Float64Array(Math.round((hours / 24) * perDay)).fill(clock.alpha(day.wakeLux))
  const path = new Float64Array(3 * (alpha.length + 1))
  runPath(clock, alpha, [-0.8, 0, 0.2], path)
  const at = 3 * alpha.length
  return [path[at]!, path[at + 1]!, path[at + 2]!]
}

/** Fixed point of one day in (a, b); n, which forgets within the day, follows. */
function newton(start: State, turn: (state: State) => State): State | undefined {
  let state = start
  for (let k = 0; k < NEWTON_STEPS; k++) {
    const [a, b, n] = state
    const to = turn(state)
    const f = to[0] - a
    const g = to[1] - b
    if (Math.abs(f) + Math.abs(g) < AT_REST) return to
    const byA = turn([a + NUDGE, b, n])
    const byB = turn([a, b + NUDGE, n])
    const fa = (byA[0] - to[0]) / NUDGE - 1
    const ga = (byA[1] - to[1]) / NUDGE
    const fb = (byB[0] - to[0]) / NUDGE
    const gb = (byB[1] - to[1]) / NUDGE - 1
    const det = fa * gb - fb * ga
    if (det === 0) return undefined
    const da = (-f * gb + g * fb) / det
    const db = (-g * fa + f * ga) / det
    if (!(da * da + db * db < 0.25)) return undefined
    state = [a + da, b + db, to[2]]
  }
  return undefined
}

function orbitOf(
  clock: PlanarClock,
  path: Float64Array,
  perDay: number,
  entrained: boolean,
): HomeOrbit {
  const ab = new Float64Array(2 * perDay)
  let size2 = 0
  for (let i = 0; i < perDay; i++) {
    const a = path[3 * i]!
    const b = path[3 * i + 1]!
    ab[2 * i] = a
    ab[2 * i + 1] = b
    size2 += (a * a + b * b) / perDay
  }
  const twice = new Float64Array(path.length + 3 * perDay)
  twice.set(path)
  twice.set(path, 3 * perDay)
  const cbtminH = modulo24(cbtminsOf(clock, twice).at(-1) ?? Number.NaN)
  return { ab, cbtminH, size2, entrained }
}

/** Angle from one planar state to another, hours of a 24 h day in -12 .. 12; positive = later. */
export function hoursAhead(a: number, b: number, homeA: number, homeB: number): number {
  // Phases grow as atan2(b, -a); their difference from the product with the conjugate.
  const cross = b * -homeA - -a * homeB
  const dot = a * homeA + b * homeB
  return (12 / Math.PI) * atan2(cross, dot)
}
