import { assert } from '../../math/assert.ts'
import { CHANNEL_NAMES } from '../telemetry/channel.ts'

const STAGES = 5
const HOURS = 10
const NUMBERS = CHANNEL_NAMES.length
/** Frames of a stage before anything is expected of it. */
const LEAST_FRAMES = 30
/** Frames of an hour that weigh as much as all the hours of the stage together. */
const SHRINK = 60
/** Residuals are never thought to be narrower than this share of the stage's spread. */
const LEAST_SD = 1e-3

/** What is usual for one person: by stage, and within it by the hour since sleep onset. */
export type PersonModel = {
  /** Frames, means and sums of squares by stage x number. */
  readonly n: Float64Array
  readonly mean: Float64Array
  readonly squares: Float64Array
  /** Frames and means by stage x hour x number. */
  readonly hourN: Float64Array
  readonly hourMean: Float64Array
  /** Sums of z_t z_(t-1) and z_t^2 by number, and the last z. */
  readonly product: Float64Array
  readonly power: Float64Array
  readonly last: Float64Array
}

/** Nothing is known of the person. */
export function beginPersonModel(): PersonModel {
  return {
    n: new Float64Array(STAGES * NUMBERS),
    mean: new Float64Array(STAGES * NUMBERS),
    squares: new Float64Array(STAGES * NUMBERS),
    hourN: new Float64Array(STAGES * HOURS * NUMBERS),
    hourMean: new Float64Array(STAGES * HOURS * NUMBERS),
    product: new Float64Array(NUMBERS),
    power: new Float64Array(NUMBERS),
    last: new Float64Array(NUMBERS).fill(Number.NaN),
  }
}

/**
 * Learns a frame of an ordinary night: `stage` 0-4, `sinceOnsetS` s since sleep onset, `values` in
 * their units, NaN where missing. Frames of a stage that is unknown (NaN) teach nothing.
 */
export function learnFrame(
  model: PersonModel,
  stage: number,
  sinceOnsetS: number,
  values: ArrayLike<number>,
): void {
  if (!(stage >= 0)) return
  assert(stage < STAGES, `stage ${stage}`)
  for (let c = 0; c < NUMBERS; c++) {
    const x = values[c]!
    const z = residual(model, stage, sinceOnsetS, c, x)
    if (!Number.isNaN(z) && !Number.isNaN(model.last[c]!)) {
      model.product[c]! += clip(z) * model.last[c]!
      model.power[c]! += clip(z) * clip(z)
    }
    model.last[c] = clip(z)
    if (Number.isNaN(x)) continue
    const at = stage * NUMBERS + c
    model.n[at]!++
    const before = x - model.mean[at]!
    model.mean[at]! += before / model.n[at]!
    model.squares[at]! += before * (x - model.mean[at]!)
    const hour = hourAt(stage, sinceOnsetS, c)
    model.hourN[hour]!++
    model.hourMean[hour]! += (x - model.hourMean[hour]!) / model.hourN[hour]!
  }
}

/**
 * Residual of number `c` against what is usual for the person in that stage and hour, in their own
 * standard deviations; NaN where the value or the stage is missing, or the stage is little known.
 */
export function residual(
  model: PersonModel,
  stage: number,
  sinceOnsetS: number,
  c: number,
  x: number,
): number {
  if (!(stage >= 0) || Number.isNaN(x)) return Number.NaN
  const at = stage * NUMBERS + c
  const n = model.n[at]!
  if (n < LEAST_FRAMES) return Number.NaN
  const hour = hourAt(stage, sinceOnsetS, c)
  const part = model.hourN[hour]! / (model.hourN[hour]! + SHRINK)
  const expected = model.mean[at]! + part * (model.hourMean[hour]! - model.mean[at]!)
  const sd = Math.sqrt(model.squares[at]! / n)
  return (x - expected) / Math.max(sd, LEAST_SD * Math.abs(expected), 1e-6)
}

/** How alike one residual is to the one before, 0 to .9; 0 until 100 were seen. */
export function memoryOf(model: PersonModel, c: number): number {
  if (model.power[c]! < 100) return 0
  return Math.max(0, Math.min(0.9, model.product[c]! / model.power[c]!))
}

function hourAt(stage: number, sinceOnsetS: number, c: number): number {
  const hour = Math.max(0, Math.min(HOURS - 1, Math.floor(sinceOnsetS / 3600)))
  return (stage * HOURS + (Number.isNaN(hour) ? 0 : hour)) * NUMBERS + c
}

function clip(z: number): number {
  return Math.max(-4, Math.min(4, z))
}
