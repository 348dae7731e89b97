import { exp, log } from '../../packages/core/src/math/elementary.ts'
import { median } from '../../packages/core/src/math/quantile.ts'
import type { Random } from '../../packages/core/src/math/random.ts'

const MEASURES = 7
/** Variance of the first difference of white noise at 100 Hz, per unit of its density. */
const WHITE = 100
/** Log frequency of the middle of each band, relative to theta. */
const LOG_MIDDLES = [1.5, 5.7, 10.2, 20, 39].map((hz) => log(hz / 5.7))

/**
 * The same night seen by other hardware, `strength` about 0..1: a tilted spectrum, a noise floor
 * or a low-pass in the fastest band, and a little noise on every measure. `logs` is epochs x 7
 * and is copied. Gain needs no augmenting: the inputs do not see it.
 */
export function otherHardware(logs: Float64Array, strength: number, random: Random): Float64Array {
  const tilt = 0.3 * strength * random.normal()
  const gamma = logs.filter((x, i) => i % MEASURES === 4 && !Number.isNaN(x))
  const noisy = random.uniform() < 0.4 * strength
  const floor = median(gamma) + random.normal()
  const lowPassed = random.uniform() < 0.3 * strength ? 3 * random.uniform() : 0
  const out = logs.slice()
  for (let at = 0; at < out.length; at += MEASURES) {
    if (Number.isNaN(out[at]!)) continue
    LOG_MIDDLES.forEach((middle, band) => {
      out[at + band]! += tilt * middle
    })
    out[at + 6]! += tilt / 2
    if (noisy) {
      out[at + 4] = log(exp(out[at + 4]!) + exp(floor))
      out[at + 6] = log(exp(out[at + 6]!) + WHITE * exp(floor))
    }
    out[at + 4]! -= lowPassed
    for (let k = 0; k < MEASURES; k++) out[at + k]! += 0.05 * strength * random.normal()
  }
  return out
}
