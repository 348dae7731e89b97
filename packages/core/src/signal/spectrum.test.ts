import { describe, expect, it } from 'vitest'
import { every, farthest, oracleNoise, scipyOracle } from '#test/oracle.ts'
import { restingChannel } from '#test/resting.ts'
import { hasShared, SHARED_MISSING, sharedJson } from '#test/shared.ts'
import { bandPower, SLEEP_BANDS, type WelchOptions, welch, welchPlan } from './spectrum.ts'

type Case = {
  options: {
    nperseg: number
    window: 'hann' | 'hamming'
    average: 'mean' | 'median'
    noverlap?: number
    detrend?: false
  }
  f: number[]
  psd: number[]
}

describe('Welch’s spectrum', () => {
  const x = oracleNoise(1000, 9).map((v) => v + 0.5)

  it.each(scipyOracle<Case[]>('welch'))('with $options is SciPy’s', ({ options, f, psd }) => {
    const own: WelchOptions = {
      rateHz: 100,
      nperseg: options.nperseg,
      window: options.window,
      average: options.average,
      overlap: (options.noverlap ?? options.nperseg / 2) / options.nperseg,
      detrend: options.detrend === false ? 'none' : 'constant',
    }
    const spectrum = welch(x, own)
    expect(farthest(every(spectrum.frequenciesHz, 9), f)).toBeLessThan(1e-12)
    expect(farthest(every(spectrum.psd, 9), psd)).toBeLessThan(1e-15)
  })

  it('a plan used again gives the same as a new one, for any part of the row', () => {
    const plan = welchPlan({ rateHz: 100, nperseg: 100 })
    const psd = new Float64Array(plan.frequenciesHz.length)
    plan.estimate(x, psd, 200, 900)
    plan.estimate(x, psd, 300, 600)
    expect(psd).toEqual(welch(x.slice(300, 600), { rateHz: 100, nperseg: 100 }).psd)
  })

  it('can stop at a frequency, which changes nothing below it', () => {
    const all = welch(x, { rateHz: 100 })
    const low = welch(x, { rateHz: 100, highestHz: 30 })
    expect(low.frequenciesHz[low.frequenciesHz.length - 1]).toBe(30)
    expect(low.psd).toEqual(all.psd.subarray(0, 121))
    expect(low.frequenciesHz).toHaveLength(121)
  })

  it('too short a row, or a missing sample, gives NaN', () => {
    expect(welch(x.subarray(0, 50), { rateHz: 100, nperseg: 100 }).psd[3]).toBeNaN()
    const holed = x.slice()
    holed[500] = NaN
    expect(welch(holed, { rateHz: 100, nperseg: 100, average: 'mean' }).psd[3]).toBeNaN()
    expect(welch(holed, { rateHz: 100, nperseg: 100 }).psd[3]).toBeNaN()
  })
})

type Golden = {
  relative: Record<string, number[]>
  absolute: Record<string, number[]>
  welch_freqs: number[]
  welch_psd_median_hamming_4s: number[][]
}

describe.skipIf(!hasShared('golden/eeg'))(`band powers of resting EEG (${SHARED_MISSING})`, () => {
  it('are YASA’s, relative, absolute and in total', () => {
    const golden = sharedJson<Golden>('golden/eeg/yasa_bandpower_resting.json')
    for (const channel of [0, 1]) {
      const x = restingChannel(channel)
      const spectrum = welch(x, { rateHz: 200 })
      const psd = golden.welch_psd_median_hamming_4s[channel]!
      const ratio = spectrum.psd.map((v, k) => v / psd[k]!)
      // The signal was stored in single precision after YASA had seen it in double.
      expect(
        farthest(
          ratio,
          ratio.map(() => 1),
        ),
      ).toBeLessThan(2e-5)
      const relative = bandPower(spectrum)
      const absolute = bandPower(spectrum, undefined, { relative: false })
      for (const [, , name] of SLEEP_BANDS) {
        expect(relative.bands[name]! / golden.relative[name]![channel]! - 1).toBeCloseTo(0, 6)
        expect(absolute.bands[name]! / golden.absolute[name]![channel]! - 1).toBeCloseTo(0, 6)
      }
      expect(relative.total / golden.relative.TotalAbsPow![channel]! - 1).toBeCloseTo(0, 6)
    }
  })
})
