import { describe, expect, it } from 'vitest'
import { seededRandom } from '../math/random.ts'
import { butterworth } from './butterworth.ts'
import { sosFilter } from './iir.ts'
import { sampleFilter } from './sample-filter.ts'

function noise(length: number): Float64Array {
  const random = seededRandom(9)
  return Float64Array.from({ length }, () => 20 * random.normal())
}

describe('a filter of single samples', () => {
  it('gives what the whole row gives, to the last bit, and begins anew after a reset', () => {
    const sos = butterworth(3, 'bandpass', [0.5, 30], 128)
    const x = noise(500)
    const filter = sampleFilter(sos)
    for (let round = 0; round < 2; round++) {
      expect(x.map((v) => filter.next(v))).toEqual(sosFilter(x, sos))
      filter.reset()
    }
  })

  it('gives the same of a few samples at once', () => {
    const sos = butterworth(2, 'bandpass', [11, 16], 256)
    const x = noise(500)
    const [single, several] = [sampleFilter(sos), sampleFilter(sos)]
    const out = new Float64Array(8)
    for (let at = 0, count = 1; at + count <= x.length; at += count, count = 1 + (at % 8)) {
      several.run(x.subarray(at), count, out)
      for (let k = 0; k < count; k++) expect(out[k]).toBe(single.next(x[at + k]!))
    }
  })

  it('calms down to exactly nothing after a long silence', () => {
    const filter = sampleFilter(butterworth(2, 'bandpass', [10, 20], 128))
    filter.next(1)
    for (let i = 0; i < 20_000; i++) {
      filter.next(0)
      if (i % 128 === 0) filter.calm()
    }
    expect(filter.next(0)).toBe(0)
  })
})
