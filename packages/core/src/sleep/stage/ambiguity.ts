import { pow } from '../../math/elementary.ts'
import { STAGE_COUNT } from './stage.ts'

/** Five experts scored each night of DOD-H (Guillot et al. 2020, MIT). */
const EXPERTS = 5

/** Above this, `expertDisagreement` says that experts would rather disagree than agree. */
export const DISAGREEMENT_THRESHOLD = 0.5

/**
 * How likely it is that five experts would not all agree on an epoch, 0..1: one minus the sum of
 * p^5 over the stages, as if each drew from the probabilities. NaN where the row is NaN. The
 * anchor: the experts of DOD-H disagreed on 41.3 % of epochs (W 38, N1 88, N2 39, N3 42, R 33 %);
 * the starter expects 37 % of Sleep-EDF (weights of other people). It is a matter of averages:
 * no recording with both five experts and its signal was at hand to test it epoch by epoch.
 */
export function expertDisagreement(probabilities: Float32Array): Float32Array {
  const out = new Float32Array(Math.floor(probabilities.length / STAGE_COUNT))
  for (let e = 0; e < out.length; e++) {
    let agree = 0
    for (let k = 0; k < STAGE_COUNT; k++) {
      agree += pow(probabilities[e * STAGE_COUNT + k]!, EXPERTS)
    }
    out[e] = 1 - agree
  }
  return out
}
