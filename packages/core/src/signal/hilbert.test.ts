import { describe, expect, it } from 'vitest'
import { farthest, oracleNoise, scipyOracle } from '#test/oracle.ts'
import { analyticSignal, hilbertAmplitude, hilbertPhase } from './hilbert.ts'

describe('the analytic signal', () => {
  it('is SciPy’s, for even and odd lengths and with padding', () => {
    const x = oracleNoise(60, 4)
    const expected = scipyOracle<{ im: number[]; im64: number[]; im59: number[] }>('hilbert')
    expect(farthest(analyticSignal(x).im, expected.im)).toBeLessThan(1e-14)
    expect(farthest(analyticSignal(x, 64).im, expected.im64)).toBeLessThan(1e-14)
    expect(farthest(analyticSignal(x.subarray(0, 59)).im, expected.im59)).toBeLessThan(1e-14)
    expect(farthest(analyticSignal(x).re, x)).toBeLessThan(1e-14)
  })

  it('phase is 0 at the positive peak and pi at the trough; amplitude is that of the wave', () => {
    const x = Float64Array.from({ length: 400 }, (_, i) => 5 * Math.cos((2 * Math.PI * i) / 100))
    const phase = hilbertPhase(x)
    expect(phase[100]).toBeCloseTo(0, 12)
    expect(Math.abs(phase[150]!)).toBeCloseTo(Math.PI, 12)
    expect(phase[125]).toBeCloseTo(Math.PI / 2, 12)
    expect(hilbertAmplitude(x)[37]).toBeCloseTo(5, 12)
    x[37] = NaN
    expect(hilbertAmplitude(x)[37]).toBeNaN()
    expect(hilbertPhase(x)[38]).not.toBeNaN()
  })
})
