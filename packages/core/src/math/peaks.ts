import { assert } from './assert.ts'
import type { Samples } from './samples.ts'

/** Which peaks to keep; a bound left out asks for nothing. Bounds are inclusive. */
export type PeakOptions = {
  /** Least height, or least and greatest. */
  readonly height?: number | readonly [number, number]
  /** Least distance between peaks in samples, >= 1; where two are nearer, the lower one goes. */
  readonly distance?: number
  /** Least prominence, or least and greatest. */
  readonly prominence?: number | readonly [number, number]
  /** Window in samples, > 1, in which prominence looks for the foot; rounded up to odd. */
  readonly wlen?: number
}

/** Peaks in rising order of place. The last three are there when prominence was asked for. */
export type Peaks = {
  readonly indices: Int32Array
  readonly heights: Float64Array
  readonly prominences?: Float64Array
  readonly leftBases?: Int32Array
  readonly rightBases?: Int32Array
}

/**
 * Local maxima and the conditions on them, equal to `scipy.signal.find_peaks`: a plateau counts
 * once, at its middle (rounded down); the ends are never peaks. NaN is never a peak nor beside one,
 * and ends the walk for the foot of a prominence.
 */
export function findPeaks(x: Samples, options: PeakOptions = {}): Peaks {
  let places = localMaxima(x)
  if (options.height !== undefined) {
    const [low, high] = bounds(options.height)
    places = places.filter((i) => x[i]! >= low && x[i]! <= high)
  }
  if (options.distance !== undefined) places = keepDistant(x, places, options.distance)
  if (options.prominence === undefined && options.wlen === undefined)
    return describePeaks(x, places)
  const [low, high] = bounds(options.prominence ?? -Infinity)
  const reach = halfWindow(options.wlen, x.length)
  const feet = places.map((i) => foot(x, i, reach))
  const kept = feet.filter((f) => f.prominence >= low && f.prominence <= high)
  return {
    ...describePeaks(
      x,
      kept.map((f) => f.peak),
    ),
    prominences: Float64Array.from(kept, (f) => f.prominence),
    leftBases: Int32Array.from(kept, (f) => f.left),
    rightBases: Int32Array.from(kept, (f) => f.right),
  }
}

function describePeaks(x: Samples, places: readonly number[]): Peaks {
  return { indices: Int32Array.from(places), heights: Float64Array.from(places, (i) => x[i]!) }
}

function bounds(range: number | readonly [number, number]): readonly [number, number] {
  return typeof range === 'number' ? [range, Infinity] : range
}

function localMaxima(x: Samples): number[] {
  const out: number[] = []
  const last = x.length - 1
  for (let i = 1; i < last; i++) {
    if (!(x[i - 1]! < x[i]!)) continue
    let ahead = i + 1
    while (ahead < last && x[ahead]! === x[i]!) ahead++
    if (x[ahead]! < x[i]!) {
      out.push((i + ahead - 1) >> 1)
      i = ahead
    }
  }
  return out
}

/**
 * Highest first, each peak removes its lower neighbours; among equals the later one counts as
 * higher. So a peak stays when every higher one nearby is itself removed: decided from the heights
 * alone, without sorting them.
 */
function keepDistant(x: Samples, places: readonly number[], distance: number): number[] {
  assert(distance >= 1, `distance ${distance} is below 1 sample`)
  const least = Math.ceil(distance)
  const fate = new Uint8Array(places.length) // 0 open, KEPT or REMOVED
  const stack: number[] = []
  for (let k = 0; k < places.length; k++) {
    stack.push(k)
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const rival = fate[top] === 0 ? rivalOf(x, places, top, least, fate) : -1
      if (rival >= 0 && fate[rival] === 0) stack.push(rival)
      else {
        if (fate[top] === 0) fate[top] = rival >= 0 ? REMOVED : KEPT
        stack.pop()
      }
    }
  }
  return places.filter((_, k) => fate[k] === KEPT)
}

const KEPT = 1
const REMOVED = 2

/** A higher peak within reach that is kept, or else one that is still open; -1 when there is none. */
function rivalOf(
  x: Samples,
  places: readonly number[],
  k: number,
  least: number,
  fate: Uint8Array,
): number {
  const height = x[places[k]!]!
  let open = -1
  for (let j = k - 1; j >= 0 && places[k]! - places[j]! < least; j--) {
    if (fate[j] === REMOVED || x[places[j]!]! <= height) continue
    if (fate[j] === KEPT) return j
    open = j
  }
  for (let j = k + 1; j < places.length && places[j]! - places[k]! < least; j++) {
    if (fate[j] === REMOVED || x[places[j]!]! < height) continue
    if (fate[j] === KEPT) return j
    open = j
  }
  return open
}

function halfWindow(wlen: number | undefined, length: number): number {
  if (wlen === undefined) return length
  assert(wlen > 1, `wlen ${wlen} is not above 1 sample`)
  return Math.floor(Math.ceil(wlen) / 2)
}

type Foot = { peak: number; prominence: number; left: number; right: number }

/** How far a peak stands above the higher of the two lowest points before higher ground. */
function foot(x: Samples, peak: number, reach: number): Foot {
  const height = x[peak]!
  const first = Math.max(peak - reach, 0)
  const last = Math.min(peak + reach, x.length - 1)
  let left = peak
  for (let i = peak; i >= first && x[i]! <= height; i--) if (x[i]! < x[left]!) left = i
  let right = peak
  for (let i = peak; i <= last && x[i]! <= height; i++) if (x[i]! < x[right]!) right = i
  return { peak, prominence: height - Math.max(x[left]!, x[right]!), left, right }
}
