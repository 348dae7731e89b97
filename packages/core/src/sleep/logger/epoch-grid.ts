/** Steps beyond which a sample counts as followed by a gap. */
const GAP_STEPS = 3
/** Share of a step by which a sample may miss the grid. */
const JITTER = 0.05
/** Share of samples off the grid beyond which a log is irregular. */
const MAX_OFF_GRID = 0.02
/** A grid may be this many times longer than the samples on it, and this much more. */
const MAX_GRID_RATIO = 4
const MAX_GRID_EXTRA = 50_000

/** Where the samples of a log stand: on a regular grid, or each at its own moment. */
export type EpochGrid = {
  /** Seconds between slots; undefined: the log is irregular. */
  readonly epochS: number | undefined
  /** ms since 1970 UTC, ascending. */
  readonly timesMs: Float64Array
  /** The sample of each slot, -1 where there is none (NaN). */
  readonly sample: Int32Array
  /** Samples that lay between slots and were moved to the nearest. */
  readonly nMoved: number
}

/** The commonest step of ascending seconds, to a tenth of a second; NaN for fewer than two. */
export function modalStepS(wallS: Float64Array): number {
  const counts = new Map<number, number>()
  let best = Number.NaN
  let most = 0
  for (let i = 1; i < wallS.length; i++) {
    const tenths = Math.round((wallS[i]! - wallS[i - 1]!) * 10)
    if (!(tenths > 0) || (counts.size >= 4096 && !counts.has(tenths))) continue
    const count = (counts.get(tenths) ?? 0) + 1
    counts.set(tenths, count)
    if (count > most) {
      most = count
      best = tenths / 10
    }
  }
  return best
}

/**
 * Lays ascending moments on a grid of `epochS`, through the sample in the middle; gaps become empty
 * slots. Where more than 2 % of samples miss the grid by more than 5 % of a step, or the grid would
 * be much longer than the log, the log stays irregular and a gap of over three steps gets one empty
 * slot at its start.
 */
export function epochGrid(timesMs: Float64Array, epochS: number): EpochGrid {
  const stepMs = epochS * 1000
  const n = timesMs.length
  if (n < 2 || !(stepMs > 0)) return separate(timesMs, stepMs)
  const middle = timesMs[n >> 1]!
  const slotOf = (ms: number): number => Math.round((ms - middle) / stepMs)
  const first = slotOf(timesMs[0]!)
  const length = slotOf(timesMs[n - 1]!) - first + 1
  let nMoved = 0
  for (const ms of timesMs) {
    if (Math.abs((ms - middle) / stepMs - slotOf(ms)) > JITTER) nMoved++
  }
  if (nMoved > MAX_OFF_GRID * n || length > n * MAX_GRID_RATIO + MAX_GRID_EXTRA) {
    return separate(timesMs, stepMs)
  }
  const sample = new Int32Array(length).fill(-1)
  for (let i = 0; i < n; i++) sample[slotOf(timesMs[i]!) - first] = i
  const slots = Float64Array.from(sample, (_, slot) => middle + (first + slot) * stepMs)
  return { epochS, timesMs: slots, sample, nMoved }
}

function separate(timesMs: Float64Array, stepMs: number): EpochGrid {
  const isGap = (i: number): boolean =>
    i + 1 < timesMs.length && timesMs[i + 1]! - timesMs[i]! > GAP_STEPS * stepMs
  let nGaps = 0
  for (let i = 0; i < timesMs.length; i++) if (isGap(i)) nGaps++
  const slots = new Float64Array(timesMs.length + nGaps)
  const sample = new Int32Array(slots.length)
  let at = 0
  for (let i = 0; i < timesMs.length; i++) {
    slots[at] = timesMs[i]!
    sample[at++] = i
    if (!isGap(i)) continue
    slots[at] = timesMs[i]! + stepMs
    sample[at++] = -1
  }
  return { epochS: undefined, timesMs: slots, sample, nMoved: 0 }
}
