import { describe, expect, it } from 'vitest'
import { atan2, cos, PI } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { PredictorChoice } from './choice.ts'
import { GENERIC_RIDGE } from './generic-ridge.ts'
import { nightPredictors } from './night-predictors.ts'
import { NormalEquations, RidgeSolution } from './normal-equations.ts'
import { phaseError } from './phase.ts'
import type { PhasePredictor } from './predictor.ts'
import { ridge } from './ridge.ts'
import { fitRidge } from './ridge-fit.ts'
import { RidgeLearner } from './ridge-learner.ts'
import { trueWave } from './true-phase.ts'

const RATE = 100

/** A sleeper whose waves are slower and sharper than most. */
function ownSleep(seed: number, seconds: number): Float32Array {
  const random = seededRandom(seed)
  let [theta, hold] = [0, 0]
  return Float32Array.from({ length: seconds * RATE }, () => {
    hold += (-hold * 0.01) / 2 + 0.1 * Math.sqrt(0.01) * random.normal()
    theta += (2 * PI * (0.7 + hold)) / RATE
    return 60 * cos(theta) - 25 * cos(2 * theta) + 5 * random.normal()
  })
}

/** Circular spread of what is foretold 50 ms ahead, after `from` s; `after` sees each sample. */
function spread(
  predictor: PhasePredictor,
  x: Float32Array,
  from: number,
  after: (x: number, n: number) => void = () => {},
): number {
  const truth = trueWave(x, RATE)
  const [got, want]: [number[], number[]] = [[], []]
  x.forEach((v, n) => {
    predictor.push(v)
    after(v, n)
    if (n < from * RATE || n > x.length - 10 * RATE) return
    got.push(predictor.phaseAt(0.05))
    want.push(atan2(truth.im[n + 5]!, truth.re[n + 5]!))
  })
  return phaseError(got, want).circularSdRad
}

describe('the personal predictor', () => {
  const own = ownSleep(4, 600)
  const generic = spread(ridge(GENERIC_RIDGE, RATE), own, 320)

  it('learns nothing from less than two minutes', () => {
    expect(fitRidge([new Float32Array(6000)], RATE, 0.05)).toBeUndefined()
  })

  it('knows a wave it has learned better than a stranger does', () => {
    const weights = fitRidge([own.subarray(0, 30_000)], RATE, 0.05)!
    expect(spread(ridge(weights, RATE), own, 320)).toBeLessThan(0.8 * generic)
  })

  it('learned in the same night is as good, and its weights begin the next one', () => {
    const batch = spread(ridge(fitRidge([own.subarray(0, 30_000)], RATE, 0.05)!, RATE), own, 320)
    const learner = new RidgeLearner(RATE)
    const choice = new PredictorChoice([learner], RATE)
    const online = spread(learner, own, 320, (x) => choice.push(x, 5, RATE, true))
    expect(online).toBeLessThan(1.1 * batch)
    const { weights } = learner
    expect(weights!.learnedMin).toBeGreaterThan(8)
    const tomorrow = nightPredictors(RATE, weights).predictors[1]!
    expect(spread(tomorrow, ownSleep(5, 200), 20)).toBeLessThan(0.9 * generic)
  })

  it('learns from deep sleep only, and nothing is learned across a gap', () => {
    const learner = new RidgeLearner(RATE)
    const choice = new PredictorChoice([learner], RATE)
    const rows = own.subarray(0, 150 * RATE)
    spread(learner, rows, 20, (x) => choice.push(x, 5, RATE, false))
    expect(learner.weights).toBeUndefined()
    for (let n = 0; n < rows.length; n++) {
      // A sample is missing every six seconds: the three of a row and the two of the truth.
      const x = n % 600 < 100 ? Number.NaN : rows[n]!
      learner.push(x)
      choice.push(x, 5, RATE, true)
    }
    expect(learner.weights).toBeUndefined()
  })

  it('keeps what it learned when the signal begins anew', () => {
    const learner = new RidgeLearner(RATE)
    const choice = new PredictorChoice([learner], RATE)
    spread(learner, own.subarray(0, 15_000), 20, (x) => choice.push(x, 5, RATE, true))
    const before = learner.weights
    learner.reset()
    expect(learner.phaseAt(0)).toBeNaN()
    expect(learner.weights).toEqual(before)
    expect(spread(learner, own.subarray(15_000, 40_000), 20)).toBeLessThan(generic)
  })
})

describe('the equations', () => {
  it('give back weights that made the rows, solved a step at a time', () => {
    const random = seededRandom(2)
    const [re, im] = [0, 1].map(() => Array.from({ length: 7 }, () => random.normal()))
    const equations = new NormalEquations(7)
    for (let n = 0; n < 200; n++) {
      const row = Float64Array.from({ length: 7 }, () => random.normal())
      const dot = (w: number[]): number => w.reduce((sum, v, k) => sum + v * row[k]!, 0)
      equations.add(row, dot(re!), dot(im!))
    }
    const solution = new RidgeSolution(7)
    expect(solution.step()).toBe(false)
    solution.begin(equations, 0)
    let steps = 1
    while (!solution.step()) steps++
    expect(steps).toBe(9)
    solution.re.forEach((v, k) => {
      expect(v).toBeCloseTo(re![k]!, 9)
      expect(solution.im[k]).toBeCloseTo(im![k]!, 9)
    })
    expect(solution.missed).toBeCloseTo(0, 9)
  })

  it('stay with the weights of before when leaving them costs too much', () => {
    const equations = new NormalEquations(2)
    equations.add(Float64Array.of(1, 2), 3, 4)
    const solution = new RidgeSolution(2, [5, 6], [7, 8])
    solution.begin(equations, 1e12)
    while (solution.isBusy) solution.step()
    expect([...solution.re, ...solution.im].map(Math.round)).toEqual([5, 6, 7, 8])
  })
})
