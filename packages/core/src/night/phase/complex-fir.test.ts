import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { ComplexFir, TOGETHER } from './complex-fir.ts'

/** Every sample of a memory, and some of one with fractions. */
const LAGS = {
  whole: Array.from({ length: 9 }, (_, k) => k),
  some: [0, 1.5, 2, 6.25, 11],
}

describe.each(Object.entries(LAGS))('a complex filter with %s lags', (_, lags) => {
  const random = seededRandom(5)
  const re = lags.map(() => random.normal())
  const im = lags.map(() => random.normal())

  it('gives of samples that were foreseen what it gives of each alone', () => {
    const alone = new ComplexFir(lags, re, im)
    const foreseen = new ComplexFir(lags, re, im)
    const values = new Float64Array(TOGETHER)
    for (let piece = 0; piece < 60; piece++) {
      const count = 1 + (piece % TOGETHER)
      for (let k = 0; k < count; k++) values[k] = piece % 7 === 6 ? Number.NaN : random.normal()
      if (piece % 5 !== 4) foreseen.foresee(values, count)
      if (piece === 40) for (const fir of [alone, foreseen]) fir.reset()
      for (let k = 0; k < count; k++) {
        for (const fir of [alone, foreseen]) {
          if (piece === 30 && k === 1) fir.weigh(im, re)
          fir.push(values[k]!)
        }
        expect([foreseen.re, foreseen.im, foreseen.isWhole]).toEqual([
          ...[alone.re, alone.im, alone.isWhole],
        ])
      }
    }
  })

  it('is the sum of its weights times the samples before', () => {
    const fir = new ComplexFir(lags, re, im)
    const x = Array.from({ length: 40 }, () => random.normal())
    for (const v of x) fir.push(v)
    const at = (back: number): number => {
      const low = Math.floor(back)
      const share = back - low
      return (1 - share) * x[39 - low]! + (share === 0 ? 0 : share * x[38 - low]!)
    }
    expect(fir.re).toBeCloseTo(
      lags.reduce((sum, lag, k) => sum + re[k]! * at(lag), 0),
      12,
    )
    expect(fir.im).toBeCloseTo(
      lags.reduce((sum, lag, k) => sum + im[k]! * at(lag), 0),
      12,
    )
  })
})
