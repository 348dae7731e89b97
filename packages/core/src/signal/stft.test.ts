import { describe, expect, it } from 'vitest'
import { oracleNoise, scipyOracle } from '#test/oracle.ts'
import { stft } from './stft.ts'

type Oracle = { shape: [number, number]; f: number[]; t: number[]; re: number[]; im: number[] }

describe('the short-time Fourier transform', () => {
  it('is SciPy’s, with its zeros at the ends', () => {
    const x = oracleNoise(1000, 9).map((v) => v + 0.5)
    const own = stft(x, { rateHz: 100, nperseg: 64, noverlap: 44 })
    const { shape, f, t, re, im } = scipyOracle<Oracle>('stft')
    expect([own.frequenciesHz.length, own.timesS.length]).toEqual(shape)
    let at = 0
    for (let k = 0; k < shape[0]; k += 5) {
      expect(own.frequenciesHz[k]).toBeCloseTo(f[k / 5]!, 12)
      for (let c = 0; c < shape[1]; c += 7, at++) {
        expect(own.re[c * shape[0] + k]).toBeCloseTo(re[at]!, 14)
        expect(own.im[c * shape[0] + k]).toBeCloseTo(im[at]!, 14)
      }
    }
    t.forEach((time, i) => {
      expect(own.timesS[5 * i]).toBeCloseTo(time, 12)
    })
  })

  it('a sine of amplitude 1 has magnitude 1/2 in its bin', () => {
    const x = Float64Array.from({ length: 800 }, (_, i) => Math.sin((2 * Math.PI * i) / 10))
    const { re, im } = stft(x, { rateHz: 100, nperseg: 100, noverlap: 50 })
    const column = 5 * 51
    expect(Math.hypot(re[column + 10]!, im[column + 10]!)).toBeCloseTo(0.5, 12)
  })
})
