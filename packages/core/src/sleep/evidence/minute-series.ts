import type { SeriesTitle } from './growing-series.ts'
import type { PersonalSeries } from './personal-series.ts'

const MINUTE_MS = 60_000
/** Minutes of one series: 19 years without a gap; those beyond are left out. */
const MAX_MINUTES = 10_000_000
const FIRST_CAPACITY = 1024
/** A value that lasts longer counts for its first day only. */
const MAX_SPREAD_MINUTES = 1440

/**
 * Samples of a phone or watch, several a minute at times, as one value for each minute that has
 * any: ten bytes a minute, however many there were.
 */
export type MinuteSeries = {
  /** A value at a moment. */
  add(timeMs: number, value: number): void
  /** An amount gathered over a stretch, at most a day: its minutes get equal shares. */
  spread(startMs: number, endMs: number, amount: number): void
  /** Minutes that have a value, some perhaps twice. */
  size(): number
  /**
   * In order of time, each at its minute's start. The columns are let go: not to be called twice.
   */
  finish(): PersonalSeries
}

/** Opens a series in which a minute has the mean of its values, or their sum. */
export function minuteSeries(title: SeriesTitle, how: 'mean' | 'sum'): MinuteSeries {
  let minutes = new Int32Array(FIRST_CAPACITY)
  let sums = new Float32Array(FIRST_CAPACITY)
  let counts = new Uint16Array(FIRST_CAPACITY)
  let size = 0
  const put = (minute: number, value: number): void => {
    const last = size - 1
    if (size > 0 && minutes[last] === minute && counts[last]! < 65_535) {
      sums[last]! += value
      counts[last]!++
      return
    }
    if (size >= MAX_MINUTES) return
    if (size === minutes.length) {
      const capacity = Math.min(MAX_MINUTES, Math.ceil(size * 1.5))
      minutes = grown(minutes, new Int32Array(capacity))
      sums = grown(sums, new Float32Array(capacity))
      counts = grown(counts, new Uint16Array(capacity))
    }
    minutes[size] = minute
    sums[size] = value
    counts[size] = 1
    size++
  }
  return {
    size: () => size,
    add: (timeMs, value) => put(Math.floor(timeMs / MINUTE_MS), value),
    spread(startMs, endMs, amount) {
      const first = Math.floor(startMs / MINUTE_MS)
      const end = Math.ceil(endMs / MINUTE_MS)
      const n = Math.min(Math.max(1, end - first), MAX_SPREAD_MINUTES)
      for (let i = 0; i < n; i++) put(first + i, amount / n)
    },
    finish() {
      const series = finished(title, how, minutes.subarray(0, size), sums, counts)
      minutes = new Int32Array(0)
      sums = new Float32Array(0)
      counts = new Uint16Array(0)
      size = 0
      return series
    },
  }
}

function grown<T extends Int32Array | Float32Array | Uint16Array>(from: T, to: T): T {
  to.set(from)
  return to
}

function finished(
  title: SeriesTitle,
  how: 'mean' | 'sum',
  minutes: Int32Array,
  sums: Float32Array,
  counts: Uint16Array,
): PersonalSeries {
  const order = ascending(minutes)
  let nMinutes = 0
  for (let i = 0; i < minutes.length; i++) {
    if (i === 0 || minutes[at(order, i)] !== minutes[at(order, i - 1)]) nMinutes++
  }
  const timesMs = new Float64Array(nMinutes)
  const values = new Float32Array(nMinutes)
  let size = 0
  for (let i = 0; i < minutes.length; ) {
    const minute = minutes[at(order, i)]!
    let [sum, count] = [0, 0]
    for (; i < minutes.length && minutes[at(order, i)] === minute; i++) {
      sum += sums[at(order, i)]!
      count += counts[at(order, i)]!
    }
    timesMs[size] = minute * MINUTE_MS
    values[size] = how === 'mean' ? sum / count : sum
    size++
  }
  return { ...title, timesMs, values }
}

/** Indices in order of time; undefined when the minutes are in order as they are. */
function ascending(minutes: Int32Array): Uint32Array | undefined {
  if (minutes.every((minute, i) => i === 0 || minute >= minutes[i - 1]!)) return undefined
  const order = Uint32Array.from(minutes, (_, i) => i)
  return order.sort((a, b) => minutes[a]! - minutes[b]! || a - b)
}

function at(order: Uint32Array | undefined, i: number): number {
  return order === undefined ? i : order[i]!
}
