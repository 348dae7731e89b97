import { describe, expect, it } from 'vitest'
import { smoothedProbabilities, TRANSITION_COUNTS } from './hidden-markov.ts'
import { mostProbableStages } from './model.ts'

function rows(stages: string, sure: number): Float32Array {
  const out = new Float32Array(stages.length * 5).fill((1 - sure) / 4)
  Array.from(stages).forEach((stage, e) => {
    if (stage === '?') out.fill(NaN, e * 5, e * 5 + 5)
    else out[e * 5 + 'W123R'.indexOf(stage)] = sure
  })
  return out
}

const read = (p: Float32Array): string =>
  mostProbableStages(p)
    .map((stage) => stage.at(-1))
    .join('')

describe('the smoothed view', () => {
  it('calms a single doubtful epoch inside a bout, and leaves a sure one', () => {
    expect(read(smoothedProbabilities(rows('222223222222R22222', 0.5)))).toBe('222222222222222222')
    expect(read(smoothedProbabilities(rows('22222W22222', 0.999)))).toBe('22222W22222')
  })

  it('hears only the past when causal', () => {
    const night = rows('WW1222333322RRR', 0.5)
    const whole = smoothedProbabilities(night, { causal: true })
    const part = smoothedProbabilities(night.slice(0, 40), { causal: true })
    expect(Array.from(part)).toEqual(Array.from(whole.subarray(0, 40)))
    expect(smoothedProbabilities(night)[0]).not.toBe(whole[0])
  })

  it('leaves missing epochs missing and carries the night across them', () => {
    const smooth = smoothedProbabilities(rows('2222??2222', 0.6))
    expect(read(smooth)).toBe('2222??2222')
    const sum = smooth.subarray(0, 5).reduce((a, b) => a + b, 0)
    expect(sum).toBeCloseTo(1, 6)
  })

  it('knows that nobody goes from deep sleep to REM in one step', () => {
    const [, , , deep] = TRANSITION_COUNTS
    expect(deep![4]! / deep!.reduce((a, b) => a + b, 0)).toBeLessThan(0.001)
  })
})
