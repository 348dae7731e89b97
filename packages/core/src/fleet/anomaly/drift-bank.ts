import { assert } from '../../math/assert.ts'
import { CHANNEL_NAMES } from '../telemetry/channel.ts'

const NUMBERS = CHANNEL_NAMES.length
/** Huber's clip: one wild value says no more than four deviations. */
const CLIP = 4
/** Slow following of the level (2 h) and the spread (4 h) of an ordinary night, per frame. */
const LEVEL_RATE = 1 / 240
const SPREAD_RATE = 1 / 480
/** Frames of a night in which the level is found before anything is said. */
const WARM_FRAMES = 20

/** What is let pass (k, in deviations) and what sounds (h). */
export type DriftBounds = { readonly allowance: number; readonly limit: number }

/**
 * Calibrated on recorded nights (docs/ACCURACY-FLEET.md): with the clip at 4, a shift of 5
 * deviations sounds in the fifth frame and no later, which is what holds the limit to 15.
 */
export const DRIFT_BOUNDS: DriftBounds = { allowance: 1, limit: 15 }

/** L1 for many devices: 20 bytes for each device and number. */
export type DriftBank = {
  readonly bounds: DriftBounds
  readonly up: Float32Array
  readonly down: Float32Array
  readonly last: Float32Array
  readonly level: Float32Array
  readonly spread: Float32Array
  readonly frames: Uint16Array
}

/** A bank for `devices` slots, all at the start of a night. */
export function driftBank(devices: number, bounds: DriftBounds = DRIFT_BOUNDS): DriftBank {
  assert(Number.isSafeInteger(devices) && devices > 0, `${devices} devices`)
  const numbers = (): Float32Array => new Float32Array(devices * NUMBERS)
  return {
    bounds,
    up: numbers(),
    down: numbers(),
    last: numbers().fill(Number.NaN),
    level: numbers(),
    spread: numbers().fill(1),
    frames: new Uint16Array(devices),
  }
}

/** Begins another night of a slot. */
export function beginDriftNight(bank: DriftBank, slot: number): void {
  const [from, to] = [slot * NUMBERS, (slot + 1) * NUMBERS]
  for (const sum of [bank.up, bank.down, bank.level]) sum.fill(0, from, to)
  bank.last.fill(Number.NaN, from, to)
  bank.spread.fill(1, from, to)
  bank.frames[slot] = 0
}

/**
 * A frame of twelve residuals (`residual`), with the memory of each (`memoryOf`): whitened by
 * AR(1), put to the night's own level and spread, clipped, and added up by a two-sided CUSUM (Page
 * 1954). Returns the first number whose sum passes the limit, which begins anew, or -1. NaN changes
 * nothing. Rule F51.
 */
export function driftStep(
  bank: DriftBank,
  slot: number,
  residuals: ArrayLike<number>,
  memories: ArrayLike<number>,
): number {
  const seen = Math.min(65_535, bank.frames[slot]! + 1)
  bank.frames[slot] = seen
  const levelRate = Math.max(LEVEL_RATE, 1 / (seen + 1))
  let alarm = -1
  for (let c = 0; c < NUMBERS; c++) {
    const z = residuals[c]!
    if (Number.isNaN(z)) continue
    const at = slot * NUMBERS + c
    const before = bank.last[at]!
    bank.last[at] = z
    if (Number.isNaN(before)) continue
    const memory = memories[c]!
    const fresh = (z - memory * before) / Math.sqrt(1 - memory * memory)
    const off = fresh - bank.level[at]!
    const spread = bank.spread[at]!
    const u = Math.max(-CLIP, Math.min(CLIP, off / Math.max(1, spread)))
    bank.level[at]! += levelRate * u * Math.max(1, spread)
    bank.spread[at]! += SPREAD_RATE * (1.2533 * Math.min(CLIP, Math.abs(off)) - spread)
    if (seen <= WARM_FRAMES) continue
    const up = Math.max(0, bank.up[at]! + u - bank.bounds.allowance)
    const down = Math.max(0, bank.down[at]! - u - bank.bounds.allowance)
    const over = up >= bank.bounds.limit || down >= bank.bounds.limit
    bank.up[at] = over ? 0 : up
    bank.down[at] = over ? 0 : down
    if (over && alarm < 0) alarm = c
  }
  return alarm
}
