import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { madeUpNight } from '#test/made-up-night.ts'
import { sleepStatistics } from '../hypnogram/statistics.ts'
import type { Night, NightStretch } from '../night/night.ts'
import type { Stage } from '../stage/stage.ts'
import { nightFigure } from './figure.ts'
import { nightReport } from './report.ts'

const number = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
)
const stage = fc.constantFrom<Stage>('W', 'N1', 'N2', 'N3', 'R', '?')
const stretch: fc.Arbitrary<NightStretch> = fc.record({
  startS: fc.double({ min: 0, max: 3000, noNaN: true }),
  durationS: fc.double({ min: 0, max: 20, noNaN: true }),
})

const { recording: known, ...night } = madeUpNight()

/** Any night at all: every list may be empty, every number missing, every name odd. */
const anyNight: fc.Arbitrary<Night> = fc
  .record({
    epochs: fc.array(fc.record({ stage, p: fc.array(number, { minLength: 5, maxLength: 5 }) }), {
      maxLength: 60,
    }),
    file: fc.string({ unit: 'binary', maxLength: 20 }),
    startTime: fc.constantFrom('2026-12-31T23:59:59', '2024-02-29 00:00', 'some time', undefined),
    arousals: fc.array(stretch, { maxLength: 4 }),
    powers: fc.array(fc.oneof(number, fc.constant(Number.NEGATIVE_INFINITY)), { maxLength: 12 }),
    phase: number,
  })
  .map(({ epochs, file, startTime, arousals, powers, phase }) => {
    const stages = epochs.map((epoch) => epoch.stage)
    const { startTime: _, ...recording } = known
    const columns = Math.floor(powers.length / 3)
    return {
      ...night,
      recording: { ...recording, file, ...(startTime !== undefined && { startTime }) },
      stages,
      probabilities: Float32Array.from(epochs.flatMap((epoch) => epoch.p)),
      quality: Float32Array.from(epochs, (epoch) => epoch.p[0]!),
      ambiguous: epochs.map((epoch) => epoch.p[1]! > 0.5),
      smoothedStages: stages,
      spindles: [],
      slowWaves: [],
      rems: arousals,
      arousals,
      movements: [],
      coupling: { meanPhaseRad: phase, resultant: phase, n: 1, p: phase },
      statistics: sleepStatistics({ epochS: 30, stages }),
      explanations: { groups: ['a'], contributions: new Float32Array(stages.length * 5) },
      spectrogram: {
        timesS: Float64Array.from({ length: columns }, (_v, i) => 15 + 30 * i),
        frequenciesHz: Float64Array.of(0, 0.5, 1),
        powerDb: Float32Array.from(powers.slice(0, columns * 3)),
      },
    }
  })

describe('any night at all', () => {
  it('has a report without a number that is none, and a picture', () => {
    fc.assert(
      fc.property(anyNight, (any) => {
        const words = nightReport({ ...any, recording: { ...any.recording, file: 'x.edf' } })
          .replace(/<(style|script)[^>]*>[\s\S]*?<\/\1>/g, ' ')
          .replace(/<[^>]+>/g, ' ')
        expect(words).not.toMatch(/NaN|undefined|Infinity|\bnull\b/)
        expect(nightReport(any).match(/<script/g)).toHaveLength(2)
        expect(nightFigure(any)).toMatch(/^<svg [\s\S]*<\/svg>$/)
      }),
      { seed: 20260308, numRuns: 40 },
    )
  })
})
