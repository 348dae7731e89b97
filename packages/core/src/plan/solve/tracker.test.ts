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

function sleeper(tauH: number, weight: number, model: ClockDraw['model'] = 'jewett99'): ClockDraw {
  const draw: ClockDraw = {
    model,
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

  it.each(['jewett99', 'hannay19'] as const)(
    'comes to believe %s where nights under shifted light are its own, and gives the other not up',
    (truth) => {
      const lux = Float64Array.from({ length: 96 }, (_, i) => (i < 32 ? 0 : i < 56 ? 100 : 1000))
      const two = (['jewett99', 'hannay19'] as const).flatMap((model) =>
        [24, 24.2, 24.4].map((tauH) => sleeper(tauH, 1 / 6, model)),
      )
      let tracker = startTracker(two, 3)
      const clock = planarClock(sleeper(24.2, 1, truth), DT_H)
      const path = new Float64Array(3 * 97)
      path.set(clock.start, 3 * 96)
      for (let day = 0; day < 5; day++) {
        const state = [path[288]!, path[289]!, path[290]!] as const
        runPath(clock, Float64Array.from(lux, clock.alpha), state, path)
        const cbtminH = cbtminsOf(clock, path)[0]
        tracker = trackDay(tracker, { ...NEWS, lux, cbtminH, sdH: 0.2 })
      }
      const weightOf = (is: boolean): number =>
        tracker.draws
          .filter(({ model }) => (model === truth) === is)
          .reduce((sum, { weight }) => sum + weight, 0)
      expect(weightOf(true)).toBeGreaterThan(0.75)
      expect(weightOf(false)).toBeGreaterThanOrEqual(0.1 - 1e-12)
      expect(weightOf(true) + weightOf(false)).toBeCloseTo(1, 12)
    },
  )

  it('is told by a few draws of the same mean', () => {
    const few = fewDraws(startTracker(cloud(), 1), 16)
    expect(few.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12)
    const mean = (draws: readonly ClockDraw[]): number =>
      draws.reduce((sum, { weight, tauH }) => sum + weight * tauH, 0)
    expect(Math.abs(mean(few) - mean(startTracker(cloud(), 1).draws))).toBeLessThan(0.02)
  })
})
