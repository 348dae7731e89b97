import { log10 } from '../../math/elementary.ts'
import type { Channel } from '../../signal/recording.ts'
import { welchPlan } from '../../signal/welch.ts'
import { EPOCH_S } from '../stage/stage.ts'
import type { NightSpectrogram } from './night.ts'

/** Highest frequency shown: nothing of sleep is read above it. */
const MAX_HZ = 30
/** Segments of two seconds: half a hertz apart, and slow enough for the slow waves. */
const WINDOW_S = 2

/** Less power than this, uV^2/Hz, is no signal: amplifiers hum a thousand times louder. */
const LEAST_PSD = 1e-8

/**
 * Power of a channel over the night, one column an epoch, up to 30 Hz in steps of half a hertz:
 * Welch's median over segments of 2 s, which a single artefact does not carry away. Where a
 * sample is missing, or the line is flat, power is NaN.
 */
export function nightSpectrogram({ samples, rateHz }: Channel): NightSpectrogram {
  const plan = welchPlan({
    rateHz,
    windowS: WINDOW_S,
    window: 'hann',
    average: 'median',
    highestHz: MAX_HZ,
  })
  const bins = plan.frequenciesHz.findLastIndex((hz) => hz <= MAX_HZ) + 1
  const size = EPOCH_S * rateHz
  const epochs = Math.floor(samples.length / size + 1e-9)
  const timesS = new Float64Array(epochs)
  const powerDb = new Float32Array(epochs * bins)
  const psd = new Float64Array(plan.frequenciesHz.length)
  for (let epoch = 0; epoch < epochs; epoch++) {
    timesS[epoch] = (epoch + 0.5) * EPOCH_S
    plan.estimate(samples, psd, Math.round(epoch * size), Math.round((epoch + 1) * size))
    for (let bin = 0; bin < bins; bin++) powerDb[epoch * bins + bin] = decibels(psd[bin]!)
  }
  return { timesS, frequenciesHz: plan.frequenciesHz.slice(0, bins), powerDb }
}

function decibels(psd: number): number {
  return psd > LEAST_PSD ? 10 * log10(psd) : Number.NaN
}
