import { assert } from '../../math/assert.ts'

/** How a device's samples run against the clock of who hears them. */
export type SampleClockEstimate = {
  /** Samples a second of the hearer's clock. */
  readonly rateHz: number
  /** rateHz / nominal - 1: 50e-6 for a device that is 50 ppm fast. */
  readonly error: number
}

/** Compares sample numbers with the times at which they came. Its memory is fixed. */
export type SampleClock = {
  /** Sample `index` (rising) came at `atMs` (never falling), with those before it. */
  observe(index: number, atMs: number): void
  /** Undefined until there are 10 s to judge by. */
  estimate(): SampleClockEstimate | undefined
  /**
   * The sample that the device is at, at a moment, by the least delayed arrivals; by the nominal
   * rate from the first sample until there is an estimate, undefined before that sample.
   */
  indexAt(atMs: number): number | undefined
  /** Forgets everything: the device was started anew. */
  reset(): void
}

/** Points kept at most: when they are full, pairs are made one. */
const MOST_POINTS = 64
/** Length of the first blocks, ms. */
const BLOCK_MS = 2000
/** Least time by which a rate is judged, ms. */
const LEAST_SPAN_MS = 10_000

type Point = { readonly index: number; readonly atMs: number }

/**
 * A robust clock-drift estimator. Arrivals are late by a delay that is never below some least one
 * and often far above it (radio, buffers, a busy computer), so each block of time is stood for by
 * its least delayed arrival, and the rate is the median of the slopes between all pairs of blocks,
 * weighted by the time between them (Theil, 1950; Sen, JASA 63, 1968; weights: Jaeckel, Ann Math
 * Stat 43, 1972). Blocks grow with the night, so that 64 of them always span it.
 */
export function sampleClock(nominalHz: number): SampleClock {
  assert(nominalHz > 0, `rate ${nominalHz} Hz`)
  let points: Point[] = []
  let open: Point | undefined
  let [openedMs, blockMs] = [0, BLOCK_MS]
  let known: { rateHz: number; anchor: Point } | undefined
  let begun: Point | undefined
  const delayMs = ({ index, atMs }: Point): number =>
    atMs - (index * 1000) / (known?.rateHz ?? nominalHz)

  const close = (): void => {
    if (open) points.push(open)
    if (points.length >= MOST_POINTS) {
      points = lessDelayedOfPairs(points, delayMs)
      blockMs *= 2
    }
    known = fitOf(points) ?? known
  }
  return {
    observe: (index, atMs) => {
      const point = { index, atMs }
      begun ??= point
      if (open === undefined || atMs - openedMs >= blockMs) {
        close()
        open = point
        openedMs = atMs
      } else if (delayMs(point) < delayMs(open)) open = point
    },
    estimate: () => known && { rateHz: known.rateHz, error: known.rateHz / nominalHz - 1 },
    indexAt: (atMs) => {
      const from = known?.anchor ?? begun
      if (from === undefined || atMs < begun!.atMs) return undefined
      return from.index + ((atMs - from.atMs) * (known?.rateHz ?? nominalHz)) / 1000
    },
    reset: () => {
      points = []
      open = undefined
      known = undefined
      begun = undefined
      blockMs = BLOCK_MS
    },
  }
}

function lessDelayedOfPairs(points: readonly Point[], delayMs: (p: Point) => number): Point[] {
  const kept: Point[] = []
  for (let k = 0; k < points.length; k += 2) {
    const [a, b] = [points[k]!, points[k + 1]]
    kept.push(b === undefined || delayMs(a) <= delayMs(b) ? a : b)
  }
  return kept
}

/** The weighted median slope, and the point of median delay to hang the line on. */
function fitOf(points: readonly Point[]): { rateHz: number; anchor: Point } | undefined {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || last.atMs - first.atMs < LEAST_SPAN_MS) return undefined
  const slopes: { slope: number; weight: number }[] = []
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      const weight = points[j]!.atMs - points[i]!.atMs
      if (weight > 0) slopes.push({ slope: (points[j]!.index - points[i]!.index) / weight, weight })
    }
  }
  slopes.sort((a, b) => a.slope - b.slope)
  const half = slopes.reduce((sum, { weight }) => sum + weight, 0) / 2
  let sum = 0
  const middle = slopes.find(({ weight }) => {
    sum += weight
    return sum >= half
  })
  if (middle === undefined || middle.slope <= 0) return undefined
  const delay = ({ index, atMs }: Point): number => atMs - index / middle.slope
  const sorted = [...points].sort((a, b) => delay(a) - delay(b))
  return { rateHz: middle.slope * 1000, anchor: sorted[sorted.length >> 1]! }
}
