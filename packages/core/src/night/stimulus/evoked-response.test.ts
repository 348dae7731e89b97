import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { EvokedResponse } from './evoked-response.ts'

const RATE = 64

/** Slow waves of 1 Hz with noise; a click at every `clickEveryS`-th peak deepens what follows. */
function answersOf(deeperUv: number, seed: number, missing = false): number[] {
  const evoked = new EvokedResponse(RATE)
  const random = seededRandom(seed)
  const answers: number[] = []
  const clicked = new Set<number>()
  for (let n = 0; n < 600 * RATE; n++) {
    const second = Math.floor(n / RATE)
    const into = n / RATE - second
    if (n % RATE === RATE / 2) {
      // Half a second ahead of each peak: clicks for 10 s, silence for 10 s.
      if (Math.floor(second / 10) % 2 === 0) {
        evoked.click(0.5)
        clicked.add(second + 1)
      } else evoked.silence(0.5)
    }
    const after = clicked.has(second) && into > 0.3 && into < 0.8 ? deeperUv : 0
    const wave = 40 * Math.cos(2 * Math.PI * into) - after + 3 * random.normal()
    const answer = evoked.push(missing && clicked.has(second) && into > 0.5 ? Number.NaN : wave)
    if (!Number.isNaN(answer)) answers.push(answer)
  }
  return answers
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

describe('the evoked response', () => {
  it('is what a click adds to the trough, the wave itself cancelled', () => {
    expect(mean(answersOf(15, 1))).toBeCloseTo(15, 0)
    expect(mean(answersOf(0, 2))).toBeCloseTo(0, 0)
  })

  it('answers no click before eight silent markers, nor one whose window has a gap', () => {
    // 300 clicks, the first ten before any silence.
    expect(answersOf(15, 3).length).toBeLessThanOrEqual(290)
    expect(answersOf(15, 3).length).toBeGreaterThan(250)
    expect(answersOf(15, 3, true)).toEqual([])
  })

  it('takes no silent marker within 2.5 s of a click, and forgets what waits at a reset', () => {
    const evoked = new EvokedResponse(RATE)
    const run = (seconds: number, uv: number): number[] =>
      Array.from({ length: seconds * RATE }, () => evoked.push(uv))
    evoked.click(0)
    for (let k = 0; k < 8; k++) {
      run(2, -50)
      evoked.silence(0)
      run(1, -50)
      evoked.click(0)
    }
    expect(run(2, -50).every(Number.isNaN)).toBe(true)
    for (let k = 0; k < 9; k++) {
      run(3, -50)
      evoked.silence(0)
    }
    run(3, -50)
    evoked.click(0)
    expect(run(2, -70).filter((answer) => !Number.isNaN(answer))).toEqual([20])
    evoked.click(0)
    evoked.reset()
    expect(run(2, -70).every(Number.isNaN)).toBe(true)
  })
})
