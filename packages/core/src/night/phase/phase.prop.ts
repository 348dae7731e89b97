import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PI } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { PredictorChoice } from './choice.ts'
import { nightPredictors } from './night-predictors.ts'
import { wrapPhase } from './phase.ts'
import { phaseLockedLoop } from './phase-locked-loop.ts'
import { PhaseTrigger } from './trigger.ts'
import { WorkingFront } from './working-front.ts'

const RUNS = { seed: 20261127, numRuns: 40 } as const
const NATIVE_HZ = 200

/** Noise with stretches that are missing, flat, huge or far from zero. */
const signal = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    pieces: fc.array(
      fc.record({
        kind: fc.constantFrom('noise', 'missing', 'flat', 'huge', 'offset'),
        length: fc.integer({ min: 1, max: 1500 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ seed, pieces }) => {
    const { normal } = seededRandom(seed)
    return Float64Array.from(
      pieces.flatMap(({ kind, length }) =>
        Array.from({ length }, () => {
          const size = { noise: 40, missing: Number.NaN, flat: 0, huge: 1e5, offset: 40 }[kind]
          return size * normal() + (kind === 'offset' ? 3e4 : 0)
        }),
      ),
    )
  })

/** Everything that is foretold of a signal, cut into pieces of these lengths. */
function foretold(x: Float64Array, cuts: readonly number[]): number[] {
  const front = new WorkingFront(NATIVE_HZ)
  const { predictors } = nightPredictors(front.rateHz)
  const all = [...predictors, phaseLockedLoop(front.rateHz)]
  const choice = new PredictorChoice(all, front.rateHz)
  const trigger = new PhaseTrigger(front.rateHz)
  const out: number[] = []
  for (let from = 0, piece = 0; from < x.length; piece++) {
    const until = Math.min(x.length, from + cuts[piece % cuts.length]!)
    for (let sample = from; sample < until; sample++) {
      if (!front.push(sample, x[sample]!)) continue
      for (const predictor of all) predictor.push(front.value)
      choice.push(front.value, 5, front.rateHz, true)
      for (const predictor of all) out.push(predictor.phaseAt(0.05), predictor.sdRad)
      const due = trigger.look(choice.chosen, -0.5, 0.05, 0.02)
      out.push(due ? trigger.opportunity.aheadS : -1)
    }
    from = until
  }
  return out
}

describe('any signal', () => {
  it('is foretold as NaN or a phase in (-pi, pi], with a spread that is NaN or not negative', () => {
    fc.assert(
      fc.property(signal, (x) => {
        const told = foretold(x, [64])
        told.forEach((v, k) => {
          const part = k % 13
          if (part === 12) return
          const inside = part % 2 === 0 ? v > -PI && v <= PI : v >= 0
          if (!(inside || Number.isNaN(v))) expect.fail(`number ${part}: ${v}`)
        })
      }),
      RUNS,
    )
  })

  it('is foretold alike however it is cut into pieces', () => {
    fc.assert(
      fc.property(
        signal,
        fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 5 }),
        (x, cuts) => {
          expect(foretold(x, cuts)).toEqual(foretold(x, [x.length]))
        },
      ),
      { ...RUNS, numRuns: 20 },
    )
  })

  it('is not foretold at once after a missing sample', () => {
    fc.assert(
      fc.property(signal, (x) => {
        const { predictors } = nightPredictors(100)
        for (const predictor of predictors) {
          for (const v of x) predictor.push(v)
          predictor.push(Number.NaN)
          expect(predictor.phaseAt(0.05)).toBeNaN()
          expect(predictor.sdRad).toBeNaN()
        }
      }),
      { ...RUNS, numRuns: 10 },
    )
  })
})

describe('an angle', () => {
  it('brought onto the circle is the same angle, in (-pi, pi]', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), (rad) => {
        const wrapped = wrapPhase(rad)
        expect(wrapped).toBeGreaterThan(-PI)
        expect(wrapped).toBeLessThanOrEqual(PI)
        const turns = (rad - wrapped) / (2 * PI)
        expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-9)
      }),
      { ...RUNS, numRuns: 1000 },
    )
  })
})
