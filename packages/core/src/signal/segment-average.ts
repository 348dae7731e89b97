import { quantileInPlace } from '../math/quantile.ts'

/**
 * Averages `bins` columns of `count` values, one after the other in `columns`, into `out`; may
 * reorder a column.
 */
export type ColumnAverage = (
  columns: Float64Array,
  count: number,
  bins: number,
  out: Float64Array,
) => void

/** The mean of each column. NaN spreads to its column. */
export const meanOfColumns: ColumnAverage = (columns, count, bins, out) => {
  for (let k = 0, at = 0; k < bins; k++) {
    let sum = 0
    for (const end = at + count; at < end; at++) sum += columns[at]!
    out[k] = sum / count
  }
}

/** Up to this many values, keeping the lower half in order is the fastest way to the median. */
const MOST_INSERTED = 32

/** The median of each column. NaN spreads to its column. */
export const medianOfColumns: ColumnAverage = (columns, count, bins, out) => {
  for (let k = 0, at = 0; k < bins; k++, at += count) {
    out[k] =
      count > MOST_INSERTED
        ? quantileInPlace(columns.subarray(at, at + count), 0.5)
        : medianOfShort(columns, at, count)
  }
}

/** Keeps the lower half (and the one above it) in order at the front; the rest is passed over. */
function medianOfShort(x: Float64Array, from: number, count: number): number {
  const middle = from + (count >> 1)
  const end = from + count
  let sum = x[from]!
  for (let i = from + 1; i < end; i++) {
    const v = x[i]!
    sum += v
    let j = i - 1
    if (j >= middle) {
      if (v >= x[middle]!) continue
      j = middle - 1
    }
    for (; j >= from && x[j]! > v; j--) x[j + 1] = x[j]!
    x[j + 1] = v
  }
  if (Number.isNaN(sum)) return NaN
  return count % 2 === 1 ? x[middle]! : (x[middle - 1]! + x[middle]!) / 2
}
