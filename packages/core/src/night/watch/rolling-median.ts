/** The median and spread of the last so many values, in fixed memory. */
export type RollingMedian = {
  /** Adds a value (not NaN) and lets the oldest go when the window is full. */
  push(value: number): void
  /** How many values there are. */
  count(): number
  /** Median (the lower middle of an even count); NaN of none. */
  median(): number
  /** Median absolute deviation from the median; NaN of none. */
  deviation(): number
  /** The value below which a share `q` of them lies (the nearest one); NaN of none. */
  quantile(q: number): number
  reset(): void
}

/** A window of `size` values, kept in order by insertion: a push moves `size` numbers at most. */
export function rollingMedian(size: number): RollingMedian {
  const inTime = new Float64Array(size)
  const inOrder = new Float64Array(size)
  let count = 0
  let next = 0
  const placeOf = (value: number): number => {
    let [low, high] = [0, count]
    while (low < high) {
      const middle = (low + high) >> 1
      if (inOrder[middle]! < value) low = middle + 1
      else high = middle
    }
    return low
  }
  const push = (value: number): void => {
    if (count === size) {
      inOrder.copyWithin(placeOf(inTime[next]!), placeOf(inTime[next]!) + 1, count)
      count--
    }
    inTime[next] = value
    next = next + 1 === size ? 0 : next + 1
    const place = placeOf(value)
    inOrder.copyWithin(place + 1, place, count)
    inOrder[place] = value
    count++
  }
  const quantile = (q: number): number =>
    count === 0 ? NaN : inOrder[Math.min(count - 1, Math.floor(q * count))]!
  const median = (): number => (count === 0 ? NaN : inOrder[(count - 1) >> 1]!)
  const deviation = (): number => {
    const centre = median()
    // The nearest half of the values lies in a row around the middle: widen it value by value.
    let low = (count - 1) >> 1
    let high = low
    for (let kept = 1; kept < (count >> 1) + 1 && kept < count; kept++) {
      const below = low > 0 ? centre - inOrder[low - 1]! : Number.POSITIVE_INFINITY
      const above = high < count - 1 ? inOrder[high + 1]! - centre : Number.POSITIVE_INFINITY
      if (below <= above) low--
      else high++
    }
    return count === 0 ? NaN : Math.max(centre - inOrder[low]!, inOrder[high]! - centre)
  }
  const reset = (): void => {
    count = 0
    next = 0
  }
  return { push, count: () => count, median, deviation, quantile, reset }
}
