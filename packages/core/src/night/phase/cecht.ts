import { complexFft } from '../../math/fft.ts'
import { ComplexFir } from './complex-fir.ts'
import { type PhasePredictor, SLOW_WAVE_HZ } from './predictor.ts'
import { toneGains } from './tone-gain.ts'
import { ToneTrack } from './tone-track.ts'
import { WaveLevel } from './wave-level.ts'

/** Length of the window, s, and the band of its filter, Hz. */
const WINDOW_S = 2.35
const BAND_HZ = [0.5, 1.5] as const
/** Error of a wave of usual size on made-up N3, radians. */
const USUAL_SD = 0.33

/**
 * The endpoint-corrected Hilbert transform, calibrated: the analytic signal at the last of 2.35 s,
 * its spectrum shaped by a causal first-order band-pass so that the end is clean. The end point is
 * a fixed linear functional of the window, so it costs one complex sum a sample and no transform.
 * Sources: Schreglmann et al. 2021; the gain at both signs of frequency divided out as in cecHT,
 * arXiv 2601.13962, here at the frequency that is followed; `asPublished` keeps it at .85 Hz.
 */
export function cecht(rateHz: number, asPublished = false): PhasePredictor {
  const length = Math.round(WINDOW_S * rateHz)
  const { re, im } = endpointKernel(length, rateHz)
  const back = Float64Array.from({ length }, (_, k) => k)
  const lags = back.map((k) => k / rateHz)
  const fir = new ComplexFir(back, re, im)
  const followS = asPublished ? Number.POSITIVE_INFINITY : undefined
  const track = new ToneTrack(rateHz, toneGains(lags, re, im), SLOW_WAVE_HZ.centre, followS)
  return firPredictor('cecht', fir, track, { rateHz, usualSd: USUAL_SD })
}

/** What a predictor made of one complex filter needs beside it. */
export type FirPredictorOptions = {
  readonly rateHz: number
  /** Error of a wave of usual size, radians. */
  readonly usualSd: number
}

/** A predictor made of one complex filter: its output, as a tone, carried on. */
export function firPredictor(
  name: PhasePredictor['name'],
  fir: ComplexFir,
  track: ToneTrack,
  { rateHz, usualSd }: FirPredictorOptions,
): PhasePredictor {
  const level = new WaveLevel(rateHz)
  let relative = Number.NaN
  return {
    name,
    foresee: (values, count) => fir.foresee(values, count),
    push: (x) => {
      fir.push(x)
      if (fir.isWhole) {
        track.push(fir.re, fir.im)
        relative = level.relative(track.amplitude)
      } else {
        track.reset()
        relative = Number.NaN
      }
    },
    phaseAt: (aheadS) => track.phaseAt(aheadS),
    get amplitudeUv() {
      return track.amplitude
    },
    get frequencyHz() {
      return track.frequencyHz
    },
    get sdRad() {
      return usualSd / relative
    },
    reset: () => {
      fir.reset()
      track.reset()
      level.reset()
      relative = Number.NaN
    },
  }
}

/**
 * The endpoint-corrected Hilbert transform of `n` samples, read at the last of them, as weights of
 * the samples counted back from there: z = sum of w[k] x[last - k]. In the unit of `x`.
 */
export function endpointKernel(
  n: number,
  rateHz: number,
): { readonly re: Float64Array; readonly im: Float64Array } {
  const re = new Float64Array(n)
  const im = new Float64Array(n)
  for (let k = 0; 2 * k <= n; k++) {
    const oneSided = k === 0 || 2 * k === n ? 1 : 2
    const [hr, hi] = bandPassAt((k * rateHz) / n)
    re[k] = oneSided * hr
    im[k] = oneSided * hi
  }
  // K[m] = (1/N) sum G[k] e^{j 2 pi k (N - 1 - m) / N}: the inverse transform read from its end.
  complexFft(n).forward(im, re) // parts exchanged: the inverse, unscaled
  const kernel = { re: new Float64Array(n), im: new Float64Array(n) }
  for (let back = 0; back < n; back++) {
    kernel.re[back] = re[back]! / n
    kernel.im[back] = im[back]! / n
  }
  return kernel
}

/** First-order Butterworth band-pass at a frequency: H = j w B / (w0^2 - w^2 + j w B). */
function bandPassAt(hz: number): [number, number] {
  const width = BAND_HZ[1] - BAND_HZ[0]
  const a = BAND_HZ[0] * BAND_HZ[1] - hz * hz
  const b = hz * width
  const size = a * a + b * b
  return size === 0 ? [0, 0] : [(b * b) / size, (a * b) / size]
}
