import { describe, expect, it } from 'vitest'
import { presentShare } from './presence.ts'

describe('the share of an epoch that is there', () => {
  it('counts the samples that are not missing, epoch by epoch, and leaves out a part of one', () => {
    const samples = Float32Array.of(1, 2, NaN, 3, NaN, NaN, NaN, 4, 5, 6)
    expect([...presentShare(samples, 4)]).toEqual([0.75, 0])
  })

  it('is 0 where the signal is stuck at one value, also behind a missing sample', () => {
    expect([...presentShare(Float32Array.of(7, 7, 7, 7, NaN, 7, 7, 7), 4)]).toEqual([0, 0])
  })
})
