import { describe, expect, it } from 'vitest'
import type { ClockDraw } from '../../clock/fit/clock-posterior.ts'
import { pacemakerOf } from '../../clock/pacemaker/registry.ts'
import { stepPacemaker } from '../../clock/pacemaker/step.ts'
import { cos, sin } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { cbtminsOf, runAdjoint, runPath } from './clock-path.ts'
import { homeOrbit } from './home-orbit.ts'
import { planarClock, stateOf } from './planar-clock.ts'

const STEPS = 192

function drawOf(model: ClockDraw['model'], state: readonly number[], tauH = 24.2): ClockDraw {
  return {
    model,
    weight: 1,
    tauH,
    lightGain: 1,
    sleepNeedH: 8,
    dlmoToCbtminH: 7,
    onsetToCbtminH: 5.5,
    state,
  }
}

const STARTS = [
  { model: 'jewett99', state: [0.5, -0.7, 0.3] },
  { model: 'forger99', state: [0.5, -0.7, 0.3] },
  { model: 'hannay19', state: [0.8, 2, 0.3] },
] as const

describe.each(STARTS)("the planner's $model", ({ model, state }) => {
  it('has the gradient of its own path to 1e-7', () => {
    const clock = planarClock(drawOf(model, state), 0.25)
    const random = seededRandom(3)
    const alpha = Float64Array.from({ length: STEPS }, () => clock.alpha(2000 * random.uniform()))
    const pulls = Float64Array.from({ length: 2 * (STEPS + 1) }, () => random.normal())
    const path = new Float64Array(3 * (STEPS + 1))
    const cost = (): number => {
      runPath(clock, alpha, clock.start, path)
      let sum = 0
      for (let i = 0; i <= STEPS; i++) {
        sum += pulls[2 * i]! * path[3 * i]! + pulls[2 * i + 1]! * path[3 * i + 1]!
      }
      return sum
    }
    cost()
    const gradient = new Float64Array(STEPS)
    runAdjoint(clock, alpha, path, pulls, gradient)
    for (let i = 0; i < STEPS; i += 13) {
      const here = alpha[i]!
      alpha[i] = here + 1e-5
      const up = cost()
      alpha[i] = here - 1e-5
      const down = cost()
      alpha[i] = here
      const slope = (up - down) / 2e-5
      expect(Math.abs(gradient[i]! - slope)).toBeLessThan(1e-7 * Math.max(1, Math.abs(slope)))
    }
  })

  it('follows the pacemaker of the same name', () => {
    const published = pacemakerOf(model)
    const own = { ...drawOf(model, state), tauH: model === 'hannay19' ? HANNAY_PERIOD_H : 24.2 }
    const clock = planarClock(own, 0.1)
    const steps = 480
    const lux = Array.from({ length: steps }, (_, i) => (i % 240 < 150 ? 800 : 0))
    const path = new Float64Array(3 * (steps + 1))
    runPath(clock, Float64Array.from(lux, clock.alpha), clock.start, path)
    let at = Float64Array.from(state)
    const next = new Float64Array(at.length)
    lux.forEach((value, i) => {
      stepPacemaker(published, at, published.alpha(value), 1, (i + 1) * 0.1, 0.1, next)
      at = next.slice()
    })
    const [a, b] = planar(model, at)
    expect(Math.abs(path.at(-3)! - a)).toBeLessThan(1e-4)
    expect(Math.abs(path.at(-2)! - b)).toBeLessThan(1e-4)
  })

  it('keeps its CBTmin within three minutes of a fine grid at quarter hours', () => {
    const markers = [0.0125, 0.25].map((dtH) => {
      const clock = planarClock(drawOf(model, state), dtH)
      const alpha = Float64Array.from({ length: Math.round(120 / dtH) }, (_, i) =>
        clock.alpha((i * dtH) % 24 < 14 ? 1000 : 0),
      )
      const path = new Float64Array(3 * (alpha.length + 1))
      runPath(clock, alpha, clock.start, path)
      return cbtminsOf(clock, path)
    })
    expect(markers[1]!.length).toBe(markers[0]!.length)
    const off = markers[0]!.map((h, k) => Math.abs(markers[1]![k]! - h))
    expect(Math.max(...off)).toBeLessThan(0.05)
  })

  it('gives a state back as it took it', () => {
    const draw = drawOf(model, state)
    const back = stateOf(draw, planarClock(draw, 0.25).start)
    const off = back.map((value, j) => Math.abs(value - state[j]!))
    expect(Math.max(...off)).toBeLessThan(1e-12)
  })

  it('comes home to an orbit that a day leaves as it is', () => {
    const clock = planarClock(drawOf(model, state), 0.25)
    const home = homeOrbit(clock, { onsetH: 23, offsetH: 7, wakeLux: 200 })
    expect(home.entrained).toBe(true)
    // CBTmin falls into the second half of the night or just after it.
    expect(home.cbtminH).toBeGreaterThan(2)
    expect(home.cbtminH).toBeLessThan(8)
  })
})

/** Period in darkness of Hannay's published set, h (w0 = 2 pi / 23.84). */
const HANNAY_PERIOD_H = 24.176715

function planar(model: string, state: Float64Array): [number, number] {
  if (model !== 'hannay19') return [state[0]!, state[1]!]
  return [state[0]! * cos(state[1]!), -state[0]! * sin(state[1]!)]
}
