/** What a channel's samples say of its electrode; every length is in samples. */
export type Contact = {
  /** Takes a raw sample, NaN where missing. */
  take(raw: number): void
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

/** Watches one channel in blocks of `block` samples. */
export function contact(rateHz: number, block: number): Contact {
  const resetRun = RESET_S * rateHz
  const stillRun = Math.max(STILL_LEAST, Math.round(STILL_S * rateHz))
  const second = lastSecond(Math.round(rateHz / block), rateHz)
  // Fields, not variables: a number with a fraction in a closure's variable is made anew each time.
  const own = { last: NaN, level: 0 }
  let equalRun = 0
  const state: Contact = {
    ...{ value: 0, missingRun: resetRun, lastGap: NaN, resets: 0, sinceReset: 0 },
    ...{ still: false, railed: false, blockSpan: NaN, secondSpan: NaN, secondDeviation: NaN },
    ...{ secondMissing: true, flat: false, lost: false },
    take: (raw) => {
      if (Number.isNaN(raw)) {
        second.miss()
        state.missingRun++
        if (state.missingRun === resetRun) forget()
        return
      }
      if (state.missingRun > 0) resume(raw)
      state.sinceReset++
      equalRun = raw === own.last ? equalRun + 1 : 1
      own.last = raw
      const v = raw - own.level
      state.value = v
      state.still = equalRun >= stillRun
      state.railed = equalRun >= RAIL_RUN && Math.abs(v) > RAIL_UV
      second.add(v)
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

type Spans = Pick<Contact, 'blockSpan' | 'secondSpan' | 'secondDeviation' | 'secondMissing'>

type LastSecond = { add(value: number): void; miss(): void; closeBlock(spans: Spans): void }

/** Extremes and moments of the open block and of the last `blocks` closed ones. */
function lastSecond(blocks: number, rateHz: number): LastSecond {
  const [lows, highs, sums, squares, counts] = Array.from(
    { length: 5 },
    () => new Float64Array(blocks),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  const open = { low: Infinity, high: -Infinity, sum: 0, square: 0 }
  let [count, lost, next] = [0, 0, 0]
  const add = (value: number): void => {
    if (value < open.low) open.low = value
    if (value > open.high) open.high = value
    open.sum += value
    open.square += value * value
    count++
  }
  const closeBlock = (spans: Spans): void => {
    spans.blockSpan = lost > 0 || count === 0 ? NaN : open.high - open.low
    lows[next] = open.low
    highs[next] = open.high
    sums[next] = open.sum
    squares[next] = open.square
    counts[next] = count
    next = next + 1 === blocks ? 0 : next + 1
    open.low = Infinity
    open.high = -Infinity
    open.sum = open.square = count = lost = 0
    let least = Infinity
    let most = -Infinity
    let [n, total, power] = [0, 0, 0]
    for (let k = 0; k < blocks; k++) {
      least = Math.min(least, lows[k]!)
      most = Math.max(most, highs[k]!)
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
  return {
    add,
    miss: () => {
      lost++
    },
    closeBlock,
  }
}
