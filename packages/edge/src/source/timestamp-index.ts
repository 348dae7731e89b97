/** Samples `from` <= i < `to` of a batch, which are without a gap from sample number `first` on. */
export type IndexedRun = { readonly first: number; readonly from: number; readonly to: number }

/** Timestamps later than the sample's place by more are a gap: so many samples, or so long. */
const GAP_SAMPLES = 3
const GAP_S = 0.15
/** A timestamp farther off is another clock, not a gap: a day. */
const MOST_GAP_S = 86_400
/**
 * How long the least lateness is remembered, seconds: once and up to twice this. A rate that is 7 %
 * off is late by less than a gap in that time.
 */
const MEMORY_S = 1

/**
 * Numbers the samples of a stream by their timestamps (seconds, of one clock): in a row as long as
 * these are where the nominal rate has them, give or take `GAP_S`, for many programs stamp whole
 * packets as they come; farther on where a timestamp is later than the earliest of the last seconds
 * have it. So a rate that is a little off makes no gaps, and a late packet moves nothing.
 */
export function timestampIndex(
  firstIndex: number,
  rateHz: number,
): (timestampsS: Float64Array) => IndexedRun[] {
  const tolerance = Math.max(GAP_SAMPLES, GAP_S * rateHz)
  let next = firstIndex
  let origin: number | undefined
  // Least lateness, in samples, of this stretch of MEMORY_S and of the one before.
  let [least, before, since] = [Infinity, Infinity, 0]
  const placed = (timestampS: number): number => {
    if (!Number.isFinite(timestampS)) return next++
    origin ??= timestampS - next / rateHz
    let late = (timestampS - origin) * rateHz - next
    if (Math.abs(late) > MOST_GAP_S * rateHz) {
      origin = timestampS - next / rateHz
      ;[least, before, since, late] = [Infinity, Infinity, timestampS, 0]
    }
    if (timestampS - since > MEMORY_S || timestampS < since) {
      ;[before, least, since] = [least, Infinity, timestampS]
    }
    const floor = Math.min(least, before)
    const lost = late - floor > tolerance ? Math.round(late - floor) : 0
    least = Math.min(least, late - lost)
    next += lost
    return next++
  }
  return (timestampsS) => {
    const runs: { first: number; from: number; to: number }[] = []
    for (const [i, timestampS] of timestampsS.entries()) {
      const index = placed(timestampS)
      const run = runs.at(-1)
      if (run && index === run.first + run.to - run.from) run.to = i + 1
      else runs.push({ first: index, from: i, to: i + 1 })
    }
    return runs
  }
}
