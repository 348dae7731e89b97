import { describe, expect, it } from 'vitest'
import { dreamsFolder, readDreams } from '#test/dreams.ts'
import { evenSpindles, madeUpEeg } from '#test/made-up-eeg.ts'
import { hasShared, SHARED_MISSING } from '#test/shared.ts'
import { resampleTo } from '../../signal/resample.ts'
import type { Stage } from '../stage/stage.ts'
import { eventAgreement, pooledEventAgreement, unionOfEvents } from './event-agreement.ts'
import { detectSpindles } from './spindle-search.ts'

const SHAPE = { frequencyHz: 13.4, durationS: 0.8, heightUv: 40 }
const DREAMS = 'data/sleep-eeg/dreams-spindles'
const RATES_HZ = [100, 128, 200, 256, 500]

function night(changes: Partial<typeof SHAPE> = {}, rateHz = 100): Float64Array {
  const spindles = evenSpindles(40, 12.5, { ...SHAPE, ...changes })
  return madeUpEeg({ rateHz, durationS: 520, seed: 21, spindles })
}

describe('nocturne spindles', () => {
  it('are found where they are drawn, with their frequency, width and height', () => {
    const found = detectSpindles(night(), 100)
    const { recall, precision } = eventAgreement(
      found,
      evenSpindles(40, 12.5, SHAPE).map(({ peakS }) => ({ startS: peakS - 0.4, durationS: 0.8 })),
    )
    expect(recall).toBeGreaterThan(0.95)
    expect(precision).toBeGreaterThan(0.9)
    const middle = (key: 'durationS' | 'frequencyHz' | 'sigmaAmplitudeUv') =>
      found.map((s) => s[key]).sort((a, b) => a - b)[Math.floor(found.length / 2)]!
    expect(Math.abs(middle('frequencyHz') - 13.4)).toBeLessThan(0.1)
    expect(Math.abs(middle('durationS') - 0.8)).toBeLessThan(0.1)
    expect(Math.abs(middle('sigmaAmplitudeUv') / 40 - 1)).toBeLessThan(0.15)
  })

  it('start and end where the amplitude is half of its peak, to a twentieth of a second', () => {
    const loud = detectSpindles(night({ heightUv: 120, durationS: 1.2 }), 100)
    const clean = loud.filter(({ durationS }) => durationS > 0.9)
    expect(clean.length).toBeGreaterThanOrEqual(38)
    const errors = clean.map(({ startS, peakS }) => {
      const drawn = 10 + 12.5 * Math.round((peakS - 10) / 12.5) - 0.6
      return startS - drawn
    })
    const mean = errors.reduce((sum, e) => sum + e, 0) / errors.length
    expect(Math.abs(mean)).toBeLessThan(0.05)
  })

  it.each([11.5, 13.4, 15.2])('of a sleeper whose spindles swing at %d Hz are found', (hz) => {
    const found = detectSpindles(night({ frequencyHz: hz }), 100)
    expect(found.length).toBeGreaterThanOrEqual(37)
    const near = found.filter(({ frequencyHz }) => Math.abs(frequencyHz - hz) < 0.7)
    expect(near.length).toBeGreaterThanOrEqual(37)
  })

  it('are as many at 100, 128, 200, 256 and 500 samples a second', () => {
    const x = night({ heightUv: 25 }, 500)
    const counts = RATES_HZ.map((hz) => detectSpindles(resampleTo(x, 500, hz), hz).length)
    expect(counts[0]).toBeGreaterThan(30)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
  })

  it('are hardly ever seen in noise', () => {
    const x = madeUpEeg({ rateHz: 100, durationS: 1800, seed: 5, spindles: [] })
    expect(detectSpindles(x, 100).length).toBeLessThan(10)
  })

  it('are not seen in alpha', () => {
    const spindles = evenSpindles(40, 12.5, { frequencyHz: 9.5, durationS: 1.5, heightUv: 60 })
    const x = madeUpEeg({ rateHz: 100, durationS: 520, seed: 21, spindles })
    expect(detectSpindles(x, 100).length).toBeLessThan(5)
  })

  it('are looked for in N2 and N3 only, and everywhere when nothing is scored', () => {
    const x = night()
    const stages = (stage: Stage) =>
      Array.from({ length: 18 }, (_, k): Stage => (k < 9 ? stage : 'W'))
    const found = (hypnogram: Stage[]) =>
      detectSpindles(x, 100, { hypnogram: { epochS: 30, stages: hypnogram } })
    const all = detectSpindles(x, 100).length
    expect(found(stages('N2')).every(({ peakS }) => peakS < 270)).toBe(true)
    expect(Math.abs(found(stages('N2')).length - all / 2)).toBeLessThanOrEqual(3)
    expect(found(stages('N3')).length).toBe(found(stages('N2')).length)
    expect(found(stages('R'))).toEqual([])
    expect(found(new Array<Stage>(18).fill('?'))).toHaveLength(all)
  })

  it('are let in by a doubtful hypnogram when the doubt is large enough', () => {
    const probabilities = Float32Array.from(
      { length: 18 * 5 },
      (_, i) => [0.6, 0, 0.4, 0, 0][i % 5]!,
    )
    const hypnogram = { epochS: 30, stages: new Array<Stage>(18).fill('W'), probabilities }
    const count = (leastProbability: number) =>
      detectSpindles(night(), 100, { hypnogram, leastProbability }).length
    expect(count(0.5)).toBe(0)
    expect(count(0.3)).toBeGreaterThan(30)
  })

  it('are not found in missing samples, nor in a recording too short or too slow', () => {
    const x = night()
    x.fill(Number.NaN, 8_000, 30_000)
    const found = detectSpindles(x, 100)
    expect(found.filter(({ peakS }) => peakS > 79 && peakS < 301)).toEqual([])
    expect(found.length).toBeGreaterThan(15)
    expect(detectSpindles(x.subarray(0, 900), 100)).toEqual([])
    expect(detectSpindles(x, 64)).toEqual([])
    expect(detectSpindles(new Float64Array(60_000), 100)).toEqual([])
    expect(detectSpindles(new Float64Array(60_000).fill(Number.NaN), 100)).toEqual([])
  })
})

describe.skipIf(!hasShared(DREAMS))(`nocturne spindles in DREAMS (${SHARED_MISSING})`, () => {
  const excerpts = readDreams(dreamsFolder()!)

  it('agree with the experts better than the experts do with each other', () => {
    const parts = excerpts.map((e) =>
      eventAgreement(detectSpindles(e.samples, e.rateHz), unionOfEvents(e.experts)),
    )
    const { f1, precision, recall } = pooledEventAgreement(parts)
    expect(f1).toBeGreaterThan(0.65)
    expect(precision).toBeGreaterThan(0.65)
    expect(recall).toBeGreaterThan(0.6)
  })

  it('agree with the experts when a hypnogram confines them to N2 and N3', () => {
    const parts = excerpts.map((e) =>
      eventAgreement(
        detectSpindles(e.samples, e.rateHz, { hypnogram: e.hypnogram }),
        unionOfEvents(e.experts),
      ),
    )
    expect(pooledEventAgreement(parts).f1).toBeGreaterThan(0.6)
  })

  it('are as many at every sampling rate, within 2 %', () => {
    const counts = RATES_HZ.map((hz) =>
      excerpts
        .slice(0, 2)
        .map((e) => detectSpindles(resampleTo(e.samples, e.rateHz, hz), hz).length)
        .reduce((sum, n) => sum + n, 0),
    )
    for (const count of counts) expect(Math.abs(count / counts[0]! - 1)).toBeLessThanOrEqual(0.02)
  })
})
