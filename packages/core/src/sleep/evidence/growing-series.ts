import type { PersonalSeries } from './personal-series.ts'

/** Samples a series may hold: four years at five seconds; those beyond are left out. */
const MAX_SERIES_SAMPLES = 25_000_000

const FIRST_CAPACITY = 256

/** What a series is of, before it has values. */
export type SeriesTitle = Omit<PersonalSeries, 'timesMs' | 'values'>

/** Columns that grow as samples come, so that memory follows what was kept. */
export type GrowingSeries = {
  /** Samples so far. */
  readonly size: () => number
  /** Adds a sample at `timeMs`; false when the series is full or the moment is not finite. */
  add(timeMs: number, value: number): boolean
  /** The series in order of time; of samples at the same moment the last is kept. */
  finish(): PersonalSeries
}

/** Opens a series; `maxSamples` is at most `MAX_SERIES_SAMPLES`. */
export function growingSeries(
  title: SeriesTitle,
  maxSamples: number = MAX_SERIES_SAMPLES,
): GrowingSeries {
  let timesMs = new Float64Array(FIRST_CAPACITY)
  let values = new Float32Array(FIRST_CAPACITY)
  let size = 0
  let isAscending = true
  return {
    size: () => size,
    add(timeMs, value) {
      if (size >= maxSamples || !Number.isFinite(timeMs)) return false
      if (size === timesMs.length) {
        const capacity = Math.min(maxSamples, Math.ceil(size * 1.5))
        timesMs = grown(timesMs, new Float64Array(capacity))
        values = grown(values, new Float32Array(capacity))
      }
      if (size > 0 && timeMs <= timesMs[size - 1]!) isAscending = false
      timesMs[size] = timeMs
      values[size] = value
      size++
      return true
    },
    finish() {
      const times = timesMs.subarray(0, size)
      const columns = isAscending
        ? { timesMs: times.slice(), values: values.slice(0, size) }
        : sorted(times, values)
      return { ...title, ...columns }
    },
  }
}

function grown<T extends Float64Array | Float32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** In order of time, and of samples at one moment the one that came last. */
function sorted(
  timesMs: Float64Array,
  values: Float32Array,
): Pick<PersonalSeries, 'timesMs' | 'values'> {
  const order = Uint32Array.from(timesMs, (_, i) => i)
  order.sort((a, b) => timesMs[a]! - timesMs[b]! || a - b)
  const outTimes = new Float64Array(order.length)
  const outValues = new Float32Array(order.length)
  let size = 0
  for (const at of order) {
    if (size > 0 && outTimes[size - 1] === timesMs[at]) size--
    outTimes[size] = timesMs[at]!
    outValues[size] = values[at]!
    size++
  }
  return { timesMs: outTimes.slice(0, size), values: outValues.slice(0, size) }
}
