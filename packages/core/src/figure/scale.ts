import { assert } from '../math/assert.ts'

/** A straight map from data to the drawing, and back. */
export type LinearScale = {
  readonly domain: readonly [number, number]
  readonly range: readonly [number, number]
  /** Data to drawing; not clamped; NaN stays NaN. */
  at(value: number): number
  /** Drawing to data. */
  from(position: number): number
}

/**
 * A linear scale. A domain without width maps everything to the start of the range, so that a night
 * of one epoch still draws. Ends must be finite; either pair may run downwards.
 */
export function linearScale(
  domain: readonly [number, number],
  range: readonly [number, number],
): LinearScale {
  assert([...domain, ...range].every(Number.isFinite), 'the ends of a scale must be finite')
  const width = domain[1] - domain[0]
  const span = range[1] - range[0]
  const at = (value: number): number =>
    width === 0 ? range[0] + 0 * value : range[0] + ((value - domain[0]) / width) * span
  const from = (position: number): number =>
    span === 0 ? domain[0] : domain[0] + ((position - range[0]) / span) * width
  return { domain, range, at, from }
}

/**
 * Round numbers (1, 2 or 5 times a power of ten) that cover `low`..`high` in about `count` steps,
 * ends inside. At most `count` + 1 values; one value when the stretch has no width.
 */
export function niceTicks(low: number, high: number, count: number): number[] {
  assert(Number.isFinite(low) && Number.isFinite(high) && count >= 1, 'ticks need finite ends')
  const [a, b] = low <= high ? [low, high] : [high, low]
  if (a === b) return [a]
  const step = niceStep((b - a) / count)
  const first = Math.ceil(a / step - 1e-9)
  const ticks: number[] = []
  // Counted, for numbers so large that a step does not move them.
  for (let i = 0; i <= count && (first + i) * step <= b + step * 1e-9; i++) {
    ticks.push(Number(((first + i) * step).toPrecision(12)) + 0)
  }
  return ticks
}

/** The smallest of 1, 2, 5 x 10^k that is not below `rough` (> 0). */
export function niceStep(rough: number): number {
  assert(rough > 0, `a step must be above 0, got ${rough}`)
  let power = 1
  // 300 decades each way: all of double precision.
  for (let i = 0; i < 300 && power > rough; i++) power /= 10
  for (let i = 0; i < 300 && power * 10 <= rough; i++) power *= 10
  const step = [1, 2, 5, 10].find((m) => m * power >= rough * (1 - 1e-9)) ?? 10
  return Number((step * power).toPrecision(12))
}
