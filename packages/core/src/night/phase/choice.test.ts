import { describe, expect, it } from 'vitest'
import { cos, PI, sin } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { cecht } from './cecht.ts'
import { PredictorChoice } from './choice.ts'
import { fixedStep } from './fixed-step.ts'
import { wrapPhase } from './phase.ts'
import type { PhasePredictor } from './predictor.ts'
import { stateSpace } from './state-space.ts'

const RATE = 100

/** Another predictor, always early by so much where the phase it foretells is as said. */
function early(inner: PhasePredictor, byRad: (foretold: number) => number): PhasePredictor {
  return {
    name: inner.name,
    push: (x) => inner.push(x),
    phaseAt: (aheadS) => {
      const at = inner.phaseAt(aheadS)
      return wrapPhase(at - byRad(at))
    },
    get amplitudeUv() {
      return inner.amplitudeUv
    },
    get frequencyHz() {
      return inner.frequencyHz
    },
    get sdRad() {
      return inner.sdRad
    },
    reset: () => inner.reset(),
  }
}

/** A wave of wandering frequency in noise. */
function wave(seconds: number): Float64Array {
  const random = seededRandom(6)
  let theta = 0
  return Float64Array.from({ length: seconds * RATE }, (_, n) => {
    theta += (2 * PI * (0.85 + 0.15 * sin(n / 300))) / RATE
    return 50 * cos(theta) + 6 * random.normal()
  })
}

/** Runs a choice; a second is deep sleep when `deepAt` says so. */
function run(
  predictors: readonly PhasePredictor[],
  x: Float64Array,
  deepAt = (_s: number) => true,
): PredictorChoice {
  const choice = new PredictorChoice(predictors, RATE)
  x.forEach((v, n) => {
    for (const predictor of predictors) predictor.push(v)
    choice.push(v, 5, RATE, deepAt(n / RATE))
  })
  return choice
}

describe('the choice of a predictor', () => {
  it('falls on the one whose own error is smallest, and knows its bias', () => {
    const late = early(cecht(RATE), () => 0.3)
    const choice = run([fixedStep(RATE), late], wave(200))
    expect(choice.chosen).toBe(late)
    expect(choice.biasRad).toBeCloseTo(0.3, 1)
    expect(choice.biasAt(-0.5)).toBeCloseTo(0.3, 1)
  })

  it('tells apart the bias of peaks and that of troughs', () => {
    const skewed = early(stateSpace(RATE), (at) => 0.25 * cos(at))
    const choice = run([skewed], wave(200))
    expect(choice.biasAt(0)).toBeGreaterThan(0.1)
    expect(choice.biasAt(PI)).toBeLessThan(-0.1)
    expect(Math.abs(choice.biasRad)).toBeLessThan(0.05)
  })

  it('decides nothing and takes nothing off before a minute of deep sleep', () => {
    const late = early(cecht(RATE), () => 0.3)
    const first = fixedStep(RATE)
    expect(run([first, late], wave(50)).chosen).toBe(first)
    const awake = run([first, late], wave(200), () => false)
    expect(awake.chosen).toBe(first)
    expect([awake.biasRad, awake.biasAt(0)]).toEqual([0, 0])
    expect(awake.resultant(0)).toBeNaN()
    expect(awake.sdRad).toBeNaN()
  })

  it('measures nothing across a gap, and keeps what it measured before', () => {
    const predictor = cecht(RATE)
    const x = wave(200)
    const choice = run([predictor], x)
    const [before, spread] = [choice.resultant(0), choice.sdRad / predictor.sdRad]
    choice.reset()
    for (let n = 0; n < 3.9 * RATE; n++) {
      predictor.push(-x[n]!)
      choice.push(-x[n]!, 5, RATE, true)
    }
    expect(choice.resultant(0)).toBe(before)
    expect(choice.sdRad / predictor.sdRad).toBeCloseTo(spread, 9)
  })

  it('takes off no bias that is too large to be one', () => {
    const wrong = early(cecht(RATE), () => 2)
    const choice = run([wrong], wave(120))
    expect([choice.biasRad, choice.biasAt(0)]).toEqual([0, 0])
  })

  it('tells the spread in the size of the errors that were measured', () => {
    const predictor = cecht(RATE)
    const boaster = { ...early(predictor, () => 0), sdRad: 1e-3 }
    const choice = run([boaster], wave(120))
    expect(choice.sdRad).toBeGreaterThan(0.02)
    expect(choice.sdRad).toBeLessThan(0.6)
  })
})
