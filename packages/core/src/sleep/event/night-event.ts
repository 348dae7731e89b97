import { designFir, filterFir } from '../../signal/fir.ts'
import type { Channel } from '../../signal/recording.ts'
import type { Hypnogram } from '../hypnogram/hypnogram.ts'
import { type AdaptiveSpindle, adaptiveSpindles } from './adaptive-spindle.ts'
import { type AnalysisSignal, analysisSignal } from './analysis-signal.ts'
import { type Arousal, detectArousals } from './arousal.ts'
import type { CircularSummary } from './circular.ts'
import { spindlePhases } from './coupling.ts'
import { detectEyeMovements, type EyeMovement } from './eye-movement.ts'
import { detectMovements, type Stretch } from './movement.ts'
import { type SlowWave, type SlowWaveOptions, slowWaveBand, slowWavesOfBand } from './slow-wave.ts'
import { type MaskOptions, searchable, stageMask } from './stage-mask.ts'

/** The channels to look for events in: all start with the recording, each has its own rate. */
export type NightEventInput = {
  readonly eeg: Channel
  /**
   * Left and right eye against a common reference, of which a glance moves one up and the other
   * down; or one channel, taken as the difference of both.
   */
  readonly eog?: readonly Channel[] | undefined
  readonly emg?: Channel | undefined
  readonly hypnogram?: Hypnogram | undefined
  /**
   * See `MaskOptions`: spindles are looked for wherever the hypnogram's probabilities give N2 and
   * N3 together this much (0.1). Without probabilities only the stages count.
   */
  readonly leastProbability?: number
  readonly slowWaveAmplitudes?: SlowWaveOptions['amplitudes']
}

/**
 * A spindle speaks for itself: where a stager holds N2 or N3 for possible, it is let in. A slow
 * wave does not (a blink looks like one), nor does an eye movement.
 */
const DOUBT = 0.1

/** Everything that happened in a night, each list in order of time. */
export type NightEvents = {
  readonly spindles: readonly AdaptiveSpindle[]
  /** The sleeper's own sigma peak, hertz; absent when none stands out. */
  readonly sigmaPeakHz?: number
  readonly slowWaves: readonly SlowWave[]
  /** Slow-wave phase at the spindles' peaks: cosine phase, 0 = positive peak. */
  readonly coupling: CircularSummary
  /** Present when an eye channel was given; only in R when there is a hypnogram. */
  readonly eyeMovements?: readonly EyeMovement[]
  /** Empty without a hypnogram. */
  readonly arousals: readonly Arousal[]
  readonly movements: readonly Stretch[]
}

/**
 * Finds spindles and slow waves (in N2 and N3), their coupling, rapid eye movements (in R),
 * arousals and movements of one night. The EEG is brought to 100 Hz once and its filtered signals
 * are shared. Without a hypnogram, or with an unscored one, the whole recording is searched and
 * arousals stay out. A recording too short or too slow to tell (10 s, 75 Hz) has no events.
 */
export function nightEvents(input: NightEventInput): NightEvents {
  const eeg = analysisSignal(input.eeg.samples, input.eeg.rateHz)
  const eyes = input.eog?.length ? { eyeMovements: eyeMovements(input.eog, input.hypnogram) } : {}
  if (eeg === undefined) {
    const coupling = { meanRad: Number.NaN, resultant: Number.NaN, n: 0, p: Number.NaN }
    return { spindles: [], slowWaves: [], coupling, arousals: [], movements: [], ...eyes }
  }
  const { samples, missing, rateHz } = eeg
  const include = ['N2', 'N3'] as const
  const leastProbability = input.leastProbability ?? DOUBT
  const wide: MaskOptions = { include, leastProbability }
  const spindleMask = stageMask(input.hypnogram, samples.length, rateHz, wide)
  const mask = stageMask(input.hypnogram, samples.length, rateHz, { include })
  const peakMask = stageMask(input.hypnogram, samples.length, rateHz, { include: ['N2'] })
  const found = adaptiveSpindles(eeg, { mask: spindleMask, peakMask })
  const band = slowWaveBand(samples, rateHz)
  const slowWaves = slowWavesOfBand(band, rateHz, {
    amplitudes: input.slowWaveAmplitudes ?? 'fixed',
    mask: searchable(mask, missing),
  })
  const peaksS = found.spindles.map(({ peakS }) => peakS)
  const chin = input.emg && highPassed(analysisSignal(input.emg.samples, input.emg.rateHz), 10)
  return {
    spindles: found.spindles,
    ...(found.sigmaPeakHz === undefined ? {} : { sigmaPeakHz: found.sigmaPeakHz }),
    slowWaves,
    coupling: spindlePhases(band, rateHz, slowWaves, peaksS),
    ...eyes,
    arousals: isScored(input.hypnogram) ? detectArousals(eeg, input.hypnogram, chin) : [],
    movements: detectMovements(highPassed(eeg, 20)!, chin),
  }
}

function isScored(hypnogram: Hypnogram | undefined): hypnogram is Hypnogram {
  return hypnogram?.stages.some((stage) => stage !== '?') ?? false
}

function highPassed(signal: AnalysisSignal | undefined, lowHz: number): AnalysisSignal | undefined {
  if (signal === undefined) return undefined
  const { samples, rateHz } = signal
  return { ...signal, samples: filterFir(samples, designFir({ rateHz, lowHz })) }
}

/** Eye channels are brought to 100 Hz too; rapid eye movements belong to R. */
function eyeMovements(
  [left, right]: readonly Channel[],
  hypnogram: Hypnogram | undefined,
): EyeMovement[] {
  const a = left && analysisSignal(left.samples, left.rateHz)
  const b = right && analysisSignal(right.samples, right.rateHz)
  if (a === undefined) return []
  // One channel shows the difference of both eyes: half of it belongs to each.
  if (right === undefined) return glances(scaled(a, 0.5), scaled(a, -0.5), hypnogram)
  return b === undefined ? [] : glances(a, b, hypnogram)
}

function scaled(signal: AnalysisSignal, factor: number): AnalysisSignal {
  return { ...signal, samples: signal.samples.map((v) => factor * v) }
}

function glances(
  a: AnalysisSignal,
  b: AnalysisSignal,
  hypnogram: Hypnogram | undefined,
): EyeMovement[] {
  const n = Math.min(a.samples.length, b.samples.length)
  const mask = stageMask(hypnogram, n, a.rateHz, { include: ['R'] })
  const gaps = searchable(searchable(mask, a.missing?.subarray(0, n)), b.missing?.subarray(0, n))
  const rows = [a.samples.subarray(0, n), b.samples.subarray(0, n)] as const
  return detectEyeMovements(rows[0], rows[1], a.rateHz, { mask: gaps })
}
