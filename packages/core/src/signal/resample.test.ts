import { describe, expect, it } from 'vitest'
import { farthest, oracleNoise, scipyOracle } from '#test/oracle.ts'
import { resamplePolyphase, resampleTo } from './resample.ts'
import { resampleFft, resampleReflected } from './resample-spectrum.ts'

const x = oracleNoise(300, 3)
type Polyphase = { n: number; up: number; down: number; y: number[] }
type Reflected = { n: number; fromHz: number; toHz: number; y: number[] }
type Spectral = { n: number; m: number; y: number[] }

describe('resampling', () => {
  it.each(scipyOracle<Polyphase[]>('poly'))('$n samples by $up / $down is resample_poly', (c) => {
    expect(farthest(resamplePolyphase(x.subarray(0, c.n), c.up, c.down), c.y)).toBeLessThan(1e-13)
  })

  it.each(scipyOracle<Spectral[]>('fft'))(
    '$n to $m samples through the spectrum is SciPy’s',
    (c) => {
      expect(farthest(resampleFft(x.subarray(0, c.n), c.m), c.y)).toBeLessThan(1e-13)
    },
  )

  it.each(scipyOracle<Reflected[]>('mneResample'))(
    '$n samples from $fromHz to $toHz Hz with reflected ends are MNE’s',
    (c) => {
      const row = x.subarray(0, c.n).map((v) => v + 2)
      expect(farthest(resampleReflected(row, c.fromHz, c.toHz), c.y)).toBeLessThan(1e-13)
    },
  )

  it('between rates takes their simplest ratio and keeps the shape of a slow wave', () => {
    for (const [from, to] of [
      [256, 100],
      [199.99999, 100],
      [100, 128],
      [62.5, 100],
    ] as const) {
      const wave = Float64Array.from({ length: from * 10 }, (_, i) => Math.sin((6 * i) / from))
      const y = resampleTo(wave, from, to)
      expect(Math.abs(y.length - to * 10)).toBeLessThanOrEqual(1)
      for (let m = to; m < to * 9; m += 13) expect(y[m]).toBeCloseTo(Math.sin((6 * m) / to), 2)
    }
    expect(Array.from(resampleTo(Float32Array.of(1, 2), 50, 50))).toEqual([1, 2])
    expect(resampleTo(new Float32Array(1e6).fill(3), 1e6, 100)).toHaveLength(100)
  })

  it('a gap stays a gap at the new rate', () => {
    const holed = x.slice()
    holed.fill(NaN, 100, 200)
    const y = resamplePolyphase(holed, 1, 2)
    expect(Array.from(y).flatMap((v, i) => (Number.isNaN(v) ? [i] : []))).toEqual(
      Array.from({ length: 50 }, (_, i) => 50 + i),
    )
    for (const spectral of [resampleFft(holed, 150), resampleReflected(holed, 100, 50)]) {
      expect(Array.from(spectral).filter(Number.isNaN)).toHaveLength(50)
    }
  })
})
