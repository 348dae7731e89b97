import { cos, exp, log, log10, PI, pow } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'

/** Length of a click and of its ramps at either end, s. */
const CLICK_S = 0.05
const RAMP_S = 0.005
/** Length of a cue and of its slow ramps, s. */
const CUE_S = 3
const CUE_RAMP_S = 0.5
/**
 * What a sound level meter's fast response (time constant 125 ms) shows of a burst of 50 ms less
 * than of the same noise going on: 10 lg(1 - e^(-50/125)) = -4.8 dB (IEC 61672-1).
 */
const FAST_S = 0.125
const CLICK_UNDER_DB = -10 * log10(1 - exp(-CLICK_S / FAST_S))
/** Poles and weights of pink noise within .05 dB from 10 Hz up at 44 to 48 kHz (Kellet 1999). */
const PINK = [
  [0.99886, 0.0555179],
  [0.99332, 0.0750759],
  [0.969, 0.153852],
  [0.8665, 0.3104856],
  [0.55, 0.5329522],
  [-0.7616, -0.016898],
] as const
/** Loudest sample of any sound, of full scale: beyond it a sound is turned down, never clipped. */
export const PEAK: number = 0.98

/** How loud a sound is to be, and through what. */
export type SoundLevel = {
  /** dB(A) LAFmax at the ear. */
  readonly levelDb: number
  /** dB(A) at the ear of noise whose root mean square is full scale. */
  readonly fullScaleDbA: number
}

/**
 * A click: 50 ms of pink noise under raised-cosine ramps of 5 ms, such that a meter at the ear
 * shows `levelDb` at most (fast, A). Samples -1..1 at `rateHz`; the same seed gives the same click.
 */
export function clickSamples(level: SoundLevel, rateHz: number, seed: number): Float32Array {
  return shaped(level.levelDb + CLICK_UNDER_DB, level.fullScaleDbA, CLICK_S, RAMP_S, rateHz, seed)
}

/** A cue: three seconds of soft pink noise that comes and goes over half a second. */
export function cueSamples(level: SoundLevel, rateHz: number, seed: number): Float32Array {
  return shaped(level.levelDb, level.fullScaleDbA, CUE_S, CUE_RAMP_S, rateHz, seed)
}

function shaped(
  steadyDb: number,
  fullScaleDbA: number,
  seconds: number,
  rampS: number,
  rateHz: number,
  seed: number,
): Float32Array {
  const n = Math.round(seconds * rateHz)
  const noise = pinkNoise(n, seed)
  let square = 0
  for (const v of noise) square += (v * v) / n
  const size = pow(10, (steadyDb - fullScaleDbA) / 20) / Math.sqrt(square)
  const ramp = Math.max(1, Math.round(rampS * rateHz))
  let peak = 0
  for (let i = 0; i < n; i++) {
    const edge = Math.min(i, n - 1 - i)
    const gain = edge < ramp ? 0.5 - 0.5 * cos((PI * edge) / ramp) : 1
    noise[i]! *= size * gain
    peak = Math.max(peak, Math.abs(noise[i]!))
  }
  return peak > PEAK ? noise.map((v) => (v * PEAK) / peak) : noise
}

/** `n` samples of pink noise at 44 to 48 kHz, of no certain size; the same seed gives the same. */
export function pinkNoise(n: number, seed: number): Float32Array {
  const random = seededRandom(seed)
  const state = new Float64Array(PINK.length)
  const out = new Float32Array(n)
  // The slowest pole is settled before the first sample counts.
  for (let i = -4000; i < n; i++) {
    const white = random.normal()
    let sum = 0.5362 * white
    PINK.forEach(([pole, weight], k) => {
      state[k] = pole * state[k]! + weight * white
      sum += state[k]!
    })
    if (i >= 0) out[i] = sum
  }
  return out
}

/**
 * How many clicks of a level (dB(A) of the noise while it lasts) make up a night's dose: eight
 * hours whose energy is that of `laeqDb` all night.
 */
export function clicksOfDose(levelDb: number, laeqDb: number): number {
  return exp(((laeqDb - levelDb) * log(10)) / 10) * ((8 * 3600) / CLICK_S)
}
