import { assert } from '../math/assert.ts'
import { log } from '../math/elementary.ts'
import { meanOfPresent } from '../math/quantile.ts'
import type { Samples } from '../math/samples.ts'

/** What counts as an artefact; the defaults are YASA's. */
export type DeviationOptions = {
  /**
   * Length of a window in seconds; 5 by default. Times the rate it is a whole number of samples.
   */
  readonly windowS?: number
  /** An amplitude this many standard deviations from the usual is an artefact; 3 by default. */
  readonly threshold?: number
  /** How many channels must be off for the window to be; 1 by default. */
  readonly rejectChannels?: number
  /** A class (such as the stage) for each window: usual is then what is usual within the class. */
  readonly classes?: ArrayLike<number>
  /** The classes to look at; every class by default. */
  readonly include?: readonly number[]
}

/** Windows with artefacts. */
export type DeviationArtefacts = {
  /** 1 where the window is an artefact. */
  readonly artefact: Uint8Array
  /**
   * The deviation of window w in channel c at w * channels + c; NaN for windows that were not
   * looked at: flat ones, other classes, classes with fewer than 30 windows. Channels flat
   * throughout are dropped.
   */
  readonly z: Float64Array
  /** The places, among the channels given, of those that were used. */
  readonly channels: readonly number[]
}

/** Fewer windows than this do not tell what is usual. */
const LEAST_WINDOWS = 30

/**
 * Finds windows of unusual amplitude: the z-score of log(standard deviation + 1) within its channel
 * and class. A window in which half the channels or more hold one value is an artefact, whatever
 * the rest. Missing samples are left out. Equal to YASA's `art_detect(method='std')`.
 */
export function artefactsByDeviation(
  rows: readonly Samples[],
  rateHz: number,
  options: DeviationOptions = {},
): DeviationArtefacts {
  const window = (options.windowS ?? 5) * rateHz
  assert(Number.isInteger(window) && window > 1, `a window of ${window} samples`)
  assert(rows.length > 0, 'artefacts need a channel')
  const length = rows[0]!.length
  for (const row of rows) assert(row.length === length, `channels of ${length} and ${row.length}`)
  const channels = rows.flatMap((row, c) => (deviation(row, 0, length) === 0 ? [] : [c]))
  const used = channels.map((c) => rows[c]!)
  const count = Math.floor(length / window)
  const artefact = new Uint8Array(count)
  const classOf = Array.from({ length: count }, (_, w) => {
    const flat = used.filter((row) => isFlat(row, w * window, window)).length
    if (2 * flat < used.length) return options.classes?.[w] ?? 0
    artefact[w] = 1
    return undefined
  })
  const amplitude = used.map((row) =>
    Float64Array.from({ length: count }, (_, w) => log(deviation(row, w * window, window) + 1)),
  )
  const z = new Float64Array(count * used.length).fill(NaN)
  const classes = options.include ?? [...new Set(classOf)].filter((k) => k !== undefined)
  for (const wanted of classes) {
    const windows = classOf.flatMap((k, w) => (k === wanted ? [w] : []))
    if (windows.length >= LEAST_WINDOWS) scoreClass(windows, amplitude, options, z, artefact)
  }
  return { artefact, z, channels }
}

function scoreClass(
  windows: readonly number[],
  amplitude: readonly Float64Array[],
  options: DeviationOptions,
  z: Float64Array,
  artefact: Uint8Array,
): void {
  const n = amplitude.length
  amplitude.forEach((row, c) => {
    const values = Float64Array.from(windows, (w) => row[w]!)
    const usual = meanOfPresent(values)
    const spread = deviation(values, 0, values.length)
    windows.forEach((w, i) => {
      z[w * n + c] = (values[i]! - usual) / spread
    })
  })
  for (const w of windows) {
    let off = 0
    for (let c = 0; c < n; c++) {
      if (Math.abs(z[w * n + c]!) > (options.threshold ?? 3)) off++
    }
    if (off >= (options.rejectChannels ?? 1)) artefact[w] = 1
  }
}

/** Standard deviation (ddof 0) of the samples that are there; NaN when none is. */
function deviation(x: Samples, from: number, length: number): number {
  const part = x.subarray(from, from + length)
  const middle = meanOfPresent(part)
  let sum = 0
  let n = 0
  for (let i = 0; i < part.length; i++) {
    const d = part[i]! - middle
    if (Number.isNaN(d)) continue
    sum += d * d
    n++
  }
  return Math.sqrt(sum / n)
}

function isFlat(x: Samples, from: number, length: number): boolean {
  for (let i = 1; i < length; i++) if (x[from + i]! !== x[from]!) return false
  return true
}
