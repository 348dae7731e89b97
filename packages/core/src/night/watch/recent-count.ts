/** How many events of a kind there were lately, in fixed memory. */
export type RecentCount = {
  /** Notes an event at `sample`, never before an earlier one. */
  note(sample: number): void
  /** How many lie in the `length` samples before `sample`: at most 128. */
  within(length: number, sample: number): number
}

/** More events than this are not told apart from this many. */
const KEPT = 128

/** Keeps the places of the last 128 events. */
export function recentCount(): RecentCount {
  const places = new Float64Array(KEPT).fill(Number.NEGATIVE_INFINITY)
  let next = 0
  return {
    note: (sample) => {
      places[next] = sample
      next = next + 1 === KEPT ? 0 : next + 1
    },
    within: (length, sample) => {
      // From the newest back: they were noted in order, so the first that is too old ends it.
      let n = 0
      let at = next
      while (n < KEPT) {
        at = at === 0 ? KEPT - 1 : at - 1
        if (!(places[at]! > sample - length)) break
        n++
      }
      return n
    },
  }
}
