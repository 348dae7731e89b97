import { believable } from './believable.ts'

/** What a channel's samples say of its electrode; every length is in samples. */
export type Contact = {
  /** Takes a raw sample, NaN where missing. */
  take(raw: number): void
  /**
   * Takes elements `from` to `to` (not included) of a column, one or more, when none of them is
   * missing and no gap is open, and gives them less the level in `values`. Else takes none: false.
   */
  run(column: Float32Array, from: number, to: number, values: Float64Array): boolean
  /** Ends a block of samples; the spans are then of this block and of the last second. */
  closeBlock(): void
  /** `samples` samples did not come. */
  skip(samples: number): void
  /** The last sample that was there, less the level at which the stretch began. */
  value: number
  /** Missing samples in a row, up to now. */
  missingRun: number
  /** Length of the last run that was long enough for a reset; NaN before the first. */
  lastGap: number
  /** How often a run of missing samples became so long that filters begin anew, and since when. */
  resets: number
  sinceReset: number
  /** The last sample had the value of the one before for an eighth of a second or more. */
  still: boolean
  /** The last three samples or more sit at one value far from the middle. */
  railed: boolean
  /** Largest less smallest value of the closed block; NaN when a sample of it was missing. */
  blockSpan: number
  /** The same over the last second, and the standard deviation. */
  secondSpan: number
  secondDeviation: number
  /** Under half of the last second is there; it does not move; it swings beyond what brains do. */
  secondMissing: boolean
  flat: boolean
  lost: boolean
}

/** Runs of a missing signal of this length end the stretch: filters begin anew, seconds. */
const RESET_S = 1
/** Equal samples of this length are a still line, seconds; and at least so many. */
const STILL_S = 0.125
const STILL_LEAST = 8
/** Equal samples so far from the middle are a flat top, uV, from so many in a row. */
const RAIL_UV = 250
const RAIL_RUN = 3

/** A second that spans no more is flat, one that deviates by more has lost its electrode, uV. */
const FLAT_UV = 0.5
const LOST_UV = 300

const UNKNOWN = {
  ...{ value: 0, missingRun: 0, lastGap: NaN, resets: 0, sinceReset: 0 },
  ...{ still: false, railed: false, blockSpan: NaN, secondSpan: NaN, secondDeviation: NaN },
  ...{ secondMissing: true, flat: false, lost: false },
}

/**
 * Watches one channel in blocks of `block` samples. Numbers with a fraction are fields here: in a
 * closure's variable each would be made anew each time.
 */
export function contact(rateHz: number, block: number): Contact {
  const resetRun = RESET_S * rateHz
  const stillRun = Math.max(STILL_LEAST, Math.round(STILL_S * rateHz))
  const second = lastSecond(Math.round(rateHz / block), rateHz)
  const own = { last: NaN, level: 0 }
  let equalRun = 0
  const state: Contact = {
    ...{ ...UNKNOWN, missingRun: resetRun },
    take: (raw) => {
      if (Number.isNaN(raw)) {
        second.miss()
        if (++state.missingRun === resetRun) forget()
        return
      }
      if (state.missingRun > 0) resume(raw)
      state.sinceReset++
      equalRun = raw === own.last ? equalRun + 1 : 1
      own.last = raw
      judge(raw - own.level)
      second.add(state.value)
    },
    run: (column, from, to, values) => {
      const equal = state.missingRun > 0 ? -1 : levelled(column, from, to, own, equalRun, values)
      if (equal < 0) return false
      equalRun = equal
      own.last = column[to - 1]!
      state.sinceReset += to - from
      judge(values[to - from - 1]!)
      second.addAll(values, to - from)
      return true
    },
    closeBlock: () => {
      second.closeBlock(state)
      state.flat = state.still || state.secondSpan < FLAT_UV
      state.lost = state.secondDeviation > LOST_UV
    },
    skip: (samples) => {
      state.missingRun += samples
    },
  }
  const judge = (value: number): void => {
    state.value = value
    state.still = equalRun >= stillRun
    state.railed = equalRun >= RAIL_RUN && Math.abs(value) > RAIL_UV
  }
  const forget = (): void => {
    state.resets++
    state.sinceReset = equalRun = 0
    state.still = state.railed = false
    own.last = NaN
  }
  const resume = (raw: number): void => {
    if (state.missingRun >= resetRun) {
      own.level = raw
      if (state.resets > 0) state.lastGap = state.missingRun
    }
    state.missingRun = 0
  }
  return state
}

/**
 * Fills `values` with samples less their level: how many up to the last are equal then, where `run`
 * up to the one before were `last`; -1 as soon as one is missing.
 */
function levelled(
  column: Float32Array,
  from: number,
  to: number,
  { last, level }: Readonly<Record<'last' | 'level', number>>,
  run: number,
  values: Float64Array,
): number {
  let before = last
  let equal = run
  for (let i = from; i < to; i++) {
    const raw = believable(column[i]!)
    if (Number.isNaN(raw)) return -1
    values[i - from] = raw - level
    equal = raw === before ? equal + 1 : 1
    before = raw
  }
  return equal
}

type Spans = Pick<Contact, 'blockSpan' | 'secondSpan' | 'secondDeviation' | 'secondMissing'>

type LastSecond = {
  add(value: number): void
  addAll(values: Float64Array, count: number): void
  miss(): void
  closeBlock(spans: Spans): void
}

/** Extremes, moments and count of each of the last blocks, in a ring. */
type KeptBlocks = Readonly<Record<'lows' | 'highs' | 'sums' | 'squares' | 'counts', Float64Array>>

function keptBlocks(blocks: number): KeptBlocks {
  const make = (): Float64Array => new Float64Array(blocks)
  return { lows: make(), highs: make(), sums: make(), squares: make(), counts: make() }
}

/** What the blocks of a second say together. */
function lookBack(
  { lows, highs, sums, squares, counts }: KeptBlocks,
  rateHz: number,
  spans: Spans,
): void {
  let least = Infinity
  let most = -Infinity
  let n = 0
  let total = 0
  let power = 0
  for (let k = 0; k < lows.length; k++) {
    const low = lows[k]!
    const high = highs[k]!
    if (low < least) least = low
    if (high > most) most = high
    n += counts[k]!
    total += sums[k]!
    power += squares[k]!
  }
  const known = 2 * n >= rateHz
  const variance = power / n - (total / n) * (total / n)
  spans.secondMissing = !known
  spans.secondSpan = known ? most - least : NaN
  spans.secondDeviation = known ? Math.sqrt(Math.max(0, variance)) : NaN
}

/** Extremes and moments of the open block and of the last `blocks` closed ones. */
function lastSecond(blocks: number, rateHz: number): LastSecond {
  const kept = keptBlocks(blocks)
  const open = { low: Infinity, high: -Infinity, sum: 0, square: 0 }
  let [count, lost, next] = [0, 0, 0]
  const add = (value: number): void => {
    if (value < open.low) open.low = value
    if (value > open.high) open.high = value
    open.sum += value
    open.square += value * value
    count++
  }
  const addAll = (values: Float64Array, n: number): void => {
    let { low, high, sum, square } = open
    for (let k = 0; k < n; k++) {
      const value = values[k]!
      if (value < low) low = value
      if (value > high) high = value
      sum += value
      square += value * value
    }
    open.low = low
    open.high = high
    open.sum = sum
    open.square = square
    count += n
  }
  const closeBlock = (spans: Spans): void => {
    spans.blockSpan = lost > 0 || count === 0 ? NaN : open.high - open.low
    kept.lows[next] = open.low
    kept.highs[next] = open.high
    kept.sums[next] = open.sum
    kept.squares[next] = open.square
    kept.counts[next] = count
    next = next + 1 === blocks ? 0 : next + 1
    open.low = Infinity
    open.high = -Infinity
    open.sum = open.square = count = lost = 0
    lookBack(kept, rateHz, spans)
  }
  return {
    add,
    addAll,
    miss: () => {
      lost++
    },
    closeBlock,
  }
}
