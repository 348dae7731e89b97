import { cos, PI, sin } from '../../math/elementary.ts'
import { hamming } from '../../math/window.ts'
import { designFir, filterFir } from '../../signal/fir.ts'
import { centredMean, correlation } from './moving-window.ts'

/** What a spindle is judged by, one value per sample. */
export type SigmaSignals = {
  /** Real and imaginary part of the analytic sigma signal, units of x. */
  readonly sigma: Float64Array
  readonly quadrature: Float64Array
  /** 1-30 Hz, units of x. */
  readonly broad: Float64Array
  /** Amplitude of sigma, smoothed over 0.2 s twice, units of x. */
  readonly envelope: Float64Array
  /** The neighbours of sigma: 4 Hz to 1.5 Hz below it and 1.5 Hz above it to 30 Hz, units of x. */
  readonly beside: Float64Array
}

/**
 * Width of the edges of all filters here, hertz; also the guard between sigma and its neighbours.
 */
const EDGE_HZ = 1.5
const SMOOTH_S = 0.2
const CONTRAST_S = 0.5
const VISIBILITY_S = 0.4

/**
 * Filters one channel for spindles in `bandHz`. Filters have zero phase and 2.2 s of length. No
 * missing values; the rate must exceed 75 Hz.
 */
export function sigmaSignals(
  x: Float64Array,
  rateHz: number,
  bandHz: readonly [number, number],
): SigmaSignals {
  const [lowHz, highHz] = bandHz
  const pair = quadraturePair(rateHz, bandHz)
  const sigma = filterFir(x, pair.cosine)
  const quadrature = filterFir(x, pair.sine)
  const broad = filterFir(x, designFir({ rateHz, lowHz: 1, highHz: 30 }))
  const edges = { lowTransitionHz: EDGE_HZ, highTransitionHz: EDGE_HZ }
  const below = designFir({ rateHz, lowHz: 4, highHz: lowHz - EDGE_HZ, ...edges })
  const above = designFir({ rateHz, lowHz: highHz + EDGE_HZ, highHz: 30, ...edges })
  const smooth = oddWidth(SMOOTH_S, rateHz)
  const envelope = centredMean(centredMean(modulus(sigma, quadrature), smooth), smooth)
  // Both neighbours in one pass: the bands do not overlap, so their powers add.
  const beside = filterFir(
    x,
    below.map((tap, i) => tap + above[i]!),
  )
  return { sigma, quadrature, broad, envelope, beside }
}

function modulus(re: Float64Array, im: Float64Array): Float64Array {
  const out = new Float64Array(re.length)
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(re[i]! * re[i]! + im[i]! * im[i]!)
  return out
}

/**
 * A band-pass and its Hilbert transform as two finite filters (windowed sinc, Hamming): together
 * they give amplitude and phase at any length of recording without one transform over all of it.
 */
function quadraturePair(
  rateHz: number,
  [lowHz, highHz]: readonly [number, number],
): { cosine: Float64Array; sine: Float64Array } {
  const half = Math.ceil((3.3 / EDGE_HZ) * rateHz * 0.5)
  const window = hamming(2 * half + 1)
  const low = (2 * PI * (lowHz - EDGE_HZ / 2)) / rateHz
  const high = (2 * PI * (highHz + EDGE_HZ / 2)) / rateHz
  const cosine = new Float64Array(2 * half + 1)
  const sine = new Float64Array(2 * half + 1)
  for (let k = -half; k <= half; k++) {
    const w = window[k + half]!
    cosine[k + half] = w * (k === 0 ? (high - low) / PI : (sin(high * k) - sin(low * k)) / (PI * k))
    sine[k + half] = k === 0 ? 0 : (w * (cos(low * k) - cos(high * k))) / (PI * k)
  }
  return { cosine, sine }
}

function oddWidth(seconds: number, rateHz: number): number {
  return 2 * Math.round((seconds * rateHz) / 2) + 1
}

/**
 * Power of sigma over the power of its neighbours in the half second around sample i, any value >=
 * 0: does sigma stand out from what is beside it?
 */
export function contrastAt({ sigma, beside }: SigmaSignals, rateHz: number, i: number): number {
  const half = (oddWidth(CONTRAST_S, rateHz) - 1) / 2
  let above = 0
  let below = 0
  for (let k = Math.max(0, i - half); k <= Math.min(sigma.length - 1, i + half); k++) {
    above += sigma[k]! * sigma[k]!
    below += beside[k]! * beside[k]!
  }
  return below > 0 ? above / below : above > 0 ? Infinity : 0
}

/**
 * Correlation of sigma with the broad band in the 0.4 s around sample i, -1..1: does the eye see it
 * in the raw trace?
 */
export function visibilityAt({ sigma, broad }: SigmaSignals, rateHz: number, i: number): number {
  const half = (oddWidth(VISIBILITY_S, rateHz) - 1) / 2
  return correlation(sigma, broad, Math.max(0, i - half), Math.min(sigma.length, i + half + 1))
}
