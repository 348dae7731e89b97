import { realFft } from '../../math/fft.ts'
import { hann } from '../../math/window.ts'
import type { MovingSeries } from './moving-window.ts'

/** Two bands, hertz, both ends included: the part and the whole. */
export type PartOfBand = {
  readonly partHz: readonly [number, number]
  readonly wholeHz: readonly [number, number]
}

/** Length of a column of the spectrogram and distance between columns, seconds. */
const COLUMN_S = 2
const STEP_S = 0.2

/**
 * Power in one band as a fraction of a wider one, 0..1, every 0.2 s, from a 2-s Hann window; the
 * signal is taken as zero outside. No missing values. Source: YASA `stft_power`, SciPy `stft`.
 */
export function relativePower(x: Float64Array, rateHz: number, bands: PartOfBand): MovingSeries {
  const size = Math.trunc(COLUMN_S * rateHz)
  const hop = size - Math.trunc(size - STEP_S * rateHz)
  const half = Math.floor(size / 2)
  const padded = x.length + 2 * half
  const columns = Math.ceil((padded - size) / hop) + 1
  const fft = realFft(size)
  const window = hann(size, true)
  const column = new Float64Array(size)
  const re = new Float64Array(Math.floor(size / 2) + 1)
  const im = new Float64Array(re.length)
  const whole = binsIn(bands.wholeHz, size, rateHz)
  const part = binsIn(bands.partHz, size, rateHz).filter((bin) => whole.includes(bin))
  const timesS = new Float64Array(columns)
  const values = new Float64Array(columns)
  for (let k = 0; k < columns; k++) {
    for (let i = 0; i < size; i++) column[i] = (x[k * hop + i - half] ?? 0) * window[i]!
    fft.forward(column, re, im)
    const total = powerOf(whole, re, im)
    timesS[k] = (size / 2 + k * hop) / rateHz - size / 2 / rateHz
    values[k] = total > 0 ? powerOf(part, re, im) / total : 0
  }
  return { timesS, values }
}

function binsIn(
  [lowHz, highHz]: readonly [number, number],
  size: number,
  rateHz: number,
): number[] {
  const spacing = 1 / (size * (1 / rateHz))
  const bins: number[] = []
  for (let bin = 0; bin <= size / 2; bin++) {
    if (bin * spacing >= lowHz && bin * spacing <= highHz) bins.push(bin)
  }
  return bins
}

function powerOf(bins: readonly number[], re: Float64Array, im: Float64Array): number {
  let sum = 0
  for (const bin of bins) sum += re[bin]! * re[bin]! + im[bin]! * im[bin]!
  return sum
}
