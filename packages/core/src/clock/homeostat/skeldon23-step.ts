import { assert } from '../../math/assert.ts'
import { atan2, exp } from '../../math/elementary.ts'
import type { CycleMarkers } from '../pacemaker/cycle-markers.ts'
import { cornerH } from '../pacemaker/marker-root.ts'
import { hermiteRoot } from './hermite-root.ts'
import { OSCILLATOR_RATE, switchMargin, wakePropensityRate } from './skeldon23.ts'
import type { Skeldon23Values } from './skeldon23-parameters.ts'
import type { SleepSwitch } from './sleep-wake-model.ts'

/** The moment of a run: the model's state, and whether the sleeper is awake. No other memory. */
export type Skeldon23Moment = {
  readonly state: Float64Array
  awake: 0 | 1
}

/**
 * What a run passes on its way; markers only where they are asked for. `slope` is x' at the end of
 * its last step, NaN at the start.
 */
export type SpanEvents = {
  readonly switches: SleepSwitch[]
  readonly markers: CycleMarkers | undefined
  slope: number
}

/** How a span is integrated. */
export type SpanOptions = {
  /** No light reaches the retina of a sleeper. Off for light that was measured at the eye. */
  readonly lightGatedBySleep: boolean
  /** Longest step, h. */
  readonly maxStepH: number
  /** Error of x that a step may take from the receptor's fast relaxation. */
  readonly receptorTolerance: number
}

const MAX_RECEPTOR_STEPS = 256
/** Thresholds lie Delta apart: only a run that blows up changes state so often in a span. */
const MAX_SWITCHES = 64
const NEWTON_STEPS = 4
const SHORTEST_H = 1e-11

const before = new Float64Array(2)
const after = new Float64Array(2)

/**
 * Advances a moment by `spanH` hours of constant light of drive `alpha`. The receptor and the
 * pressure are exact, the oscillator is classical Runge-Kutta in steps that are as short as the
 * receptor's relaxation asks, and a change of sleep and waking is a root of the switch margin
 * inside the step, polished by Newton on the integrator itself. Switches and minima of x are added
 * to `events`, in hours since the origin of `fromH`. Parameters under which a run blows up leave
 * NaN.
 */
export function advanceSkeldon23(
  v: Skeldon23Values,
  moment: Skeldon23Moment,
  fromH: number,
  spanH: number,
  alpha: number,
  options: SpanOptions,
  events: SpanEvents,
): void {
  assert(alpha >= 0 && spanH >= 0, `alpha ${alpha}, span ${spanH} h: neither may be below 0 or NaN`)
  const next = new Float64Array(4)
  let left = spanH
  const most = events.switches.length + MAX_SWITCHES
  while (left > SHORTEST_H) {
    const { state } = moment
    if (switchMargin(v, state[0]!, state[1]!, state[3]!, moment.awake) >= 0) {
      turn(moment, fromH + spanH - left, events)
    }
    const drive = options.lightGatedBySleep && moment.awake === 0 ? 0 : alpha
    const whole = stepLength(v, state[2]!, drive, left, options)
    const step = switchInside(v, moment, drive, whole, next)
    if (events.markers) {
      const atH = fromH + spanH - left
      const passed = step ?? whole
      events.slope = passMinimum(v, state, next, drive, passed, atH, events.slope, events.markers)
    }
    state.set(next)
    left -= step ?? whole
    if (step !== undefined) turn(moment, fromH + spanH - left, events)
    if (events.switches.length > most) {
      state.fill(Number.NaN)
      return
    }
  }
}

function turn(moment: Skeldon23Moment, atH: number, events: SpanEvents): void {
  moment.awake = moment.awake === 1 ? 0 : 1
  events.switches.push({ atH, awake: moment.awake })
}

/**
 * The receptor relaxes at a rate of up to 40 an hour in full sun. Simpson's error on the drive
 * B ~ e^(-rate t) is amplitude rate^4 h^5 / 2880 a step: the step is cut until it is nothing.
 */
function stepLength(
  v: Skeldon23Values,
  n: number,
  alpha: number,
  leftH: number,
  { maxStepH, receptorTolerance }: SpanOptions,
): number {
  const steps = Math.ceil(leftH / maxStepH - 1e-9)
  const whole = leftH / Math.max(1, steps)
  const rate = 60 * (alpha + v.beta)
  const amplitude = 2 * OSCILLATOR_RATE * v.G * alpha * Math.abs(n - alpha / (alpha + v.beta))
  const error = (amplitude * Math.min(whole, 1 / rate)) / 2880
  const cuts = Math.ceil(whole * rate * Math.sqrt(Math.sqrt(error / receptorTolerance)))
  return whole / Math.min(Math.max(cuts, 1), MAX_RECEPTOR_STEPS)
}

/** One step into `out`: n and H in closed form, (x, xc) by Runge-Kutta 4 with n as it moves. */
function step(
  v: Skeldon23Values,
  state: Float64Array,
  alpha: number,
  awake: number,
  h: number,
  out: Float64Array,
): void {
  const x = state[0]!
  const xc = state[1]!
  const n = state[2]!
  const settled = alpha / (alpha + v.beta)
  const half = exp(-30 * (alpha + v.beta) * h)
  const gain = v.G * alpha
  const start = gain * (1 - n)
  const middle = gain * (1 - settled - (n - settled) * half)
  const end = gain * (1 - settled - (n - settled) * half * half)
  const ratio = 24 / (v.f * v.tauc)
  const w = ratio * ratio
  const r = OSCILLATOR_RATE * h
  const B1 = start * (1 - v.b * x) * (1 - v.b * xc)
  const k1 = r * (xc + B1)
  const l1 = r * (v.gamma * (xc - (4 / 3) * xc * xc * xc) - x * (w + v.k * B1))
  const x2 = x + 0.5 * k1
  const c2 = xc + 0.5 * l1
  const B2 = middle * (1 - v.b * x2) * (1 - v.b * c2)
  const k2 = r * (c2 + B2)
  const l2 = r * (v.gamma * (c2 - (4 / 3) * c2 * c2 * c2) - x2 * (w + v.k * B2))
  const x3 = x + 0.5 * k2
  const c3 = xc + 0.5 * l2
  const B3 = middle * (1 - v.b * x3) * (1 - v.b * c3)
  const k3 = r * (c3 + B3)
  const l3 = r * (v.gamma * (c3 - (4 / 3) * c3 * c3 * c3) - x3 * (w + v.k * B3))
  const x4 = x + k3
  const c4 = xc + l3
  const B4 = end * (1 - v.b * x4) * (1 - v.b * c4)
  const k4 = r * (c4 + B4)
  const l4 = r * (v.gamma * (c4 - (4 / 3) * c4 * c4 * c4) - x4 * (w + v.k * B4))
  out[0] = x + (k1 + 2 * k2 + 2 * k3 + k4) / 6
  out[1] = xc + (l1 + 2 * l2 + 2 * l3 + l4) / 6
  out[2] = settled + (n - settled) * half * half
  out[3] = v.mu * awake + (state[3]! - v.mu * awake) * exp(-h / v.chi)
}

/**
 * Takes the step into `next`. Where the margin crosses 0 on the way, `next` is the state at the
 * crossing and the answer its distance in hours; else `undefined`.
 */
function switchInside(
  v: Skeldon23Values,
  { state, awake }: Skeldon23Moment,
  alpha: number,
  h: number,
  next: Float64Array,
): number | undefined {
  step(v, state, alpha, awake, h, next)
  const start = switchMargin(v, state[0]!, state[1]!, state[3]!, awake)
  const end = switchMargin(v, next[0]!, next[1]!, next[3]!, awake)
  // The margin moves slower than 3 an hour: far below 0 there is nothing to look for.
  if (end < 0 && start < -0.5 && end < -0.5) return undefined
  const startRate = marginRate(v, state, alpha, awake)
  const endRate = marginRate(v, next, alpha, awake)
  const guess = hermiteRoot(start, startRate, end, endRate, h)
  if (guess === undefined) return undefined
  let theta = guess
  for (let i = 0; i < NEWTON_STEPS; i++) {
    step(v, state, alpha, awake, theta, next)
    const rest = switchMargin(v, next[0]!, next[1]!, next[3]!, awake)
    const rate = marginRate(v, next, alpha, awake)
    const better = rate > 0 ? Math.min(Math.max(theta - rest / rate, 0), h) : theta
    if (Math.abs(better - theta) < 1e-13) break
    theta = better
  }
  step(v, state, alpha, awake, theta, next)
  return theta
}

function oscillatorRate(
  v: Skeldon23Values,
  state: Float64Array,
  alpha: number,
  out: Float64Array,
): void {
  const x = state[0]!
  const xc = state[1]!
  const n = state[2]!
  const B = v.G * (1 - n) * alpha * (1 - v.b * x) * (1 - v.b * xc)
  const ratio = 24 / (v.f * v.tauc)
  out[0] = OSCILLATOR_RATE * (xc + B)
  out[1] =
    OSCILLATOR_RATE * (v.gamma * (xc - (4 / 3) * xc * xc * xc) - x * (ratio * ratio + v.k * B))
}

function marginRate(v: Skeldon23Values, state: Float64Array, alpha: number, awake: number): number {
  oscillatorRate(v, state, alpha, before)
  const pressure = (v.mu * awake - state[3]!) / v.chi
  const above = pressure - wakePropensityRate(v, state[0]!, state[1]!, before[0]!, before[1]!)
  return awake > 0 ? above : -above
}

/**
 * Offers the minima of x: where x' passes 0 from below between two states (on Hermite's cubic), or
 * where light that comes on turns it at once. Counts the turns of the phase.
 */
function passMinimum(
  v: Skeldon23Values,
  from: Float64Array,
  to: Float64Array,
  alpha: number,
  h: number,
  atH: number,
  slope: number,
  markers: CycleMarkers,
): number {
  oscillatorRate(v, from, alpha, before)
  oscillatorRate(v, to, alpha, after)
  const d0 = before[0]!
  const d1 = after[0]!
  if (slope < 0 && d0 >= 0) {
    markers.offer(atH + cornerH(slope, d0), from[0]!, atan2(from[1]!, -from[0]!))
  }
  if (d1 >= 0 && d0 < 0) {
    // The cubic's slope is d0 + 2 c s + 3 d s^2 over s = t / h in 0..1, rising through its root.
    const rise = (to[0]! - from[0]!) / h
    const c = 3 * rise - 2 * d0 - d1
    const d = d0 + d1 - 2 * rise
    const s = -d0 / (c + Math.sqrt(Math.max(c * c - 3 * d * d0, 0)))
    const x = from[0]! + h * s * (d0 + s * (c + s * d))
    markers.offer(atH + h * s, x, atan2(from[1]! + s * (to[1]! - from[1]!), -x))
  }
  if (to[0]! > 0 && from[1]! > 0 !== to[1]! > 0) markers.turn(to[1]! > 0 ? -1 : 1)
  return d1
}
