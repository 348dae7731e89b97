import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PHILLIPS_ROBINSON_07, phillipsRobinson } from './phillips-robinson.ts'
import { skeldon23 } from './skeldon23.ts'
import { SKELDON23_AGE30 } from './skeldon23-parameters.ts'
import { runSkeldon23 } from './skeldon23-run.ts'
import type { SleepWakeModel } from './sleep-wake-model.ts'
import { TWO_PROCESS_CLOCK, twoProcess } from './two-process.ts'

const MODELS: readonly [SleepWakeModel, readonly [number, number][]][] = [
  [
    skeldon23(SKELDON23_AGE30),
    [
      [-1.3, 1.3],
      [-1.3, 1.3],
      [0, 1],
      [5, 20],
    ],
  ],
  [twoProcess(TWO_PROCESS_CLOCK), [[0, 1]]],
  [
    phillipsRobinson(PHILLIPS_ROBINSON_07),
    [
      [-14, 2],
      [-14, 2],
      [5, 16],
    ],
  ],
]

const unit = fc.double({ min: 0, max: 1, noNaN: true })

describe('the transposed derivative of each model', () => {
  it.each(MODELS.map(([model, ranges]) => [model.name, model, ranges] as const))(
    'agrees with central differences: %s',
    (_, model, ranges) => {
      const n = ranges.length
      const inputs = fc.record({
        place: fc.array(unit, { minLength: n, maxLength: n }),
        adjoint: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
          minLength: n,
          maxLength: n,
        }),
        alpha: fc.double({ min: 0.001, max: 0.7, noNaN: true }),
        awake: fc.integer({ min: 0, max: 1 }),
        hour: fc.double({ min: 0, max: 48, noNaN: true }),
      })
      fc.assert(
        fc.property(inputs, ({ place, adjoint, alpha, awake, hour }) => {
          const y = Float64Array.from(
            place,
            (u, i) => ranges[i]![0] + u * (ranges[i]![1] - ranges[i]![0]),
          )
          const weights = Float64Array.from(adjoint)
          const dot = (state: Float64Array, drive: number): number => {
            const out = new Float64Array(n)
            model.derivative(state, drive, awake, hour, out)
            return out.reduce((sum, value, i) => sum + value * weights[i]!, 0)
          }
          const gradient = new Float64Array(n)
          const byAlpha = model.vjp(y, alpha, awake, hour, weights, gradient)
          const scale = 1 + Math.abs(dot(y, alpha))
          for (let k = 0; k < n; k++) {
            const e = 1e-5
            const [up, down] = [y.slice(), y.slice()]
            up[k]! += e
            down[k]! -= e
            const slope = (dot(up, alpha) - dot(down, alpha)) / (2 * e)
            expect(Math.abs(gradient[k]! - slope)).toBeLessThan(1e-6 * (scale + Math.abs(slope)))
          }
          const slope = (dot(y, alpha + 1e-6) - dot(y, alpha - 1e-6)) / 2e-6
          expect(Math.abs(byAlpha - slope)).toBeLessThan(1e-6 * (scale + Math.abs(slope)))
        }),
        { seed: 11, numRuns: 200 },
      )
    },
  )
})

describe('the HCL model', () => {
  it('stays finite, its receptor in 0..1, its pressure in 0..mu, in any light to 100 klux', () => {
    const lux = fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), {
      minLength: 2,
      maxLength: 120,
    })
    fc.assert(
      fc.property(lux, fc.integer({ min: 1, max: 20 }), (levels, hold) => {
        const series = Float64Array.from(
          { length: levels.length * hold },
          (_, i) => levels[Math.floor(i / hold)]!,
        )
        const run = runSkeldon23({ unit: 'photopicLux', dtH: 0.1, lux: series })
        if (!run.ok) throw new Error(run.problem.got)
        const { states } = run.value
        expect(states.every(Number.isFinite)).toBe(true)
        for (let i = 0; i < states.length; i += 4) {
          expect(Math.abs(states[i]!)).toBeLessThan(3)
          expect(states[i + 2]).toBeGreaterThanOrEqual(0)
          expect(states[i + 2]).toBeLessThanOrEqual(1)
          expect(states[i + 3]).toBeGreaterThan(0)
          expect(states[i + 3]).toBeLessThan(17.78)
        }
      }),
      { seed: 12, numRuns: 60 },
    )
  })
})
