import { log } from '../../math/elementary.ts'

/** One way of looking at a series: takes a value and its minute, and gives how unusual it is. */
export type SeriesFeature = (value: number, minute: number) => number

const MINUTES_PER_DAY = 1440
const SLOT_MINUTES = 15
const SLOTS = MINUTES_PER_DAY / SLOT_MINUTES
/** Values over which what is usual in a slot of the day is averaged. */
const SLOT_VALUES = 12

/** Values that what is usual of a step or a departure is averaged over at most. */
const USUAL_VALUES = 4000
const DEPARTURES = 2000
/** Share of a quarter of an hour's own departure in what a departure is measured by. */
const OWN_SHARE = 0.9
/** Least step, as a share of the usual one, that still counts: a dead line is so still and no more. */
const STILL_SHARE = 0.001

/**
 * What lies beyond nothing is so many steps: a tail is at least a fiftieth of its threshold wide,
 * so that after a long time without a record one of half a step is no wonder, and one of two is.
 */
const BEYOND_GROUND = 25

/** Size of the last step. */
export function stepFeature(): SeriesFeature {
  let last = Number.NaN
  return (value) => {
    const size = Number.isNaN(last) ? 0 : Math.abs(value - last)
    last = value
    return size
  }
}

/** Size of the last bend, the step of the step: a single value that stands out bends twice. */
export function bendFeature(): SeriesFeature {
  let [last, before] = [Number.NaN, Number.NaN]
  return (value) => {
    const size = Number.isNaN(before) ? 0 : Math.abs(value - 2 * last + before)
    before = last
    last = value
    return size
  }
}

/** How far a value lies beyond all before it, in usual steps, on top of `BEYOND_GROUND`. */
export function beyondFeature(): SeriesFeature {
  let [low, high, last, usual, n] = [Number.NaN, Number.NaN, Number.NaN, 0, 0]
  return (value) => {
    const beyond = n > 0 && usual > 0 ? Math.max(0, value - high, low - value) / usual : 0
    if (!(value >= low)) low = value
    if (!(value <= high)) high = value
    if (!Number.isNaN(last)) {
      n++
      usual += (Math.abs(value - last) - usual) / Math.min(n, USUAL_VALUES)
    }
    last = value
    return BEYOND_GROUND + beyond
  }
}

/** How much less the last `width` values step than is usual, as a logarithm; 0 if more. */
export function stillFeature(width: number): SeriesFeature {
  const step = stepFeature()
  const recent = lastMean(width)
  let [usual, n] = [0, 0]
  return (value, minute) => {
    const size = step(value, minute)
    n++
    usual += (size - usual) / Math.min(n, USUAL_VALUES)
    const now = Math.max(0, recent(size))
    if (n <= width || !(usual > 0)) return 0
    return Math.max(0, log(usual / (now + STILL_SHARE * usual)))
  }
}

/**
 * Mean of the last `width` departures from what is usual in that quarter of an hour of the day,
 * each in units of what departs usually then: a wild hour is judged by itself, a calm one too.
 */
export function dayFeature(width: number): SeriesFeature {
  const departureOf = usualDay()
  const usual = new Float64Array(SLOTS)
  const recent = lastMean(width)
  let [overall, n] = [0, 0]
  return (value, minute) => {
    const { departure, slot, seen } = departureOf(value, minute)
    if (seen === 0) return Math.abs(recent(0))
    const size = Math.abs(departure)
    const own = seen > 1 ? usual[slot]! : overall
    const scale = OWN_SHARE * own + (1 - OWN_SHARE) * overall
    n++
    overall += (size - overall) / Math.min(n, DEPARTURES)
    usual[slot]! += (size - usual[slot]!) / Math.min(seen, SLOT_VALUES)
    return Math.abs(recent(scale > 0 ? departure / scale : 0))
  }
}

/** Mean size of the last `width` departures: a day that takes another course, whichever way. */
export function courseFeature(width: number): SeriesFeature {
  const departureOf = usualDay()
  const recent = lastMean(width)
  return (value, minute) => recent(Math.abs(departureOf(value, minute).departure))
}

/** Of a value and its minute: departure (0 in a new slot), slot, and values seen there before. */
function usualDay(): (
  value: number,
  minute: number,
) => { readonly departure: number; readonly slot: number; readonly seen: number } {
  const usual = new Float64Array(SLOTS)
  const seen = new Float64Array(SLOTS)
  return (value, minute) => {
    const turns = Math.round(minute / SLOT_MINUTES)
    const slot = ((turns % SLOTS) + SLOTS) % SLOTS
    const before = seen[slot]!
    const departure = before > 0 ? value - usual[slot]! : 0
    seen[slot] = before + 1
    if (before === 0) usual[slot] = value
    else usual[slot]! += departure / Math.min(before + 1, SLOT_VALUES)
    return { departure, slot, seen: before }
  }
}

/** Mean of the last `width` numbers; summed anew at every turn, so that no rounding stays. */
function lastMean(width: number): (value: number) => number {
  const ring = new Float64Array(width)
  let [sum, n, next] = [0, 0, 0]
  return (value) => {
    sum += value - ring[next]!
    ring[next] = value
    next = (next + 1) % width
    if (n < width) n++
    if (next === 0) {
      sum = 0
      for (let i = 0; i < width; i++) sum += ring[i]!
    }
    return sum / n
  }
}

/** Values that the scale of the symbols is taken from; it is fixed after them. */
const SCALE_VALUES = 150
/** Symbols on either side of the median. */
const SIDE = 8

/**
 * Relative entropy of the last `width` values to all before them, as 17 symbols of the inverse
 * hyperbolic sine about the first 150 values' median, with half a count for what was not met.
 */
export function entropyFeature(width: number): SeriesFeature {
  const size = 2 * SIDE + 1
  const past = new Float64Array(size)
  const now = new Float64Array(size)
  const recent: number[] = []
  const symbol = symbols()
  let n = 0
  return (value) => {
    const k = symbol(value)
    recent.push(k)
    now[k]!++
    if (recent.length > width) {
      const old = recent.shift()!
      now[old]!--
      past[old]!++
      n++
    }
    return n < width ? 0 : relativeEntropy(now, past, recent.length, n)
  }
}

function symbols(): (value: number) => number {
  const first: number[] = []
  let [middle, scale] = [0, 1]
  return (value) => {
    if (first.length < SCALE_VALUES) {
      first.push(value)
      const n = first.length
      if (n < 5 || n % 25 === 0) [middle, scale] = scaleOf(first)
    }
    const place = Math.round((asinh((value - middle) / scale) * SIDE) / 6)
    return SIDE + Math.max(-SIDE, Math.min(SIDE, place))
  }
}

function scaleOf(values: readonly number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted[sorted.length >> 1]!
  const off = sorted.map((x) => Math.abs(x - middle)).sort((a, b) => a - b)
  const at = (q: number): number => off[Math.floor(off.length * q)]!
  const scale = at(0.6) || at(0.9) || off[off.length - 1]! || Math.abs(middle) * 0.1 || 1
  return [middle, scale]
}

function relativeEntropy(now: Float64Array, past: Float64Array, m: number, n: number): number {
  let sum = 0
  for (let i = 0; i < now.length; i++) {
    if (now[i] === 0) continue
    const share = now[i]! / m
    sum += share * log(share / ((past[i]! + 0.5) / (n + 0.5 * now.length)))
  }
  return Math.max(0, sum)
}

/** Inverse hyperbolic sine. */
function asinh(x: number): number {
  const size = Math.abs(x)
  const y = size < 1e8 ? log(size + Math.sqrt(size * size + 1)) : log(2 * size)
  return x < 0 ? -y : y
}
