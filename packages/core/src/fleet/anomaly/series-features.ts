import { log } from '../../math/elementary.ts'

/** One way of looking at a series: takes a value and its minute, and gives how unusual it is. */
export type SeriesFeature = (value: number, minute: number) => number

const MINUTES_PER_DAY = 1440
const SLOT_MINUTES = 15
/** Days over which the usual value of a slot of the day is averaged. */
const SLOT_DAYS = 12

/** Distance of the mean of the last `width` values from the mean of all that came before. */
export function levelFeature(width: number): SeriesFeature {
  const recent: number[] = []
  let [sum, n, mean] = [0, 0, 0]
  return (value) => {
    recent.push(value)
    sum += value
    if (recent.length > width) sum -= recent.shift()!
    n++
    const distance = n > 20 ? Math.abs(sum / recent.length - mean) : 0
    mean += (value - mean) / n
    return distance
  }
}

/** Size of the last step. */
export function stepFeature(): SeriesFeature {
  let last = Number.NaN
  return (value) => {
    const size = Number.isNaN(last) ? 0 : Math.abs(value - last)
    last = value
    return size
  }
}

/** Mean of the last `width` departures from what is usual in that quarter of an hour of the day. */
export function dayFeature(width: number): SeriesFeature {
  const slots = MINUTES_PER_DAY / SLOT_MINUTES
  const usual = new Float64Array(slots)
  const seen = new Float64Array(slots)
  const recent: number[] = []
  let sum = 0
  return (value, minute) => {
    const turns = Math.round(minute / SLOT_MINUTES)
    const slot = ((turns % slots) + slots) % slots
    const departure = seen[slot]! > 0 ? value - usual[slot]! : 0
    seen[slot]!++
    if (seen[slot] === 1) usual[slot] = value
    else usual[slot]! += (value - usual[slot]!) / Math.min(seen[slot]!, SLOT_DAYS)
    recent.push(departure)
    sum += departure
    if (recent.length > width) sum -= recent.shift()!
    return Math.abs(sum / recent.length)
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
