import { cos, exp, PI, pow, sin } from '../packages/core/src/math/elementary.ts'
import { complexFft } from '../packages/core/src/math/fft.ts'
import { seededRandom } from '../packages/core/src/math/random.ts'

/** What the made-up deep sleep is like; amplitudes in uV. */
export type DeepSleepOptions = {
  readonly seconds: number
  readonly rateHz: number
  readonly seed: number
  /** Size of the slow wave against everything else; .6 is an older adult. */
  readonly signal?: number
}

const SLOW_UV = 72
const DELTA_UV = 8
const SPINDLE_UV = 14
const NOISE_UV = 8
const NOISE_EXPONENT = 1.8
/** Below this the noise is flat, Hz: no drift of hours. */
/** How long the frequency and the size of the slow wave, and the size of delta, hold, s. */
const HOLD_S = 4
const DELTA_HOLD_S = 0.8
const KNEE_HZ = 0.5

/**
 * Deep sleep made up as the reference describes it: a slow oscillation of .85 +- .18 Hz whose
 * frequency wanders (Ornstein-Uhlenbeck), sharper in its trough than its peak, waxing and waning;
 * delta at 2.3 Hz, spindles on up-states, noise falling as 1/f^1.8. The sizes are chosen such that
 * the fixed step, the phase-locked loop and cecHT come out as they are printed there.
 */
export function deepSleep({ seconds, rateHz, seed, signal = 1 }: DeepSleepOptions): Float32Array {
  const random = seededRandom(seed)
  const n = Math.round(seconds * rateHz)
  const dt = 1 / rateHz
  const noise = colouredNoise(n, rateHz, random.normal)
  const out = new Float32Array(n)
  let [theta, delta, wander, envelope, deltaSize, burst] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < n; i++) {
    wander += (-wander * dt) / HOLD_S + 0.18 * Math.sqrt((2 * dt) / HOLD_S) * random.normal()
    envelope += (-envelope * dt) / HOLD_S + Math.sqrt((2 * dt) / HOLD_S) * random.normal()
    deltaSize +=
      (-deltaSize * dt) / DELTA_HOLD_S + Math.sqrt((2 * dt) / DELTA_HOLD_S) * random.normal()
    theta += 2 * PI * Math.max(0.4, Math.min(1.5, 0.85 + wander)) * dt
    delta += 2 * PI * 2.3 * dt
    const size = SLOW_UV * exp(0.45 * envelope)
    const slow = size * (cos(theta) - 0.15 * cos(2 * theta))
    if (cos(theta) > 0.6 && random.uniform() < 0.15 * dt) burst = 1
    burst *= exp(-dt / 0.35)
    const spindle = SPINDLE_UV * burst * sin(2 * PI * 13 * i * dt)
    out[i] = signal * slow + DELTA_UV * deltaSize * cos(delta) + spindle + NOISE_UV * noise[i]!
  }
  return out
}

/** Noise of standard deviation 1 whose power falls as 1/f^1.8 above the knee. */
function colouredNoise(n: number, rateHz: number, normal: () => number): Float64Array {
  let size = 1
  while (size < n) size *= 2
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  for (let k = 1; k < size / 2; k++) {
    const hz = Math.max(KNEE_HZ, (k * rateHz) / size)
    const gain = pow(hz, -NOISE_EXPONENT / 2)
    re[k] = gain * normal()
    im[k] = gain * normal()
    re[size - k] = re[k]!
    im[size - k] = -im[k]!
  }
  complexFft(size).forward(re, im)
  let square = 0
  for (let i = 0; i < n; i++) square += (re[i]! * re[i]!) / n
  return re.subarray(0, n).map((v) => v / Math.sqrt(square))
}
