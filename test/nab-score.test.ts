import { describe, expect, it } from 'vitest'
import {
  NAB_PROFILES,
  type NabSeries,
  nabScoreAt,
  optimalNabScore,
  probationRows,
  rawNabScore,
  readNab,
} from '../bench/nab-score.ts'
import { hasShared, SHARED_MISSING, sharedPath } from './shared.ts'

const { standard, lowFn } = NAB_PROFILES

/** A thousand rows with windows 400-499 and 700-799. */
const SERIES: NabSeries = {
  ...{ name: 'made/up', times: [], values: new Float64Array(1000) },
  windows: [
    [400, 499],
    [700, 799],
  ],
}

const at = (...rows: number[]): Float64Array =>
  Float64Array.from({ length: 1000 }, (_, i) => (rows.includes(i) ? 1 : 0))

const sigmoid = (y: number): number => 2 / (1 + Math.exp(5 * y)) - 1

describe('the score of the Numenta benchmark', () => {
  it('is 100 for the first row of each window alone, 0 for saying nothing', () => {
    expect(optimalNabScore([SERIES], [at(400, 700)], standard).score).toBeCloseTo(100, 10)
    expect(nabScoreAt([SERIES], [at()], standard, 0.5)).toBe(0)
    expect(rawNabScore(SERIES, at(), lowFn, 0.5)).toBe(-4)
  })

  it('counts the best row of a window, less the later it is, and each row outside', () => {
    const late = sigmoid(-(499 - 450 + 1) / 100) / sigmoid(-1)
    expect(rawNabScore(SERIES, at(450, 460), standard, 0.5)).toBeCloseTo(late - 1, 12)
    expect(rawNabScore(SERIES, at(200, 201), standard, 0.5)).toBeCloseTo(-2 - 0.22, 12)
    const behind = 0.11 * sigmoid((510 - 499) / 99)
    expect(rawNabScore(SERIES, at(510), standard, 0.5)).toBeCloseTo(-2 + behind, 12)
  })

  it('leaves out the first 15 %, 750 rows at most', () => {
    expect([probationRows(1000), probationRows(5000), probationRows(22_000)]).toEqual([
      150, 750, 750,
    ])
    expect(rawNabScore(SERIES, at(149), standard, 0.5)).toBe(-2)
    expect(rawNabScore(SERIES, at(150), standard, 0.5)).toBeCloseTo(-2.11, 12)
  })
})

const folder = 'data/anomalies/nab'
describe.skipIf(!hasShared(folder))(`the series at hand (${SHARED_MISSING})`, () => {
  it('are 35 with 55 windows, all of whose ends are rows', () => {
    const corpus = readNab(sharedPath(folder))
    const windows = corpus.flatMap((series) => series.windows)
    expect([corpus.length, windows.length]).toEqual([35, 55])
    expect(windows.every(([from, to]) => from >= 0 && to > from)).toBe(true)
  })
})
