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

/** Watches one channel in blocks of `block` samples, `blocks` of them a second. */
export function contact(rateHz: number, block: number): Contact {
  const blocks = Math.round(rateHz / block)
  const resetRun = RESET_S * rateHz
  const stillRun = Math.max(STILL_LEAST, Math.round(STILL_S * rateHz))
  const [lows, highs, sums, squares, counts] = Array.from({ length: 5 }, () =>
    new Float64Array(blocks).fill(0),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  // Fields, not variables: a number with a fraction in a closure's variable is made anew each time.
  const own = { low: Infinity, high: -Infinity, sum: 0, square: 0, last: NaN, level: 0 }
  let [count, lost, next, equalRun] = [0, 0, 0, 0]
  const state: Contact = {
    ...{ value: 0, missingRun: resetRun, lastGap: NaN, resets: 0, sinceReset: 0 },
    ...{ still: false, railed: false, blockSpan: NaN, secondSpan: NaN, secondDeviation: NaN },
    ...{ secondMissing: true, flat: false, lost: false },
    take: (raw) => {
      if (Number.isNaN(raw)) {
        lost++
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
      if (v < own.low) own.low = v
      if (v > own.high) own.high = v
      own.sum += v
      own.square += v * v
      count++
    },
    closeBlock: () => {
      state.blockSpan = lost > 0 || count === 0 ? NaN : own.high - own.low
      lows[next] = own.low
      highs[next] = own.high
      sums[next] = own.sum
      squares[next] = own.square
      counts[next] = count
      next = next + 1 === blocks ? 0 : next + 1
      own.low = Infinity
      own.high = -Infinity
      own.sum = own.square = count = lost = 0
      overSecond()
    },
    skip: (samples) => {
      state.missingRun += samples
    },
  }
  const forget = (): void => {
    state.resets++
    state.sinceReset = 0
    state.still = false
    state.railed = false
    equalRun = 0
    own.last = NaN
  }
  const resume = (raw: number): void => {
    if (state.missingRun >= resetRun) {
      own.level = raw
      if (state.resets > 0) state.lastGap = state.missingRun
    }
    state.missingRun = 0
  }
  const overSecond = (): void => {
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
    state.secondMissing = !known
    state.secondSpan = known ? most - least : NaN
    state.secondDeviation = known
      ? Math.sqrt(Math.max(0, power / n - (total / n) * (total / n)))
      : NaN
    state.flat = state.still || state.secondSpan < FLAT_UV
    state.lost = state.secondDeviation > LOST_UV
  }
  return state
}
