import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { farthest, oracleNoise } from '#test/oracle.ts'
import { butterworth } from './butterworth.ts'
import { designFir, filterFir } from './fir.ts'
import { streamingFir } from './fir-stream.ts'
import { sosFilter } from './iir.ts'
import { streamingSos } from './iir-stream.ts'

const x = oracleNoise(3000, 21)
const settings = { seed: 20, numRuns: 60 }
const cuts = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 1500 })),
  {
    maxLength: 60,
  },
)

/** Pushes the pieces that the cuts make, and what is left at the end. */
function inPieces(pieces: readonly number[], row: Float64Array, push: Push): Float64Array {
  const out: number[] = []
  let at = 0
  for (const n of [...pieces, row.length]) {
    out.push(...push(row.subarray(at, at + n)))
    at = Math.min(row.length, at + n)
  }
  return Float64Array.from(out)
}

type Push = (x: Float64Array) => Float64Array

describe('a filter fed piece by piece', () => {
  it('recursive: gives the bits of the whole, missing samples and all', () => {
    const sos = butterworth(4, 'bandpass', [0.3, 35], 100)
    const holed = x.map((v, i) => (i % 97 < 3 ? NaN : v))
    const whole = sosFilter(holed, sos)
    fc.assert(
      fc.property(cuts, (pieces) => {
        const stream = streamingSos(sos)
        expect(inPieces(pieces, holed, stream.push)).toEqual(whole)
        stream.reset()
        expect(stream.push(holed)).toEqual(whole)
      }),
      settings,
    )
  })

  it('with taps: gives the whole to 1e-12', () => {
    const taps = designFir({ rateHz: 100, lowHz: 2, highHz: 30 })
    const whole = filterFir(x, taps, { zeroPhase: false })
    fc.assert(
      fc.property(cuts, (pieces) => {
        const stream = streamingFir(taps)
        expect(farthest(inPieces(pieces, x, stream.push), whole)).toBeLessThan(1e-12)
        stream.reset()
        expect(farthest(stream.push(x), whole)).toBeLessThan(1e-12)
      }),
      settings,
    )
  })

  it('with taps: the stated delay is what parts it from zero phase', () => {
    const taps = designFir({ rateHz: 100, lowHz: 2, highHz: 30 })
    const stream = streamingFir(taps)
    const late = stream.push(x)
    const zero = filterFir(x, taps)
    const delay = stream.delaySamples
    expect(delay).toBe((taps.length - 1) / 2)
    const from = taps.length
    expect(
      farthest(late.subarray(from), zero.subarray(from - delay, x.length - delay)),
    ).toBeLessThan(1e-12)
  })

  it('with taps: a missing sample is missing and its neighbours are not', () => {
    const stream = streamingFir(Float64Array.of(0.5, 0.5))
    expect(Array.from(stream.push(Float64Array.of(NaN, 2, NaN)))).toEqual([NaN, 1, NaN])
    expect(Array.from(stream.push(Float64Array.of(4)))).toEqual([3])
  })
})
