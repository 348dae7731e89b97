/**
 * Median of the values within `reach` places on either side of each value; NaN values do not count,
 * and fewer than `least` values give NaN. Windows are cut off at the ends.
 */
export function movingMedian(x: Float64Array, reach: number, least: number): Float64Array {
  const n = x.length
  const out = new Float64Array(n)
  const sorted = new Float64Array(2 * reach + 2)
  let size = 0
  for (let i = 0; i < Math.min(n, reach); i++) size = insert(sorted, size, x[i]!)
  for (let i = 0; i < n; i++) {
    if (i + reach < n) size = insert(sorted, size, x[i + reach]!)
    if (i - reach > 0) size = remove(sorted, size, x[i - reach - 1]!)
    const half = size >> 1
    const middle = size % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
    out[i] = size >= Math.max(1, least) ? middle : Number.NaN
  }
  return out
}

function insert(sorted: Float64Array, size: number, value: number): number {
  if (Number.isNaN(value)) return size
  const at = placeOf(sorted, size, value)
  sorted.copyWithin(at + 1, at, size)
  sorted[at] = value
  return size + 1
}

function remove(sorted: Float64Array, size: number, value: number): number {
  if (Number.isNaN(value)) return size
  const at = placeOf(sorted, size, value)
  sorted.copyWithin(at, at + 1, size)
  return size - 1
}

/** Index of the first entry that is not smaller. */
function placeOf(sorted: Float64Array, size: number, value: number): number {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
