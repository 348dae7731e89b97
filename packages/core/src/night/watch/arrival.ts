/** How fast samples arrive against the rate that they state. */
export type Arrival = {
  /** Samples up to `sample` (not included) were here at `atMs` of device time. */
  note(sample: number, atMs: number): void
  /** .01 is one in a hundred too fast; undefined until 20 s are known. */
  rateError(): number | undefined
}

/** One pair a second is kept for a minute. */
const KEPT = 60
const LEAST_MS = 20_000
/** After so long without samples the pairs begin anew. */
const SILENT_MS = 5000

/** Least squares of samples over arrival times of the last minute: a few late pieces do no harm. */
export function arrival(rateHz: number): Arrival {
  const samples = new Float64Array(KEPT)
  const times = new Float64Array(KEPT)
  let count = 0
  let lastMs = Number.NEGATIVE_INFINITY
  let lastSecond = -1
  // What was worked out of these pairs; other pairs come once a second.
  let known: number | undefined
  const note = (sample: number, atMs: number): void => {
    if (atMs - lastMs > SILENT_MS) {
      count = 0
      known = undefined
    }
    lastMs = atMs
    const second = Math.floor(sample / rateHz)
    if (second === lastSecond) return
    lastSecond = second
    samples[count % KEPT] = sample
    times[count % KEPT] = atMs
    count++
    known = slope()
  }
  const slope = (): number | undefined => {
    const n = Math.min(count, KEPT)
    const newest = (count - 1 + KEPT) % KEPT
    const oldest = count > KEPT ? count % KEPT : 0
    if (n < 2 || times[newest]! - times[oldest]! < LEAST_MS) return undefined
    let [meanT, meanS] = [0, 0]
    for (let k = 0; k < n; k++) {
      meanT += (times[k]! - times[oldest]!) / n
      meanS += (samples[k]! - samples[oldest]!) / n
    }
    let [above, below] = [0, 0]
    for (let k = 0; k < n; k++) {
      const t = times[k]! - times[oldest]! - meanT
      above += t * (samples[k]! - samples[oldest]! - meanS)
      below += t * t
    }
    return ((above / below) * 1000) / rateHz - 1
  }
  return { note, rateError: () => known }
}
