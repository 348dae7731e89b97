import { firPredictor } from './cecht.ts'
import { ComplexFir } from './complex-fir.ts'
import { type PhasePredictor, SLOW_WAVE_HZ } from './predictor.ts'
import type { RidgeWeights } from './ridge-fit.ts'
import { toneGains } from './tone-gain.ts'
import { ToneTrack } from './tone-track.ts'

/**
 * The personal predictor at work: one complex sum over the last three seconds. What it gives is the
 * wave `aheadS` from now; the rest of the way goes at the frequency that is followed.
 */
export function ridge(weights: RidgeWeights, rateHz: number): PhasePredictor {
  const { lagsS, re, im, usualSd } = weights
  const lags = Float64Array.from(lagsS)
  const fir = new ComplexFir(
    lags.map((lag) => lag * rateHz),
    re,
    im,
  )
  // The gains hold the way ahead too, so the tone is that of now.
  const track = new ToneTrack(rateHz, toneGains(lags, re, im), SLOW_WAVE_HZ.centre)
  return firPredictor('ridge', fir, track, { rateHz, usualSd })
}
