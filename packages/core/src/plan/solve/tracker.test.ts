import { describe, expect, it } from 'vitest'
import type { ClockDraw } from '../../clock/fit/clock-posterior.ts'
import { seededRandom } from '../../math/random.ts'
import { cbtminsOf, runPath } from './clock-path.ts'
import { homeOrbit } from './home-orbit.ts'
import { planarClock, stateOf } from './planar-clock.ts'
import { fewDraws, startTracker, trackDay } from './tracker.ts'

const DT_H = 0.25
const DAY = { onsetH: 0, offsetH: 8, wakeLux: 100 }
const LUX = Float64Array.from({ length: 96 }, (_, i) => (i < 32 ? 0 : 100))

function sleeper(tauH: number, weight: number): ClockDraw {
  const draw: ClockDraw = {
    model: 'jewett99',
    weight,
    tauH,
    lightGain: 1,
    sleepNeedH: 8,
    dlmoToCbtminH: 7,
    onsetToCbtminH: 5.5,
    state: [0.8, 0, 0.3],
  }
  const { ab } = homeOrbit(planarClock(draw, DT_H), DAY)
  return { ...draw, state: stateOf(draw, [ab[0]!, ab[1]!, 0.2]) }
}

function cloud(): ClockDraw[] {
  const random = seededRandom(8)
  return Array.from({ length: 80 }, () => sleeper(24.2 + 0.2 * random.normal(), 1 / 80))
}

function firstCbtminH(draw: ClockDraw): number {
  const clock = planarClock(draw, DT_H)
  const path = new Float64Array(3 * 97)
  runPath(clock, Float64Array.from(LUX, clock.alpha), clock.start, path)
  return cbtminsOf(clock, path)[0]!
}

const NEWS = { dtH: DT_H, lux: LUX, usualLux: LUX, adherence: 1, sdH: 0.5 }

describe('the cloud of beliefs', () => {
  it('comes to a clock that is measured every night, better than one night tells it', () => {
    const truth = firstCbtminH(sleeper(24.6, 1))
    const random = seededRandom(4)
    let tracker = startTracker(cloud(), 1)
    for (let day = 0; day < 20; day++) {
      tracker = trackDay(tracker, { ...NEWS, cbtminH: truth + 0.5 * random.normal() })
    }
    const believed = tracker.draws.reduce((sum, d) => sum + d.weight * firstCbtminH(d), 0)
    expect(Math.abs(believed - truth)).toBeLessThan(0.4)
    const tau = tracker.draws.reduce((sum, d) => sum + d.weight * d.tauH, 0)
    expect(tau).toBeGreaterThan(24.25)
  })

  it('follows nights that no draw explains', () => {
    const before = firstCbtminH(sleeper(24.2, 1))
    let tracker = startTracker(cloud(), 1)
    for (let day = 0; day < 3; day++) {
      tracker = trackDay(tracker, { ...NEWS, cbtminH: before + 4 })
    }
    const believed = tracker.draws.reduce((sum, d) => sum + d.weight * firstCbtminH(d), 0)
    expect(believed - before).toBeGreaterThan(2.5)
  })

  it('is the same for the same days and seed, and stays as it is without news of the clock', () => {
    const once = trackDay(startTracker(cloud(), 5), { ...NEWS, cbtminH: 6 })
    expect(trackDay(startTracker(cloud(), 5), { ...NEWS, cbtminH: 6 })).toEqual(once)
    const blind = trackDay(startTracker(cloud(), 5), NEWS)
    expect(blind.draws.map(({ tauH }) => tauH)).toEqual(
      startTracker(cloud(), 5).draws.map(({ tauH }) => tauH),
    )
  })

  it('is told by a few draws of the same mean', () => {
    const few = fewDraws(startTracker(cloud(), 1), 16)
    expect(few.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12)
    const mean = (draws: readonly ClockDraw[]): number =>
      draws.reduce((sum, { weight, tauH }) => sum + weight * tauH, 0)
    expect(Math.abs(mean(few) - mean(startTracker(cloud(), 1).draws))).toBeLessThan(0.02)
  })
})
