import { log10 } from '../../math/elementary.ts'
import { realFft } from '../../math/fft.ts'
import { quantiles } from '../../math/quantile.ts'
import { hann } from '../../math/window.ts'
import { butterworth } from '../../signal/butterworth.ts'
import { bridgeGaps } from '../../signal/gap.ts'
import { sosFiltFilt } from '../../signal/iir.ts'
import type { Channel } from '../../signal/recording.ts'
import { resampleTo } from '../../signal/resample.ts'
import { EPOCH_S } from '../stage/stage.ts'
import { SPECTRUM_BINS } from './robust-sleep-net-layers.ts'
import { FRAMES_PER_EPOCH } from './robust-sleep-net-network.ts'

/** The network's own sampling rate. */
export const NETWORK_HZ = 60
const EPOCH_SAMPLES = NETWORK_HZ * EPOCH_S
const FFT_SAMPLES = 128
const HOP_SAMPLES = 60
const PASS_HZ: readonly [number, number] = [0.2, 30]
/** Clip at 40 times the distance from the median to each quartile, before scaling. */
const CLIP_QUARTILES = 40
/** Clip at 20 interquartile ranges, then divide by 20, before the spectrum. */
const CLIP_SCALED = 20
const POWER_FLOOR = 1e-20
/** A frame with less power in all its bins together holds no signal: a lost electrode, padding. */
const EMPTY_POWER = 1e-10

/**
 * A channel as the network wants it: band-passed 0.2-30 Hz forwards and backwards (Butterworth,
 * order 2), at 60 Hz, clipped, centred on its median and divided by its interquartile range, so
 * without a unit and free of the amplifier's gain. Gaps are bridged for the filter and NaN again
 * afterwards. Needs a rate above 60 Hz. Source: Guillot & Thorey 2021, whose filter runs before the
 * resampling.
 */
export function prepareChannel(channel: Channel): Float32Array {
  const { samples, rateHz } = channel
  const bridged = bridgeGaps(samples).samples
  const filtered = sosFiltFilt(bridged, butterworth(2, 'bandpass', PASS_HZ, rateHz))
  const slow = resampleTo(filtered, rateHz, NETWORK_HZ)
  const [low, middle, high] = quantiles(slow, [0.25, 0.5, 0.75])
  const bottom = -CLIP_QUARTILES * (middle! - low!)
  const top = CLIP_QUARTILES * (high! - middle!)
  for (let i = 0; i < slow.length; i++) slow[i] = Math.min(top, Math.max(bottom, slow[i]!))
  const [q25, q50, q75] = quantiles(slow, [0.25, 0.5, 0.75])
  const range = q75! - q25! || 1e-5
  const out = new Float32Array(slow.length)
  for (let i = 0; i < slow.length; i++) {
    const source = Math.min(samples.length - 1, Math.round((i * rateHz) / NETWORK_HZ))
    out[i] = Number.isNaN(samples[source]!) ? Number.NaN : (slow[i]! - q50!) / range
  }
  return out
}

/**
 * log10 power spectra, epochs x 28 x 65, of a prepared channel: Hann windows of 128 samples every
 * second. Frames that hold a gap or no signal are NaN, unless `keepEmpty` asks for the authors'
 * floor of 1e-20.
 */
export function logSpectra(
  prepared: Float32Array,
  epochs: number,
  keepEmpty = false,
): Float32Array {
  const out = new Float32Array(epochs * FRAMES_PER_EPOCH * SPECTRUM_BINS)
  const window = hann(FFT_SAMPLES)
  const sum = window.reduce((total, w) => total + w, 0)
  const fft = realFft(FFT_SAMPLES)
  const frame = new Float64Array(FFT_SAMPLES)
  const re = new Float64Array(SPECTRUM_BINS)
  const im = new Float64Array(SPECTRUM_BINS)
  for (let i = 0; i < epochs * FRAMES_PER_EPOCH; i++) {
    const epoch = Math.floor(i / FRAMES_PER_EPOCH)
    const start = epoch * EPOCH_SAMPLES + (i - epoch * FRAMES_PER_EPOCH) * HOP_SAMPLES
    for (let k = 0; k < FFT_SAMPLES; k++) {
      const value = Math.min(CLIP_SCALED, Math.max(-CLIP_SCALED, prepared[start + k]!))
      frame[k] = ((value / CLIP_SCALED) * window[k]!) / sum
    }
    fft.forward(frame, re, im)
    let total = 0
    for (let f = 0; f < SPECTRUM_BINS; f++) total += re[f] = re[f]! * re[f]! + im[f]! * im[f]!
    const usable = keepEmpty || total > EMPTY_POWER
    for (let f = 0; f < SPECTRUM_BINS; f++) {
      out[i * SPECTRUM_BINS + f] = usable ? log10(Math.max(POWER_FLOOR, re[f]!)) : Number.NaN
    }
  }
  return out
}
