import { describe, expect, it } from 'vitest'
import { PI, sin } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { circularSummary } from './circular.ts'
import { spindlePhases } from './coupling.ts'
import { slowWaveBand, slowWavesOfBand } from './slow-wave.ts'

describe('coupling', () => {
  it('of equal angles is complete, and certain when there are many', () => {
    const { meanRad, resultant, n, p } = circularSummary(new Array<number>(30).fill(-2))
    expect(meanRad).toBeCloseTo(-2, 12)
    expect(resultant).toBeCloseTo(1, 12)
    expect(n).toBe(30)
    expect(p).toBeLessThan(1e-12)
  })

  it('of uniform angles is significant once in twenty', () => {
    const random = seededRandom(6)
    let hits = 0
    for (let trial = 0; trial < 400; trial++) {
      const angles = Array.from({ length: 40 }, () => 2 * PI * random.uniform())
      if (circularSummary(angles).p < 0.05) hits++
    }
    expect(hits).toBeGreaterThan(8)
    expect(hits).toBeLessThan(34)
  })

  it('leaves unknown angles out, and says nothing of none', () => {
    expect(circularSummary([1, Number.NaN]).n).toBe(1)
    const none = circularSummary([])
    expect([none.n, none.meanRad, none.resultant, none.p]).toEqual([0, NaN, NaN, NaN])
  })

  it.each([
    ['at the peak', 0.9375, 0],
    ['at the trough', 0.3125, PI],
    ['on the way up', 0.625, -PI / 2],
  ])('of spindles %s of the slow wave has its cosine phase', (_, offsetS, phase) => {
    const x = new Float64Array(12_000).map((_, i) => -80 * sin((2 * PI * 0.8 * i) / 100))
    const band = slowWaveBand(x, 100)
    const waves = slowWavesOfBand(band, 100).filter((w) => w.startS > 10 && w.endS < 110)
    expect(waves.length).toBeGreaterThan(70)
    const peaksS = waves.slice(1, -1).map(({ startS }) => startS + offsetS)
    const { meanRad, resultant, n } = spindlePhases(band, 100, waves, peaksS)
    expect(n).toBe(peaksS.length)
    expect(resultant).toBeGreaterThan(0.99)
    expect(Math.abs(Math.abs(meanRad) - Math.abs(phase))).toBeLessThan(0.06)
    if (phase < 0) expect(meanRad).toBeLessThan(0)
  })

  it('counts only spindles with a slow wave within 1.2 s of their peak', () => {
    const wave = { negPeakS: 30 } as Parameters<typeof spindlePhases>[2][number]
    const band = new Float64Array(6000).map((_, i) => sin(i / 20))
    expect(spindlePhases(band, 100, [wave], [28.7, 28.9, 31.1, 31.3]).n).toBe(2)
  })
})
