import type { ClockDraw } from '../../clock/fit/clock-posterior.ts'
import { exp, log } from '../../math/elementary.ts'
import type { Ensemble } from './ensemble.ts'
import { stateOf } from './planar-clock.ts'

/**
 * The average of what is believed, of weight 1: mean period (h), geometric mean of sensitivity,
 * mean phase, and mean amplitude (the mean of states alone would be fainter than any of them), over
 * the family that weighs most; of two alike the one that comes first. `ensemble` is made of these
 * `draws`.
 */
export function meanDraw(draws: readonly ClockDraw[], ensemble: Ensemble): ClockDraw {
  const model = heaviestFamily(draws)
  const own = draws.flatMap((draw, k) =>
    draw.model === model ? [{ draw, start: ensemble.members[k]!.clock.start }] : [],
  )
  const total = own.reduce((sum, { draw }) => sum + draw.weight, 0)
  const meanOf = (of: (one: (typeof own)[number]) => number): number =>
    own.reduce((sum, one) => sum + one.draw.weight * of(one), 0) / total
  const a = meanOf(({ start }) => start[0])
  const b = meanOf(({ start }) => start[1])
  const n = meanOf(({ start }) => start[2])
  const radius = meanOf(({ start: [x, y] }) => Math.sqrt(x * x + y * y))
  const scale = radius / Math.max(LEAST_RADIUS, Math.sqrt(a * a + b * b))
  const like = own[0]!.draw
  return {
    ...like,
    weight: 1,
    tauH: meanOf(({ draw }) => draw.tauH),
    lightGain: exp(meanOf(({ draw }) => log(draw.lightGain))),
    cbtminShiftH: meanOf(({ draw }) => draw.cbtminShiftH ?? 0),
    state: stateOf(like, [scale * a, scale * b, n]),
  }
}

/** Of phases that cancel out nothing can be scaled up. */
const LEAST_RADIUS = 1e-9

function heaviestFamily(draws: readonly ClockDraw[]): ClockDraw['model'] {
  const weightOf = new Map<ClockDraw['model'], number>()
  for (const { model, weight } of draws) weightOf.set(model, (weightOf.get(model) ?? 0) + weight)
  const most = Math.max(...weightOf.values())
  return draws.find(({ model }) => weightOf.get(model) === most)!.model
}
