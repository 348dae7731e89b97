import { cos, PI, sin } from '../../math/elementary.ts'
import { hamming } from '../../math/window.ts'
import { designFir, filterFir } from '../../signal/fir.ts'
import { centredMean } from './moving-window.ts'

/** What a spindle is judged by, one value per sample. */
export type SigmaSignals = {
  /** Real and imaginary part of the analytic sigma signal, units of x. */
  readonly sigma: Float64Array
  readonly quadrature: Float64Array
  /** 1-30 Hz, units of x. */
  readonly broad: Float64Array
  /** Amplitude of sigma, smoothed over 0.2 s twice, units of x. */
  readonly envelope: Float64Array
  /** Power of sigma over the power of its neighbours (4 Hz to 1.5 Hz below, 1.5 Hz above to 30 Hz). */
  readonly contrast: Float64Array
  /** Correlation of sigma with the broad band over 0.4 s: does the eye see it in the raw trace? */
  readonly visibility: Float64Array
}

/** Width of the edges of all filters here, hertz; also the guard between sigma and its neighbours. */
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
  // Both neighbours in one pass: the bands do not overlap, so their powers add.
  const beside = filterFir(
    x,
    below.map((tap, i) => tap + above[i]!),
  )
  const smooth = oddWidth(SMOOTH_S, rateHz)
  const amplitude = sigma.map((re, i) => Math.sqrt(re * re + quadrature[i]! * quadrature[i]!))
  return {
    sigma,
    quadrature,
    broad,
    envelope: centredMean(centredMean(amplitude, smooth), smooth),
    contrast: powerRatio(sigma, beside, oddWidth(CONTRAST_S, rateHz)),
    visibility: correlationOf(sigma, broad, oddWidth(VISIBILITY_S, rateHz)),
  }
}

/**
 * A band-pass and its Hilbert transform as two finite filters (windowed sinc, Hamming): together they
 * give amplitude and phase at any length of recording without one transform over all of it.
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

function powerRatio(part: Float64Array, beside: Float64Array, width: number): Float64Array {
  const above = centredMean(
    part.map((v) => v * v),
    width,
  )
  const below = centredMean(
    beside.map((v) => v * v),
    width,
  )
  return above.map((power, i) => (power > 0 ? power / Math.max(below[i]!, 1e-30) : 0))
}

function correlationOf(x: Float64Array, y: Float64Array, width: number): Float64Array {
  const meanX = centredMean(x, width)
  const meanY = centredMean(y, width)
  const xx = centredMean(
    x.map((v) => v * v),
    width,
  )
  const yy = centredMean(
    y.map((v) => v * v),
    width,
  )
  const xy = centredMean(
    x.map((v, i) => v * y[i]!),
    width,
  )
  return xy.map((product, i) => {
    const varianceX = xx[i]! - meanX[i]! * meanX[i]!
    const varianceY = yy[i]! - meanY[i]! * meanY[i]!
    const scale = Math.sqrt(Math.max(0, varianceX) * Math.max(0, varianceY))
    return scale > 0 ? (product - meanX[i]! * meanY[i]!) / scale : 0
  })
}
