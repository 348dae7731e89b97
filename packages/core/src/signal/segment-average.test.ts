import { describe, expect, it } from 'vitest'
import { farthest, oracleNoise } from '#test/oracle.ts'
import { median } from '../math/quantile.ts'
import { meanOfColumns, medianOfColumns } from './segment-average.ts'

describe('averages over segments', () => {
  it('are the medians and means of each bin, for any number of segments', () => {
    for (const count of [1, 2, 3, 7, 8, 11, 12, 19, 32, 33, 60]) {
      const columns = oracleNoise(count * 5, count)
      const column = (k: number): Float64Array =>
        columns.filter((_, i) => Math.floor(i / count) === k)
      const medians = [0, 1, 2, 3, 4].map((k) => median(column(k)))
      const means = [0, 1, 2, 3, 4].map((k) => column(k).reduce((a, b) => a + b) / count)
      const out = new Float64Array(5)
      meanOfColumns(columns, count, 5, out)
      expect(farthest(out, means)).toBeLessThan(1e-15)
      medianOfColumns(columns.slice(), count, 5, out)
      expect(Array.from(out)).toEqual(medians)
      columns[2 * count] = NaN
      medianOfColumns(columns, count, 5, out)
      expect(Array.from(out).map(Number.isNaN)).toEqual([false, false, true, false, false])
    }
  })
})
