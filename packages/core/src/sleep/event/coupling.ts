import { erfinv } from '../../math/elementary.ts'
import { designFir, filterFir } from '../../signal/fir.ts'
import { type CircularSummary, circularSummary } from './circular.ts'
import { type Instantaneous, instantaneous } from './instantaneous.ts'
import type { SlowWave } from './slow-wave.ts'

/** Sigma around one slow wave. NaN when the window leaves the recording. */
export type SigmaCoupling = {
  /** Moment of the largest sigma amplitude, seconds. */
  readonly sigmaPeakS: number
  /** Slow-wave phase at that moment: cosine phase, radians, 0 = positive peak, +-pi = trough. */
  readonly phaseAtSigmaPeakRad: number
  /** Normalised direct phase-amplitude coupling, 0..1; 0 when not significant (Ozkurt 2012). */
  readonly directPac: number
}

/** The knobs; the defaults are YASA's. */
export type SigmaCouplingOptions = {
  /** Sigma band, hertz (12-16). */
  readonly sigmaHz?: readonly [number, number]
  /** Half of the window around the trough, seconds (1). */
  readonly halfWindowS?: number
  /** Significance below which `directPac` is set to 0; 1 = never (0.05). */
  readonly p?: number
}

/**
 * How sigma power rides on each slow wave, exactly as YASA's `sw_detect(coupling=True)`. `x` is the
 * raw signal and `band` its slow-wave band (`slowWaveBand`), without missing values. YASA's phase
 * is the angle of the analytic signal, which is our cosine phase: the numbers are the same.
 */
export function sigmaCoupling(
  x: Float64Array,
  band: Float64Array,
  rateHz: number,
  waves: readonly SlowWave[],
  options: SigmaCouplingOptions = {},
): SigmaCoupling[] {
  if (waves.length === 0) return []
  const [lowHz, highHz] = options.sigmaHz ?? [12, 16]
  const edges = { lowTransitionHz: 1.5, highTransitionHz: 1.5 }
  const sigma = filterFir(x, designFir({ rateHz, lowHz, highHz, ...edges }))
  const slow = instantaneous(band, rateHz)
  const fast = instantaneous(sigma, rateHz)
  const reach = Math.trunc(rateHz * (options.halfWindowS ?? 1))
  return waves.map(({ negPeakS }) => {
    const trough = Math.round(negPeakS * rateHz)
    const [from, to] = [trough - reach, trough + reach]
    if (from < 0 || to >= x.length) {
      return { sigmaPeakS: Number.NaN, phaseAtSigmaPeakRad: Number.NaN, directPac: Number.NaN }
    }
    let peak = from
    for (let i = from; i <= to; i++) if (fast.amplitude(i) > fast.amplitude(peak)) peak = i
    return {
      sigmaPeakS: negPeakS + (peak - trough) / rateHz,
      phaseAtSigmaPeakRad: slow.phaseRad(peak),
      directPac: directPac(slow, fast, from, to, options.p ?? 0.05),
    }
  })
}

/**
 * Ozkurt 2012: |sum of z-scored amplitude times the phase vector| / N, 0 below the limit for `p`.
 */
function directPac(
  slow: Instantaneous,
  fast: Instantaneous,
  from: number,
  to: number,
  p: number,
): number {
  const n = to - from + 1
  let mean = 0
  for (let i = from; i <= to; i++) mean += fast.amplitude(i) / n
  let square = 0
  let re = 0
  let im = 0
  for (let i = from; i <= to; i++) {
    const above = fast.amplitude(i) - mean
    square += above * above
    const [x, y] = slow.direction(i)
    re += above * x
    im += above * y
  }
  const deviation = Math.sqrt(square / (n - 1))
  re /= deviation
  im /= deviation
  const power = re * re + im * im
  const limit = p < 1 ? 2 * n * erfinv(1 - p) * erfinv(1 - p) : 0
  return power > limit ? Math.sqrt(power) / n : 0
}

/**
 * A spindle's peak lies on a slow wave when it is at most this far from the trough, seconds (YASA).
 */
const COUPLED_S = 1.2
/** Seconds of signal around a spindle from which the phase of the slow wave is taken. */
const PHASE_WINDOW_S = 20

/**
 * At which phase of the slow waves the spindles sit: for every spindle whose peak is within 1.2 s
 * of a slow wave's trough, the phase of the slow-wave band at the spindle's peak (cosine phase, 0 =
 * positive peak), summed up as mean direction, resultant, count and Rayleigh test. `band` as from
 * `slowWaveBand`, without missing values.
 */
export function spindlePhases(
  band: Float64Array,
  rateHz: number,
  waves: readonly SlowWave[],
  spindlePeaksS: readonly number[],
): CircularSummary {
  const phases: number[] = []
  const half = Math.trunc((PHASE_WINDOW_S / 2) * rateHz)
  let k = 0
  for (const peakS of spindlePeaksS) {
    while (k < waves.length && waves[k]!.negPeakS < peakS - COUPLED_S) k++
    const wave = waves[k]
    if (wave === undefined) break
    if (wave.negPeakS > peakS + COUPLED_S) continue
    const at = Math.round(peakS * rateHz)
    const from = Math.max(0, at - half)
    const around = band.slice(from, Math.min(band.length, at + half))
    phases.push(instantaneous(around, rateHz).phaseRad(at - from))
  }
  return circularSummary(phases)
}
