import { cos, PI, pow, sin } from '../../math/elementary.ts'
import { type PhasePredictor, SLOW_WAVE_HZ } from './predictor.ts'
import { toneGains } from './tone-gain.ts'
import { ToneTrack } from './tone-track.ts'

/** One noisy rotator: frequency, damping a sample at 100 Hz, noise against that of the sensor. */
type Rotator = { readonly hz: number; readonly damping: number; readonly noise: number }

/** Drift, slow oscillation, delta. Noise by a grid on made-up N3. */
const ROTATORS: readonly Rotator[] = [
  { hz: 0.02, damping: 0.995, noise: 0.3 },
  { hz: SLOW_WAVE_HZ.centre, damping: 0.992, noise: 0.3 },
  { hz: 2.3, damping: 0.96, noise: 0.3 },
]
const SLOW = 1
const SIZE = 2 * ROTATORS.length
/** Steps within which the covariance settles, and the part of a step that is no step any more. */
const SETTLING = 4000
const SETTLED = 1e-12
/** Seconds of signal after a gap before anything is foretold. */
const WARM_S = 2
/** Length of the response of which the gains are taken, s. */
const RESPONSE_S = 12
/** Over how long the size of the surprise is taken, s. */
const SURPRISE_S = 30

/**
 * State-space phase estimate: a Kalman filter over three noisy rotators and no band-pass, with a
 * credible spread of the phase at every sample. Its gain is constant once settled, so a sample
 * costs some thirty multiplications. The unit of the noise is learned from how surprised the filter
 * is. Source: Wodeyar et al., eLife 2021;10:e68803, after Matsuda and Komaki 2017.
 */
export function stateSpace(rateHz: number): PhasePredictor {
  const model = settledModel(rateHz)
  const response = slowResponse(model, Math.round(RESPONSE_S * rateHz))
  const lags = Float64Array.from(response.re, (_, k) => k / rateHz)
  const gains = toneGains(lags, response.re, response.im)
  const track = new ToneTrack(rateHz, gains, SLOW_WAVE_HZ.centre)
  const x = new Float64Array(SIZE)
  const ahead = new Float64Array(SIZE)
  let surprise = Number.NaN
  let seen = 0
  const push = (y: number): void => {
    turn(model, x, ahead)
    if (Number.isNaN(y)) {
      x.set(ahead)
      seen = 0
      track.reset()
      return
    }
    const error = y - observed(ahead)
    for (let k = 0; k < SIZE; k++) x[k] = ahead[k]! + model.gain[k]! * error
    const square = (error * error) / model.surprise
    if (Number.isNaN(surprise)) surprise = square
    surprise += (square - surprise) / (SURPRISE_S * rateHz)
    seen++
    if (seen > WARM_S * rateHz) track.push(x[2 * SLOW]!, x[2 * SLOW + 1]!)
  }
  return {
    name: 'state-space',
    push,
    phaseAt: (aheadS) => track.phaseAt(aheadS),
    get amplitudeUv() {
      return track.amplitude
    },
    get frequencyHz() {
      return track.frequencyHz
    },
    get sdRad() {
      return Math.sqrt(surprise * model.slowVariance) / track.amplitude
    },
    reset: () => {
      x.fill(0)
      seen = 0
      surprise = Number.NaN
      track.reset()
    },
  }
}

type Settled = {
  /** cos and sin of each rotator's step times its damping. */
  readonly turns: Float64Array
  readonly gain: Float64Array
  /** Variance of the slow rotator's parts, and of the surprise, with sensor noise 1. */
  readonly slowVariance: number
  readonly surprise: number
}

function settledModel(rateHz: number): Settled {
  const turns = new Float64Array(SIZE)
  ROTATORS.forEach(({ hz, damping }, k) => {
    const a = pow(damping, 100 / rateHz)
    turns[2 * k] = a * cos((2 * PI * hz) / rateHz)
    turns[2 * k + 1] = a * sin((2 * PI * hz) / rateHz)
  })
  const matrix = transition(turns)
  const p = new Float64Array(SIZE * SIZE)
  const half = new Float64Array(SIZE * SIZE)
  const next = new Float64Array(SIZE * SIZE)
  const gain = new Float64Array(SIZE)
  let surprise = 1
  for (let step = 0; step < SETTLING; step++) {
    times(matrix, p, half)
    timesTurned(half, matrix, next)
    ROTATORS.forEach(({ noise }, k) => {
      const q = (noise * 100) / rateHz
      for (const at of [2 * k, 2 * k + 1]) next[at * SIZE + at]! += q
    })
    surprise = 1
    for (let i = 0; i < SIZE; i += 2)
      for (let j = 0; j < SIZE; j += 2) surprise += next[i * SIZE + j]!
    for (let i = 0; i < SIZE; i++) {
      let sum = 0
      for (let j = 0; j < SIZE; j += 2) sum += next[i * SIZE + j]!
      gain[i] = sum / surprise
    }
    let moved = 0
    for (let i = 0; i < SIZE; i++) {
      for (let j = 0; j < SIZE; j++) {
        const settled = next[i * SIZE + j]! - gain[i]! * gain[j]! * surprise
        moved = Math.max(moved, Math.abs(settled - p[i * SIZE + j]!))
        p[i * SIZE + j] = settled
      }
    }
    if (moved < SETTLED) break
  }
  return { turns, gain, slowVariance: p[2 * SLOW * SIZE + 2 * SLOW]!, surprise }
}

function transition(turns: Float64Array): Float64Array {
  const matrix = new Float64Array(SIZE * SIZE)
  for (let k = 0; k < SIZE; k += 2) {
    matrix[k * SIZE + k] = turns[k]!
    matrix[(k + 1) * SIZE + k + 1] = turns[k]!
    matrix[k * SIZE + k + 1] = -turns[k + 1]!
    matrix[(k + 1) * SIZE + k] = turns[k + 1]!
  }
  return matrix
}

/** out = a b, where a is mostly zeros. */
function times(a: Float64Array, b: Float64Array, out: Float64Array): void {
  out.fill(0)
  for (let i = 0; i < SIZE; i++) {
    for (let k = 0; k < SIZE; k++) {
      const v = a[i * SIZE + k]!
      if (v === 0) continue
      for (let j = 0; j < SIZE; j++) out[i * SIZE + j]! += v * b[k * SIZE + j]!
    }
  }
}

/** out = a b', where b is mostly zeros. */
function timesTurned(a: Float64Array, b: Float64Array, out: Float64Array): void {
  out.fill(0)
  for (let j = 0; j < SIZE; j++) {
    for (let k = 0; k < SIZE; k++) {
      const v = b[j * SIZE + k]!
      if (v === 0) continue
      for (let i = 0; i < SIZE; i++) out[i * SIZE + j]! += a[i * SIZE + k]! * v
    }
  }
}

function turn({ turns }: Settled, x: Float64Array, out: Float64Array): void {
  for (let k = 0; k < SIZE; k += 2) {
    out[k] = turns[k]! * x[k]! - turns[k + 1]! * x[k + 1]!
    out[k + 1] = turns[k + 1]! * x[k]! + turns[k]! * x[k + 1]!
  }
}

function observed(x: Float64Array): number {
  let sum = 0
  for (let k = 0; k < SIZE; k += 2) sum += x[k]!
  return sum
}

/** What the slow rotator gives, sample after sample, after a single 1. */
function slowResponse(model: Settled, length: number): { re: Float64Array; im: Float64Array } {
  const re = new Float64Array(length)
  const im = new Float64Array(length)
  const x = new Float64Array(SIZE)
  const ahead = new Float64Array(SIZE)
  for (let n = 0; n < length; n++) {
    turn(model, x, ahead)
    const error = (n === 0 ? 1 : 0) - observed(ahead)
    for (let k = 0; k < SIZE; k++) x[k] = ahead[k]! + model.gain[k]! * error
    re[n] = x[2 * SLOW]!
    im[n] = x[2 * SLOW + 1]!
  }
  return { re, im }
}
