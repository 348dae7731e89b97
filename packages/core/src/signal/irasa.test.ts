import { describe, expect, it } from 'vitest'
import { farthest } from '#test/oracle.ts'
import { restingChannel } from '#test/resting.ts'
import { hasShared, SHARED_MISSING, sharedJson } from '#test/shared.ts'
import { seededRandom } from '../math/random.ts'
import { fitAperiodic } from './aperiodic.ts'
import { irasa } from './irasa.ts'

type Golden = {
  irasa: { freqs: number[]; aperiodic: number[][]; fit: Record<string, number[]> }
}

describe.skipIf(!hasShared('golden/eeg'))(`IRASA of resting EEG (${SHARED_MISSING})`, () => {
  it('is YASA’s, background, line and all', () => {
    const golden = sharedJson<Golden>('golden/eeg/yasa_bandpower_resting.json').irasa
    for (const channel of [0, 1]) {
      const own = irasa(restingChannel(channel), 200)
      expect(farthest(own.frequenciesHz, golden.freqs)).toBeLessThan(1e-12)
      const ratio = own.aperiodic.map((v, k) => v / golden.aperiodic[channel]![k]!)
      expect(
        farthest(
          ratio,
          ratio.map(() => 1),
        ),
      ).toBeLessThan(1e-6)
      expect(own.fit.slope / golden.fit.Slope![channel]!).toBeCloseTo(1, 6)
      expect(own.fit.intercept / golden.fit.Intercept![channel]!).toBeCloseTo(1, 6)
      expect(own.fit.rSquared / golden.fit['R^2']![channel]!).toBeCloseTo(1, 6)
      const deviation = golden.fit['std(osc)']![channel]!
      expect(own.fit.oscillatoryDeviation / deviation).toBeCloseTo(1, 5)
    }
  })
})

describe('the aperiodic background', () => {
  it('a power law is found exactly, and a peak misleads the robust fit less', () => {
    const frequenciesHz = Float64Array.from({ length: 120 }, (_, k) => (k + 1) / 4)
    const law = frequenciesHz.map((f) => 50 * f ** -1.5)
    const exact = fitAperiodic({ frequenciesHz, psd: law })
    expect(exact.slope).toBeCloseTo(-1.5, 12)
    expect(exact.intercept).toBeCloseTo(Math.log(50), 12)
    expect(exact.rSquared).toBeCloseTo(1, 12)
    const psd = law.map((v, k) => v + 30 * Math.exp(-((frequenciesHz[k]! - 10) ** 2) / 2))
    const plain = Math.abs(fitAperiodic({ frequenciesHz, psd }).slope + 1.5)
    const robust = Math.abs(fitAperiodic({ frequenciesHz, psd }, { robust: true }).slope + 1.5)
    expect(robust).toBeLessThan(plain / 5)
  })

  it('a rhythm on noise ends up in the oscillatory part', () => {
    const random = seededRandom(4)
    let brown = 0
    const x = Float64Array.from({ length: 12_000 }, (_, i) => {
      brown = 0.98 * brown + random.normal()
      return brown + 2 * Math.sin((2 * Math.PI * 10 * i) / 100)
    })
    const { frequenciesHz, oscillatory, aperiodic, fit } = irasa(x, 100)
    const peak = oscillatory.indexOf(Math.max(...oscillatory))
    expect(frequenciesHz[peak]).toBe(10)
    expect(oscillatory[peak]! / aperiodic[peak]!).toBeGreaterThan(10)
    expect(fit.slope).toBeLessThan(-1)
  })
})
