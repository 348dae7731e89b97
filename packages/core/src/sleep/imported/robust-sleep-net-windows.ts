import { assert } from '../../math/assert.ts'
import { STAGE_COUNT } from '../stage/stage.ts'
import type { RobustSleepNetWeights } from './robust-sleep-net-layers.ts'
import { WINDOW_EPOCHS, windowLogits } from './robust-sleep-net-network.ts'
import { softmaxRows } from './tree-ensemble.ts'

/**
 * First epochs of the windows that read a recording of `epochs` epochs: from `phase` in steps of
 * `stride`, and one each at the very start and end, so that every window lies inside the recording
 * and every epoch is in at least one. A recording shorter than a window is one window. (The authors
 * pad 15 minutes of zeros instead; the logarithm of nothing then rules the window's mean, and the
 * edges are scored Wake.)
 */
export function windowStarts(epochs: number, stride: number, phase = 0): number[] {
  assert(stride >= 1 && stride <= WINDOW_EPOCHS, `a stride of ${stride} leaves epochs unread`)
  const last = epochs - WINDOW_EPOCHS
  if (last <= 0) return epochs > 0 ? [0] : []
  const starts = new Set([0, last])
  for (let start = phase; start < last; start += stride) starts.add(start)
  return [...starts].sort((a, b) => a - b)
}

/**
 * Adds the network's probabilities in one window to `sum` (epochs x 5, order of STAGES) and counts
 * the epochs it covered. Spectra as for `windowLogits`.
 */
export function addWindow(
  weights: RobustSleepNetWeights,
  spectra: readonly Float32Array[],
  start: number,
  sum: Float64Array,
  counts: Float64Array,
): void {
  const epochs = Math.min(WINDOW_EPOCHS, counts.length - start)
  const rows = windowLogits(weights, spectra, start, epochs)
  softmaxRows(rows, STAGE_COUNT)
  for (let i = 0; i < rows.length; i++) sum[start * STAGE_COUNT + i]! += rows[i]!
  for (let i = 0; i < epochs; i++) counts[start + i]!++
}

/**
 * Probabilities of the last epoch of a window that ends with it: what can be said live, with
 * nothing of the future. `end` is the epoch; the window holds it and up to 20 epochs before it.
 */
export function lastEpochProbabilities(
  weights: RobustSleepNetWeights,
  spectra: readonly Float32Array[],
  end: number,
): Float64Array {
  const first = Math.max(0, end + 1 - WINDOW_EPOCHS)
  const rows = windowLogits(weights, spectra, first, end + 1 - first)
  softmaxRows(rows, STAGE_COUNT)
  return rows.slice(rows.length - STAGE_COUNT)
}
