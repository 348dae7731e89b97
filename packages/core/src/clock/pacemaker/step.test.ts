import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { PACEMAKER_NAMES, pacemakerOf } from './registry.ts'
import { type StepGradient, stepAdjoint, stepPacemaker } from './step.ts'

const STEPS = 30
const DT_H = 0.1

/** Runs 30 steps of changing light and returns a weighted sum of the last state. */
function run(
  name: (typeof PACEMAKER_NAMES)[number],
  start: readonly number[],
  tau: number,
  gain: number,
  alphaShift = 0,
): number {
  const letter = name === 'hannay19tp' ? 'tauV' : name === 'breslow13' ? 'tau' : 'tau'
  const base = pacemakerOf(name)
  const changes: Record<string, number> = { [letter]: base.parameters.values[letter]! + tau }
  if (name === 'hannay19tp') changes.tauD = base.parameters.values.tauD! + tau
  const pacemaker = pacemakerOf(name, changes)
  const state = Float64Array.from(start)
  for (let i = 0; i < STEPS; i++) {
    const alpha = pacemaker.alpha(gain * lightAt(i)) + (i === 7 ? alphaShift : 0)
    stepPacemaker(pacemaker, state, alpha, i % 3 === 0 ? 0 : 1, 8 + i * DT_H, DT_H, state)
  }
  return state.reduce((sum, value, j) => sum + (j + 1) * value, 0)
}

function lightAt(i: number): number {
  return [0, 30, 250, 4000, 60000][(i * 7) % 5]!
}

function swept(name: (typeof PACEMAKER_NAMES)[number], start: readonly number[]) {
  const pacemaker = pacemakerOf(name)
  const states = [Float64Array.from(start)]
  for (let i = 0; i < STEPS; i++) {
    const next = new Float64Array(start.length)
    const alpha = pacemaker.alpha(lightAt(i))
    stepPacemaker(pacemaker, states[i]!, alpha, i % 3 === 0 ? 0 : 1, 8 + i * DT_H, DT_H, next)
    states.push(next)
  }
  const adjoint = Float64Array.from(start, (_, j) => j + 1)
  const total = { state: adjoint, tau: 0, gain: 0, alpha7: 0 }
  for (let i = STEPS - 1; i >= 0; i--) {
    const gradient: StepGradient = { alpha: 0, tauH: 0 }
    const alpha = pacemaker.alpha(lightAt(i))
    const awake = i % 3 === 0 ? 0 : 1
    stepAdjoint(pacemaker, states[i]!, alpha, awake, 8 + i * DT_H, DT_H, adjoint, gradient)
    total.tau += gradient.tauH
    total.gain += gradient.alpha * pacemaker.alphaPerLogLux(lightAt(i))
    if (i === 7) total.alpha7 = gradient.alpha
  }
  return total
}

/** Central difference, extrapolated once (Richardson): error of order h^4. */
function slope(f: (h: number) => number, h = 1e-3): number {
  const d = (step: number): number => (f(step) - f(-step)) / (2 * step)
  return (4 * d(h / 2) - d(h)) / 3
}

describe.each(PACEMAKER_NAMES)('the adjoint of a step of %s', (name) => {
  const random = seededRandom(5)
  const start = pacemakerOf(name).initialState.map((v) => v * (0.8 + 0.4 * random.uniform()))
  const got = swept(name, start)

  test('is the gradient by the state to 1e-7', () => {
    start.forEach((value, j) => {
      const by = slope((h) =>
        run(
          name,
          start.map((v, i) => (i === j ? value + h : v)),
          0,
          1,
        ),
      )
      expect(Math.abs(got.state[j]! - by)).toBeLessThan(1e-7 * Math.max(1, Math.abs(by)))
    })
  })

  test('is the gradient by the period, the gain on the light and one drive to 1e-7', () => {
    const byTau = slope((h) => run(name, start, h, 1))
    const byGain = slope((h) => run(name, start, 0, 1 + h))
    const byAlpha = slope((h) => run(name, start, 0, 1, h), 1e-4)
    expect(Math.abs(got.tau - byTau)).toBeLessThan(1e-7)
    expect(Math.abs(got.gain - byGain)).toBeLessThan(1e-7 * Math.max(1, Math.abs(byGain)))
    expect(Math.abs(got.alpha7 - byAlpha)).toBeLessThan(1e-7 * Math.max(1, Math.abs(byAlpha)))
  })
})
