import { exp, log } from '../../math/elementary.ts'
import { STAGE_COUNT } from './stage.ts'

/** One bar of a confidence table: epochs whose top probability falls in [from, to). */
export type ConfidenceBin = {
  readonly from: number
  readonly to: number
  readonly epochs: number
  /** Mean top probability; NaN where the bin is empty. */
  readonly confidence: number
  /** Part of the epochs whose top stage was right; NaN where the bin is empty. */
  readonly accuracy: number
}

/**
 * Probabilities made flatter (temperature > 1) or sharper (< 1): p^(1/T), rows summing to 1
 * again. Rows of NaN stay NaN. Source: Guo et al. 2017, On calibration of modern neural networks.
 */
export function withTemperature(probabilities: Float32Array, temperature: number): Float32Array {
  const out = new Float32Array(probabilities.length)
  const row = new Float64Array(STAGE_COUNT)
  for (let at = 0; at < out.length; at += STAGE_COUNT) {
    let sum = 0
    for (let k = 0; k < STAGE_COUNT; k++) {
      row[k] = exp(log(Math.max(probabilities[at + k]!, 1e-12)) / temperature)
      sum += row[k]!
    }
    for (let k = 0; k < STAGE_COUNT; k++) out[at + k] = row[k]! / sum
  }
  return out
}

/**
 * The temperature in .5-3 under which out-of-fold probabilities have the smallest mean negative log
 * likelihood of the labels (0..4, -1 = not scored), by golden-section search to .001.
 */
export function fitTemperature(probabilities: Float32Array, labels: Int8Array): number {
  const ratio = (Math.sqrt(5) - 1) / 2
  let low = 0.5
  let high = 3
  while (high - low > 0.001) {
    const a = high - ratio * (high - low)
    const b = low + ratio * (high - low)
    const lossA = logLoss(withTemperature(probabilities, a), labels)
    if (lossA < logLoss(withTemperature(probabilities, b), labels)) high = b
    else low = a
  }
  return (low + high) / 2
}

/** Mean negative log likelihood of the labels in nats; -1 labels and NaN rows are left out. */
export function logLoss(probabilities: Float32Array, labels: Int8Array): number {
  let sum = 0
  let n = 0
  for (let i = 0; i < labels.length; i++) {
    if (labels[i]! < 0) continue
    const p = probabilities[i * STAGE_COUNT + labels[i]!]!
    if (Number.isNaN(p)) continue
    sum -= log(Math.max(p, 1e-9))
    n++
  }
  return sum / n
}

/** How often the top stage was right at each level of confidence, in `bins` equal steps of 0..1. */
export function confidenceTable(
  probabilities: Float32Array,
  labels: Int8Array,
  bins = 15,
): ConfidenceBin[] {
  const counts = new Float64Array(bins)
  const sums = new Float64Array(bins)
  const right = new Float64Array(bins)
  for (let i = 0; i < labels.length; i++) {
    const row = probabilities.subarray(i * STAGE_COUNT, (i + 1) * STAGE_COUNT)
    let top = 0
    for (let k = 1; k < STAGE_COUNT; k++) if (row[k]! > row[top]!) top = k
    const p = row[top]!
    if (labels[i]! < 0 || Number.isNaN(p)) continue
    const bin = Math.min(bins - 1, Math.floor(p * bins))
    counts[bin]! += 1
    sums[bin]! += p
    right[bin]! += top === labels[i]! ? 1 : 0
  }
  return Array.from(counts, (n, i) => ({
    from: i / bins,
    to: (i + 1) / bins,
    epochs: n,
    confidence: n > 0 ? sums[i]! / n : NaN,
    accuracy: n > 0 ? right[i]! / n : NaN,
  }))
}

/** Expected calibration error, 0..1: mean gap of confidence and accuracy, weighted by epochs. */
export function expectedCalibrationError(
  probabilities: Float32Array,
  labels: Int8Array,
  bins = 15,
): number {
  const table = confidenceTable(probabilities, labels, bins).filter((bin) => bin.epochs > 0)
  let gap = 0
  let n = 0
  for (const bin of table) {
    gap += bin.epochs * Math.abs(bin.confidence - bin.accuracy)
    n += bin.epochs
  }
  return gap / n
}
