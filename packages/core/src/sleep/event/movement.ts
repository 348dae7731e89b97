import { median } from '../../math/quantile.ts'
import type { AnalysisSignal } from './analysis-signal.ts'
import { centredMean } from './moving-window.ts'
import { mergeRuns, type Run, runsWhere } from './run.ts'

/** A stretch of time, seconds from the first sample. */
export type Stretch = { readonly startS: number; readonly durationS: number }

/** The loudness of a signal is taken over half a second. */
const LOUDNESS_S = 0.5
/** A movement is this many times louder than the night's median … */
const EEG_FACTOR = 6
const EMG_FACTOR = 8
/** … for at least half a second; bursts within 2 s are one movement. */
const LEAST_S = 0.5
const MERGE_S = 2

/**
 * Body movements: bursts in which the muscle channel is over 8 times, or the EEG's fast part over 6
 * times, as loud as in its median half second, for 0.5 s or more; bursts less than 2 s apart count
 * as one. `fast` is the EEG above 20 Hz, `emg` the chin above 10 Hz, both at one rate and with
 * zeros for missing samples. Nothing depends on the unit. After AASM 2.6, movement rules (muscle
 * artefact that hides the EEG), with our own factors.
 */
export function detectMovements(fast: AnalysisSignal, emg?: AnalysisSignal): Stretch[] {
  const { rateHz } = fast
  const loud = loudRuns(fast, EEG_FACTOR)
  if (emg !== undefined) loud.push(...loudRuns(emg, EMG_FACTOR))
  loud.sort((a, b) => a.from - b.from)
  return mergeRuns(loud, MERGE_S * rateHz).map(({ from, to }) => ({
    startS: from / rateHz,
    durationS: (to + 1 - from) / rateHz,
  }))
}

function loudRuns({ samples, missing, rateHz }: AnalysisSignal, factor: number): Run[] {
  const loudness = loudnessOf(samples, rateHz)
  const step = Math.round(LOUDNESS_S * rateHz)
  const usual = median(loudness.filter((_, i) => i % step === 0 && missing?.[i] !== 1))
  if (!(usual > 0)) return []
  const runs = runsWhere(
    loudness.length,
    (i) => loudness[i]! > factor * usual && missing?.[i] !== 1,
  )
  return runs.filter(({ from, to }) => to + 1 - from >= LEAST_S * rateHz)
}

/** Root mean square over half a second around each sample. */
export function loudnessOf(samples: Float64Array, rateHz: number): Float64Array {
  const power = new Float64Array(samples.length)
  for (let i = 0; i < power.length; i++) power[i] = samples[i]! * samples[i]!
  const mean = centredMean(power, 2 * Math.round((LOUDNESS_S * rateHz) / 2) + 1)
  for (let i = 0; i < mean.length; i++) mean[i] = Math.sqrt(Math.max(0, mean[i]!))
  return mean
}
