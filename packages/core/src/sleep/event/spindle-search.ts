import type { Samples } from '../../math/samples.ts'
import type { Hypnogram } from '../hypnogram/hypnogram.ts'
import type { SleepStage } from '../stage/stage.ts'
import { adaptiveSpindles } from './adaptive-spindle.ts'
import { analysisSignal } from './analysis-signal.ts'
import type { Spindle } from './spindle.ts'
import { stageMask } from './stage-mask.ts'
import { type YasaSpindleOptions, yasaSpindles } from './yasa-spindle.ts'

/** How to look for spindles. */
export type SpindleOptions = {
  /**
   * `nocturne` (the default): individual sigma peak, adaptive, any amplitude and rate. `yasa`: YASA
   * 0.7.
   */
  readonly method?: 'nocturne' | 'yasa'
  /**
   * Restricts the search to the stages of `include`; an entirely unscored one restricts nothing.
   */
  readonly hypnogram?: Hypnogram | undefined
  /** N2 and N3 unless said; for `yasa` N1, N2 and N3, as there. */
  readonly include?: readonly SleepStage[]
  /** See `MaskOptions`: lets doubtful epochs of a machine's hypnogram in. */
  readonly leastProbability?: number
  /** The person's sigma peak, hertz, when it is known; otherwise it is read from the signal. */
  readonly sigmaPeakHz?: number | undefined
  /** Only for `yasa`. */
  readonly yasa?: Omit<YasaSpindleOptions, 'mask'>
}

/**
 * Sleep spindles of one EEG channel in uV, in order of time. NaN is missing: nothing is found
 * there. Empty for signals under ten seconds (`yasa`: one second) or slower than 75 Hz.
 */
export function detectSpindles(
  x: Samples,
  rateHz: number,
  options: SpindleOptions = {},
): Spindle[] {
  const limit = options.leastProbability
  const maskOptions = {
    include: options.include ?? (options.method === 'yasa' ? ['N1', 'N2', 'N3'] : ['N2', 'N3']),
    ...(limit === undefined ? {} : { leastProbability: limit }),
  } as const
  if (options.method === 'yasa') {
    const mask = stageMask(options.hypnogram, x.length, rateHz, maskOptions)
    return yasaSpindles(x, rateHz, { ...options.yasa, mask })
  }
  const signal = analysisSignal(x, rateHz)
  if (signal === undefined) return []
  const { hypnogram, sigmaPeakHz } = options
  const mask = stageMask(hypnogram, signal.samples.length, signal.rateHz, maskOptions)
  const peakMask = stageMask(hypnogram, signal.samples.length, signal.rateHz, { include: ['N2'] })
  return adaptiveSpindles(signal, { mask, peakMask, sigmaPeakHz }).spindles
}
