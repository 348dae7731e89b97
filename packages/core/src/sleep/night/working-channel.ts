import { meanOfPresent } from '../../math/quantile.ts'
import type { Channel } from '../../signal/recording.ts'
import { resampleTo } from '../../signal/resample.ts'

/** Everything of sleep lies below 50 Hz: stagers and detectors work at 100 samples a second. */
const WORKING_RATE_HZ = 100

/**
 * A channel at 100 Hz, made once for the stager and all detectors; a slower one stays as it is. The
 * mean is taken off for the filter and put back, or the ends would ring. NaN stays NaN.
 */
export function workingChannel(channel: Channel): Channel {
  const { samples, rateHz } = channel
  if (rateHz <= WORKING_RATE_HZ) return channel
  const level = meanOfPresent(samples)
  const centred = new Float32Array(samples.length)
  for (let i = 0; i < centred.length; i++) centred[i] = samples[i]! - level
  const slow = resampleTo(centred, rateHz, WORKING_RATE_HZ)
  const out = new Float32Array(slow.length)
  for (let i = 0; i < out.length; i++) out[i] = slow[i]! + level
  return { ...channel, rateHz: WORKING_RATE_HZ, samples: out }
}
