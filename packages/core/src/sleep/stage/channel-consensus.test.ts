import { describe, expect, it } from 'vitest'
import { expertDisagreement } from './ambiguity.ts'
import { channelConsensus } from './channel-consensus.ts'

const opinion = (p: readonly number[], ...quality: number[]) => ({
  probabilities: Float32Array.from(p),
  quality: Float32Array.from(quality),
})

describe('the consensus of channels', () => {
  it('is the geometric mean of equal voices', () => {
    const one = opinion([0.8, 0.05, 0.05, 0.05, 0.05], 1)
    const two = opinion([0.2, 0.2, 0.2, 0.2, 0.2], 1)
    const { probabilities } = channelConsensus([one, two])
    const weights = [0.8, 0.05, 0.05, 0.05, 0.05].map((p) => Math.sqrt(p * 0.2))
    const sum = weights.reduce((a, b) => a + b, 0)
    probabilities.forEach((p, k) => {
      expect(p).toBeCloseTo(weights[k]! / sum, 6)
    })
  })

  it('does not hear a channel without signal, and says so where none has any', () => {
    const good = opinion([0.6, 0.1, 0.1, 0.1, 0.1, 0.6, 0.1, 0.1, 0.1, 0.1], 0.9, 0)
    const lost = opinion(new Array(10).fill(NaN), 0, 0)
    const { probabilities, quality } = channelConsensus([good, lost])
    expect(Array.from(probabilities.subarray(0, 5))).toEqual(
      Array.from(good.probabilities.subarray(0, 5), (p) => expect.closeTo(p, 6)),
    )
    expect(quality[0]).toBeCloseTo(0.9, 6)
    expect(probabilities.subarray(5).every(Number.isNaN)).toBe(true)
    expect(quality[1]).toBe(0)
  })
})

describe('whether experts would disagree', () => {
  it('is certain agreement where one stage is certain, and missing where nothing is known', () => {
    const rows = [1, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0, NaN, NaN, NaN, NaN, NaN]
    const [sure, torn, missing] = expertDisagreement(Float32Array.from(rows))
    expect(sure).toBe(0)
    expect(torn).toBeCloseTo(1 - 2 * 0.5 ** 5, 6)
    expect(missing).toBeNaN()
  })
})
