import { assert } from '../math/assert.ts'
import { simpson } from '../math/integrate.ts'
import type { Spectrum } from './welch.ts'

/** A named band of frequencies in Hz, both ends included. */
export type Band = readonly [lowHz: number, highHz: number, name: string]

/** YASA's bands of sleep EEG. */
export const SLEEP_BANDS: readonly Band[] = [
  [0.5, 4, 'Delta'],
  [4, 8, 'Theta'],
  [8, 12, 'Alpha'],
  [12, 16, 'Sigma'],
  [16, 30, 'Beta'],
  [30, 40, 'Gamma'],
]

/** Power in each band, unit squared, or as a share of `total`. */
export type BandPower = {
  readonly bands: Readonly<Record<string, number>>
  /** Power from the lowest to the highest edge of all bands, unit squared. */
  readonly total: number
}

/**
 * Power by Simpson's rule over the bins of each band, ends included, as YASA's `bandpower` does;
 * relative (the default) divides by the power between the lowest and the highest edge. NaN in the
 * density spreads.
 */
export function bandPower(
  spectrum: Spectrum,
  bands: readonly Band[] = SLEEP_BANDS,
  options: { readonly relative?: boolean } = {},
): BandPower {
  const { frequenciesHz, psd } = spectrum
  assert(bands.length > 0 && frequenciesHz.length > 1, 'band power needs bands and bins')
  const dx = frequenciesHz[1]! - frequenciesHz[0]!
  const lowest = Math.min(...bands.map((b) => b[0]))
  const highest = Math.max(...bands.map((b) => b[1]))
  const power = (lowHz: number, highHz: number): number => {
    const [from, to] = binRange(frequenciesHz, lowHz, highHz)
    return simpson(psd, dx, from, to)
  }
  const total = power(lowest, highest)
  const scale = (options.relative ?? true) ? total : 1
  return {
    bands: Object.fromEntries(bands.map(([low, high, name]) => [name, power(low, high) / scale])),
    total,
  }
}

/** The bins from lowHz to highHz, ends included, as first and one past the last. */
export function binRange(
  frequenciesHz: Float64Array,
  lowHz: number,
  highHz: number,
): [number, number] {
  let from = 0
  while (from < frequenciesHz.length && frequenciesHz[from]! < lowHz) from++
  let to = from
  while (to < frequenciesHz.length && frequenciesHz[to]! <= highHz) to++
  return [from, to]
}
