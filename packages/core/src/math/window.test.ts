import { describe, expect, it } from 'vitest'
import { farthest, scipyOracle } from '#test/oracle.ts'
import { hamming, hann, kaiser } from './window.ts'

const expected = scipyOracle<{ hamming7: number[]; hann8periodic: number[]; kaiser9: number[] }>(
  'windows',
)

describe('windows', () => {
  it('are those of SciPy', () => {
    expect(farthest(hamming(7), expected.hamming7)).toBeLessThan(1e-14)
    expect(farthest(hann(8, true), expected.hann8periodic)).toBeLessThan(1e-14)
    expect(farthest(kaiser(9, 5), expected.kaiser9)).toBeLessThan(1e-14)
  })

  it('one sample long they are 1; symmetric ones mirror to the last bit', () => {
    expect([...hann(1), ...hamming(1), ...kaiser(1, 5)]).toEqual([1, 1, 1])
    for (const w of [hann(12), hamming(1651), kaiser(1281, 5)]) {
      expect(Array.from(w).reverse()).toEqual(Array.from(w))
    }
  })
})
