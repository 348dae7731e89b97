import { describe, expect, it } from 'vitest'
import { every, farthest, oracleNoise, scipyOracle } from '#test/oracle.ts'
import { multitaperSpectrogram } from './multitaper.ts'

describe('the multitaper spectrogram', () => {
  const x = oracleNoise(1000, 9).map((v) => v + 0.5)
  const options = { rateHz: 100, windowS: 4, stepS: 2, smoothingHz: 1, tapers: 3 }

  it('is the mean of SciPy’s periodograms over the tapers', () => {
    const { psd, frequenciesHz, timesS } = multitaperSpectrogram(x, options)
    expect(Array.from(timesS)).toEqual([2, 4, 6, 8])
    const bins = frequenciesHz.length
    const expected = scipyOracle<{ psd: number[] }>('multitaper').psd
    expect(farthest(every(psd.subarray(bins, 2 * bins), 9), expected)).toBeLessThan(1e-14)
  })

  it('white noise of variance v has density 2 v / rate; a gap blots out its windows', () => {
    const wide = oracleNoise(60_000, 2)
    const { psd } = multitaperSpectrogram(wide, { rateHz: 100 })
    const inner = psd.filter((_, i) => i % 1501 > 10 && i % 1501 < 1490)
    expect(inner.reduce((a, b) => a + b) / inner.length).toBeCloseTo(2 / 3 / 100, 3)
    const holed = x.slice()
    holed[300] = NaN
    const spoilt = multitaperSpectrogram(holed, options)
    const missing = Array.from({ length: 4 }, (_, t) => Number.isNaN(spoilt.psd[t * 201 + 7]))
    expect(missing).toEqual([true, true, false, false])
  })
})
