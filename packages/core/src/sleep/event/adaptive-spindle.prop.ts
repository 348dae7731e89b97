import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evenSpindles, madeUpEeg } from '#test/made-up-eeg.ts'
import { detectSpindles } from './spindle-search.ts'

const SETTINGS = { seed: 20_240_229, numRuns: 12 }
const SPINDLES = evenSpindles(12, 7.3, { frequencyHz: 13.1, durationS: 0.9, heightUv: 35 })
const RATE_HZ = 128
const x = madeUpEeg({ rateHz: RATE_HZ, durationS: 100, seed: 8, spindles: SPINDLES })
const found = detectSpindles(x, RATE_HZ)

function furthest(a: typeof found, b: typeof found): number {
  return Math.max(
    ...a.map((s, i) =>
      Math.max(
        Math.abs(s.startS - b[i]!.startS),
        Math.abs(s.durationS - b[i]!.durationS),
        Math.abs(s.frequencyHz - b[i]!.frequencyHz),
      ),
    ),
  )
}

describe('nocturne spindles', () => {
  it('do not depend on a constant added, nor on the unit', () => {
    expect(found.length).toBeGreaterThan(9)
    fc.assert(
      fc.property(
        fc.double({ min: -5000, max: 5000, noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (offset, scale) => {
          const changed = detectSpindles(
            x.map((v) => scale * v + offset),
            RATE_HZ,
          )
          expect(changed).toHaveLength(found.length)
          expect(furthest(changed, found)).toBeLessThan(1e-6)
        },
      ),
      SETTINGS,
    )
  })

  it('twice the signal is twice the amplitude, and nothing else', () => {
    const doubled = detectSpindles(
      x.map((v) => 2 * v),
      RATE_HZ,
    )
    expect(doubled).toEqual(
      found.map((s) => ({
        ...s,
        amplitudeUv: 2 * s.amplitudeUv,
        sigmaAmplitudeUv: 2 * s.sigmaAmplitudeUv,
      })),
    )
  })

  it('move with the signal by whole seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (seconds) => {
        const before = madeUpEeg({ rateHz: RATE_HZ, durationS: seconds, seed: 3, spindles: [] })
        const later = Float64Array.of(...before, ...x)
        const moved = detectSpindles(later, RATE_HZ, { sigmaPeakHz: 13.1 })
        const still = detectSpindles(x, RATE_HZ, { sigmaPeakHz: 13.1 })
        const inner = (list: typeof found, offsetS: number) =>
          list.filter(({ peakS }) => peakS - offsetS > 8)
        const pairs = inner(moved, seconds).map((s, i) => [s, inner(still, 0)[i]!] as const)
        expect(pairs.length).toBe(inner(still, 0).length)
        for (const [a, b] of pairs) {
          expect(a.startS - seconds).toBeCloseTo(b.startS, 4)
          expect(a.durationS).toBeCloseTo(b.durationS, 4)
        }
      }),
      SETTINGS,
    )
  })

  it('are in order, do not overlap, and last 0.4 to 3 s', () => {
    for (const [i, s] of found.entries()) {
      expect(s.durationS).toBeGreaterThanOrEqual(0.4)
      expect(s.durationS).toBeLessThanOrEqual(3)
      expect(s.peakS).toBeGreaterThanOrEqual(s.startS)
      const next = found[i + 1]
      if (next) expect(next.startS).toBeGreaterThan(s.startS + s.durationS)
    }
  })
})
