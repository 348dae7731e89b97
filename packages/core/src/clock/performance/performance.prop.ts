import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kssOfRun, lapsesOfRun, runPerformance } from './performance-run.ts'
import { THREE_PROCESS_INGRE14, threeProcess } from './three-process.ts'
import { UNIFIED_RAMAKRISHNAN16, unifiedModel } from './unified-model.ts'

const tpm = threeProcess(THREE_PROCESS_INGRE14)
const unified = unifiedModel(UNIFIED_RAMAKRISHNAN16)
const sleepsOf = (gaps: readonly number[]): { onsetH: number; offsetH: number }[] => {
  const sleeps = []
  let hour = 0
  for (let i = 0; i + 1 < gaps.length; i += 2) {
    sleeps.push({ onsetH: hour + gaps[i]!, offsetH: hour + gaps[i]! + gaps[i + 1]! })
    hour += gaps[i]! + gaps[i + 1]!
  }
  return sleeps
}
const gaps = fc.array(fc.double({ min: 0.01, max: 90, noNaN: true }), { maxLength: 20 })

describe('any history of sleep', () => {
  it('leaves sleepiness in 1..9 and lapses finite and not below 0', () => {
    fc.assert(
      fc.property(gaps, (history) => {
        const sleeps = sleepsOf(history)
        const times = Float64Array.from({ length: 200 }, (_, i) => i * 1.7)
        const { kss } = kssOfRun(THREE_PROCESS_INGRE14.values, runPerformance(tpm, sleeps, times))
        for (const value of kss) expect(value >= 1 && value <= 9).toBe(true)
        for (const lapses of lapsesOfRun(runPerformance(unified, sleeps, times))) {
          expect(lapses >= 0 && lapses < 40).toBe(true)
        }
      }),
      { seed: 3, numRuns: 50 },
    )
  })
})

describe('the derivative of each model', () => {
  const models = [tpm, unified]
  const unit = fc.double({ min: 0, max: 1, noNaN: true })
  const cases = fc.record({ u: unit, w: unit, a: unit, b: unit, awake: fc.boolean() })

  it.each(models.map((model) => [model.name, model] as const))(
    'is the slope of its closed form, and vjp its transpose: %s',
    (_, model) => {
      const n = model.stateNames.length
      fc.assert(
        fc.property(cases, ({ u, w, a, b, awake }) => {
          const state = Float64Array.of(3 + 10 * u, -5 + 20 * w).subarray(0, n)
          const weights = Float64Array.of(a - 0.5, b - 0.5).subarray(0, n)
          const rate = (y: Float64Array): Float64Array => {
            const out = new Float64Array(n)
            model.derivative(y, awake, out)
            return out
          }
          const e = 1e-6
          const then = new Float64Array(n)
          model.advance(state, awake, e, then)
          for (const [k, slope] of rate(state).entries()) {
            expect(Math.abs((then[k]! - state[k]!) / e - slope)).toBeLessThan(1e-4)
          }
          const gradient = new Float64Array(n)
          model.vjp(state, awake, weights, gradient)
          for (let k = 0; k < n; k++) {
            const [up, down] = [state.slice(), state.slice()]
            up[k]! += e
            down[k]! -= e
            const [high, low] = [rate(up), rate(down)]
            const slope = weights.reduce((sum, x, i) => sum + x * (high[i]! - low[i]!), 0) / (2 * e)
            expect(Math.abs(gradient[k]! - slope)).toBeLessThan(1e-6)
          }
        }),
        { seed: 4, numRuns: 200 },
      )
    },
  )
})
