import { cos, exp, PI } from '../packages/core/src/math/elementary.ts'
import { seededRandom } from '../packages/core/src/math/random.ts'

/** A spindle to be drawn: a Gaussian burst whose amplitude is above half for `durationS`. */
export type DrawnSpindle = {
  readonly peakS: number
  readonly frequencyHz: number
  readonly durationS: number
  /** Peak to peak, uV. */
  readonly heightUv: number
}

/** What is drawn: background noise that falls with frequency, and spindles on it. */
export type MadeUpEeg = {
  readonly rateHz: number
  readonly durationS: number
  readonly seed: number
  readonly spindles: readonly DrawnSpindle[]
}

/**
 * How fast the background forgets, 1/s: its power falls with the square of frequency above 1.6 Hz.
 */
const FORGETTING_PER_S = 10
const BACKGROUND_UV = 15

/** Sleep EEG in uV by plain rules, for tests of detectors: nothing in it but noise and spindles. */
export function madeUpEeg({ rateHz, durationS, seed, spindles }: MadeUpEeg): Float64Array {
  const random = seededRandom(seed)
  const kept = exp(-FORGETTING_PER_S / rateHz)
  const kick = BACKGROUND_UV * Math.sqrt(1 - kept * kept)
  const x = new Float64Array(Math.round(rateHz * durationS))
  let level = 0
  for (let i = 0; i < x.length; i++) {
    level = kept * level + kick * random.normal()
    x[i] = level
  }
  for (const { peakS, frequencyHz, durationS: width, heightUv } of spindles) {
    const from = Math.max(0, Math.round((peakS - 2 * width) * rateHz))
    const to = Math.min(x.length, Math.round((peakS + 2 * width) * rateHz))
    for (let i = from; i < to; i++) {
      const t = i / rateHz - peakS
      const envelope = exp((-4 * Math.LN2 * t * t) / (width * width))
      x[i] = x[i]! + (heightUv / 2) * envelope * cos(2 * PI * frequencyHz * t)
    }
  }
  return x
}

/** Spindles every `everyS` seconds from the tenth second on, all alike. */
export function evenSpindles(
  count: number,
  everyS: number,
  shape: Omit<DrawnSpindle, 'peakS'>,
): DrawnSpindle[] {
  return Array.from({ length: count }, (_, k) => ({ ...shape, peakS: 10 + k * everyS }))
}
