import { realFft } from '../../math/fft.ts'
import { hann } from '../../math/window.ts'

/** Power in the bands of the AASM's arousal rule, one value per column. */
export type BandColumns = {
  /** Distance between columns, seconds; column k is centred on (k + 1/2) steps. */
  readonly stepS: number
  /** 4-8, 8-12 and 16-30 Hz, squared units of the signal; 0 where samples are missing. */
  readonly theta: Float64Array
  readonly alpha: Float64Array
  readonly fast: Float64Array
  /** Power-weighted mean frequency of 1-30 Hz without sigma (12-16), hertz; 0 where missing. */
  readonly meanHz: Float64Array
}

const STEP_S = 0.25
const WINDOW_S = 1

/**
 * Band powers every quarter second from a 1-s Hann window. Columns that touch a missing sample are
 * 0.
 */
export function bandColumns(
  x: Float64Array,
  rateHz: number,
  missing?: Uint8Array | undefined,
): BandColumns {
  const size = Math.round(WINDOW_S * rateHz)
  const count = Math.floor(x.length / rateHz / STEP_S)
  const row = (): Float64Array => new Float64Array(count)
  const columns = { stepS: STEP_S, theta: row(), alpha: row(), fast: row(), meanHz: row() }
  const window = hann(size, true)
  const fft = realFft(size)
  const column = new Float64Array(size)
  const re = new Float64Array(fft.bins)
  const im = new Float64Array(fft.bins)
  for (let k = 0; k < count; k++) {
    const from = Math.round((k + 0.5) * STEP_S * rateHz - size / 2)
    if (missing?.subarray(Math.max(0, from), from + size).includes(1)) continue
    for (let i = 0; i < size; i++) column[i] = (x[from + i] ?? 0) * window[i]!
    fft.forward(column, re, im)
    let total = 0
    let weighted = 0
    for (let bin = Math.ceil(size / rateHz); bin * rateHz <= 30 * size; bin++) {
      const hz = (bin * rateHz) / size
      const power = re[bin]! * re[bin]! + im[bin]! * im[bin]!
      if (hz >= 4 && hz < 8) columns.theta[k]! += power
      else if (hz >= 8 && hz < 12) columns.alpha[k]! += power
      else if (hz > 16) columns.fast[k]! += power
      if (hz >= 12 && hz <= 16) continue
      total += power
      weighted += power * hz
    }
    columns.meanHz[k] = total > 0 ? weighted / total : 0
  }
  return columns
}
