import { assert } from '../../math/assert.ts'
import { CHANNEL_NAMES } from '../telemetry/channel.ts'

const NUMBERS = CHANNEL_NAMES.length
/** Huber's clip: one wild value says no more than four deviations. */
const CLIP = 4
/** Slow following of the level (2 h) and the spread (4 h) of an ordinary night, per frame. */
const LEVEL_RATE = 1 / 240
const SPREAD_RATE = 1 / 480
/** ... which is found sooner at a night's start, beginning as from so many frames. */
const SPREAD_START = 15
/** A deviation is that of the earlier nights' whitened residuals times this: nights differ. */
export const DEVIATION = 1.5
/** Frames of a night in which the level is found before anything is said. */
const WARM_FRAMES = 20

/** What is let pass (k, in deviations) and what sounds (h). */
export type DriftBounds = { readonly allowance: number; readonly limit: number }

/**
 * Calibrated on recorded nights (docs/ACCURACY-FLEET.md): with the clip at 4, a shift of 5
 * deviations sounds in the fourth frame.
 */
export const DRIFT_BOUNDS: DriftBounds = { allowance: 1.75, limit: 8 }

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

/** What a slot is in, as a bank of one. */
export function takeDrift({ bounds, ...all }: DriftBank, slot: number): DriftBank {
  const [from, to] = [slot * NUMBERS, (slot + 1) * NUMBERS]
  const { up, down, last, level, spread, frames } = all
  return {
    bounds,
    ...{ up: up.slice(from, to), down: down.slice(from, to), last: last.slice(from, to) },
    ...{ level: level.slice(from, to), spread: spread.slice(from, to) },
    frames: frames.slice(slot, slot + 1),
  }
}

/** Puts what {@link takeDrift} took into a slot. */
export function putDrift(bank: DriftBank, slot: number, one: DriftBank): void {
  for (const name of ['up', 'down', 'last', 'level', 'spread'] as const) {
    bank[name].set(one[name], slot * NUMBERS)
  }
  bank.frames.set(one.frames, slot)
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
  let alarm = -1
  for (let c = 0; c < NUMBERS; c++) {
    const at = slot * NUMBERS + c
    const u = standardised(bank, at, seen, residuals[c]!, memories[c]!)
    if (Number.isNaN(u) || seen <= WARM_FRAMES) continue
    const up = Math.max(0, bank.up[at]! + u - bank.bounds.allowance)
    const down = Math.max(0, bank.down[at]! - u - bank.bounds.allowance)
    const over = up >= bank.bounds.limit || down >= bank.bounds.limit
    bank.up[at] = over ? 0 : up
    bank.down[at] = over ? 0 : down
    if (over && alarm < 0) alarm = c
  }
  return alarm
}

/**
 * A residual whitened, put to the night's own level and spread, and clipped at 4: what the sums are
 * of. `at` is its place in the bank, `seen` the frames of the night so far. NaN for a residual that
 * is NaN and for the first.
 */
export function standardised(
  bank: DriftBank,
  at: number,
  seen: number,
  residual: number,
  memory: number,
): number {
  if (Number.isNaN(residual)) return Number.NaN
  const before = bank.last[at]!
  bank.last[at] = residual
  if (Number.isNaN(before)) return Number.NaN
  const fresh = (residual - memory * before) / Math.sqrt(1 - memory * memory)
  const off = fresh - bank.level[at]!
  const spread = bank.spread[at]!
  const scale = DEVIATION * Math.max(1, spread)
  const u = Math.max(-CLIP, Math.min(CLIP, off / scale))
  bank.level[at]! += Math.max(LEVEL_RATE, 1 / (seen + 1)) * u * scale
  const size = 1.2533 * Math.min(CLIP * scale, Math.abs(off))
  bank.spread[at]! += Math.max(SPREAD_RATE, 1 / (seen + SPREAD_START)) * (size - spread)
  return u
}
