import { describe, expect, it } from 'vitest'
import { every, farthest, oracleNoise, scipyOracle } from '#test/oracle.ts'
import { butterworth, type FilterKind, notch } from './butterworth.ts'
import { sosFilter, sosFiltFilt } from './iir.ts'

type Case = {
  order: number
  kind: FilterKind
  cutoffHz: number | [number, number]
  rateHz: number
  sos: number[][]
  filt: number[]
  filtfilt: number[]
}

describe('Butterworth filters', () => {
  const x = oracleNoise(400, 11).map((v) => v + 3)

  it.each(scipyOracle<Case[]>('butterworth'))('$kind $order of $cutoffHz Hz is SciPy’s', (c) => {
    const sos = butterworth(c.order, c.kind, c.cutoffHz, c.rateHz)
    const rows = sos.map(([b0, b1, b2, a1, a2]) => [b0, b1, b2, 1, a1, a2])
    rows.forEach((row, s) => {
      expect(farthest(row, c.sos[s]!)).toBeLessThan(1e-7)
    })
    expect(farthest(every(sosFilter(x, sos), 7), c.filt)).toBeLessThan(1e-9)
    expect(farthest(every(sosFiltFilt(x, sos), 7), c.filtfilt)).toBeLessThan(1e-8)
  })

  it('a notch is SciPy’s iirnotch', () => {
    const [section] = notch(50, 35, 200)
    const { b, a } = scipyOracle<{ b: number[]; a: number[] }>('notch')
    expect(farthest(section!, [...b, ...a.slice(1)])).toBeLessThan(1e-14)
  })

  it('filtering both ways passes a constant and keeps missing samples missing', () => {
    const y = new Float64Array(50).fill(7)
    y[20] = NaN
    const out = sosFiltFilt(y, butterworth(2, 'lowpass', 4, 64))
    expect(out[20]).toBeNaN()
    expect(out[0]).toBeCloseTo(7, 12)
    expect(out[49]).toBeCloseTo(7, 12)
    expect(sosFiltFilt(Float64Array.of(1, 2, 3), butterworth(4, 'lowpass', 4, 64))).toHaveLength(3)
  })
})
