import type { DrawForecast } from '../solve/problem.ts'
import type { MomentInterval } from './plan.ts'

const HOUR_MS = 3_600_000

/**
 * CBTmin nearest to a moment over the draws: weighted median and the 10th and 90th percentile.
 * Draws without a CBTmin are left out; undefined when none has one.
 */
export function cbtminNear(
  forecasts: readonly DrawForecast[],
  startMs: number,
  aroundMs: number,
): MomentInterval | undefined {
  const aroundH = (aroundMs - startMs) / HOUR_MS
  const found: { atH: number; weight: number }[] = []
  for (const { cbtminH, weight } of forecasts) {
    let nearest: number | undefined
    for (const atH of cbtminH) {
      if (nearest === undefined || Math.abs(atH - aroundH) < Math.abs(nearest - aroundH)) {
        nearest = atH
      }
    }
    if (nearest !== undefined && weight > 0) found.push({ atH: nearest, weight })
  }
  if (found.length === 0) return undefined
  found.sort((a, b) => a.atH - b.atH)
  const at = (share: number): number => startMs + weightedQuantile(found, share) * HOUR_MS
  return { medianMs: at(0.5), lo80Ms: at(0.1), hi80Ms: at(0.9) }
}

/** The quantile of weighted values in rising order, linear between the middles of their weights. */
function weightedQuantile(
  values: readonly { readonly atH: number; readonly weight: number }[],
  share: number,
): number {
  const total = values.reduce((sum, { weight }) => sum + weight, 0)
  let before = 0
  let last = values[0]!.atH
  let lastShare = 0
  for (const { atH, weight } of values) {
    const middle = (before + weight / 2) / total
    if (middle >= share) {
      const part = middle === lastShare ? 1 : (share - lastShare) / (middle - lastShare)
      return lastShare === 0 ? atH : last + part * (atH - last)
    }
    before += weight
    last = atH
    lastShare = middle
  }
  return last
}
