import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import {
  confidenceTable,
  expectedCalibrationError,
  fitTemperature,
  logLoss,
  withTemperature,
} from './calibration.ts'

/** Epochs whose labels are drawn from the rows themselves, so that the rows are calibrated. */
function calibrated(epochs: number): { probabilities: Float32Array; labels: Int8Array } {
  const random = seededRandom(11)
  const probabilities = new Float32Array(epochs * 5)
  const labels = new Int8Array(epochs)
  for (let e = 0; e < epochs; e++) {
    const row = Array.from({ length: 5 }, () => random.uniform() ** 4 + 1e-3)
    const sum = row.reduce((a, b) => a + b, 0)
    let left = random.uniform()
    labels[e] = 4
    row.forEach((p, k) => {
      probabilities[e * 5 + k] = p / sum
      if (left >= 0 && left < p / sum) labels[e] = k
      left -= p / sum
    })
  }
  return { probabilities, labels }
}

describe('calibration', () => {
  it('finds the temperature that undoes over-confidence', () => {
    const { probabilities, labels } = calibrated(6000)
    expect(fitTemperature(probabilities, labels)).toBeCloseTo(1, 1)
    const tooSure = withTemperature(probabilities, 0.5)
    expect(fitTemperature(tooSure, labels)).toBeCloseTo(2, 0.8)
    expect(logLoss(tooSure, labels)).toBeGreaterThan(logLoss(probabilities, labels))
    const before = expectedCalibrationError(tooSure, labels)
    const after = expectedCalibrationError(withTemperature(tooSure, 2), labels)
    expect(after).toBeLessThan(before / 3)
  })

  it('keeps rows summing to one and missing rows missing', () => {
    const rows = Float32Array.of(0.7, 0.1, 0.1, 0.05, 0.05, NaN, NaN, NaN, NaN, NaN)
    const flat = withTemperature(rows, 2)
    expect(flat.subarray(0, 5).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6)
    expect(flat[0]).toBeLessThan(0.7)
    expect(flat.subarray(5).every(Number.isNaN)).toBe(true)
  })

  it('tables confidence against accuracy and leaves out what was not scored', () => {
    const rows = Float32Array.of(0.9, 0.1, 0, 0, 0, 0.9, 0.1, 0, 0, 0, 0.2, 0.6, 0.2, 0, 0)
    const table = confidenceTable(rows, Int8Array.of(0, 1, -1), 10)
    const filled = table.filter((bin) => bin.epochs > 0)
    expect(filled).toHaveLength(1)
    expect(filled[0]).toMatchObject({ epochs: 2, accuracy: 0.5 })
    expect(expectedCalibrationError(rows, Int8Array.of(0, 1, -1), 10)).toBeCloseTo(0.4, 6)
  })
})
