import type { SeriesTitle } from './growing-series.ts'
import type { PersonalSeries } from './personal-series.ts'

const MINUTE_MS = 60_000
/** Minutes of one series: 19 years without a gap; those beyond are left out. */
const MAX_MINUTES = 10_000_000
/** Minutes of the first block and of the largest: each is twice the one before. */
const [FIRST_BLOCK, LAST_BLOCK] = [256, 65_536] as const
/** A value that lasts longer counts for its first day only. */
const MAX_SPREAD_MINUTES = 1440
const MAX_COUNT = 65_535

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
   * In order of time, each at its minute's start. What was gathered is let go block by block, so
   * that it is not held twice: not to be called again.
   */
  finish(): PersonalSeries
}

type Block = {
  readonly minutes: Int32Array
  readonly sums: Float32Array
  readonly counts: Uint16Array
  size: number
}

/** Opens a series in which a minute has the mean of its values, or their sum. */
export function minuteSeries(title: SeriesTitle, how: 'mean' | 'sum'): MinuteSeries {
  const blocks: Block[] = []
  let [size, last] = [0, Number.NEGATIVE_INFINITY]
  let isAscending = true
  const put = (minute: number, value: number): void => {
    let block = blocks.at(-1)
    if (block !== undefined && last === minute && block.counts[block.size - 1]! < MAX_COUNT) {
      block.sums[block.size - 1]! += value
      block.counts[block.size - 1]!++
      return
    }
    if (size >= MAX_MINUTES) return
    if (block === undefined || block.size === block.minutes.length) {
      block = emptyBlock(Math.min(LAST_BLOCK, 2 * (block?.size ?? FIRST_BLOCK / 2)))
      blocks.push(block)
    }
    if (minute <= last) isAscending = false
    last = minute
    block.minutes[block.size] = minute
    block.sums[block.size] = value
    block.counts[block.size] = 1
    block.size++
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
    finish: () => ({
      ...title,
      ...columnsOf(isAscending ? blocks : [sortedBlock(blocks, size)], how),
    }),
  }
}

function emptyBlock(length: number): Block {
  return {
    minutes: new Int32Array(length),
    sums: new Float32Array(length),
    counts: new Uint16Array(length),
    size: 0,
  }
}

/** The columns of blocks in ascending order, which are let go one by one. */
function columnsOf(
  blocks: Block[],
  how: 'mean' | 'sum',
): Pick<PersonalSeries, 'timesMs' | 'values'> {
  const n = blocks.reduce((sum, { size }) => sum + size, 0)
  const timesMs = new Float64Array(n)
  const values = new Float32Array(n)
  let at = 0
  for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) {
    for (let i = 0; i < block.size; i++) {
      timesMs[at] = block.minutes[i]! * MINUTE_MS
      values[at] = how === 'mean' ? block.sums[i]! / block.counts[i]! : block.sums[i]!
      at++
    }
  }
  return { timesMs, values }
}

/** All blocks as one in order of time, equal minutes put together. */
function sortedBlock(blocks: Block[], size: number): Block {
  const whole = emptyBlock(size)
  for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) {
    whole.minutes.set(block.minutes.subarray(0, block.size), whole.size)
    whole.sums.set(block.sums.subarray(0, block.size), whole.size)
    whole.counts.set(block.counts.subarray(0, block.size), whole.size)
    whole.size += block.size
  }
  const { minutes, sums, counts } = whole
  const order = Uint32Array.from({ length: size }, (_, i) => i)
  order.sort((a, b) => minutes[a]! - minutes[b]! || a - b)
  const out = emptyBlock(size)
  for (const at of order) {
    const isNew = out.size === 0 || out.minutes[out.size - 1] !== minutes[at]
    if (isNew) out.size++
    const last = out.size - 1
    out.minutes[last] = minutes[at]!
    out.sums[last]! += sums[at]!
    out.counts[last] = Math.min(MAX_COUNT, out.counts[last]! + counts[at]!)
  }
  return out
}
