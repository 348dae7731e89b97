import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stage } from '../stage/stage.ts'
import { hypnogramOfAnnotations } from './edf-file.ts'
import type { Hypnogram } from './hypnogram.ts'
import { STAGES_AND_UNSCORED } from './hypnogram.ts'
import { readHypnogram, readHypnogramText } from './reader.ts'
import {
  type HypnogramTextFormat,
  hypnogramAnnotations,
  hypnogramEdf,
  writeHypnogramText,
} from './writer.ts'

const SEED = 20240501

const stage = fc.constantFrom(...STAGES_AND_UNSCORED)
/** At least one scored epoch at each end, as an event list cannot show what lies outside. */
const hypnogram = fc
  .record({
    first: fc.constantFrom<Stage>('W', 'N1', 'N2'),
    stages: fc.array(stage, { maxLength: 60 }),
    last: fc.constantFrom<Stage>('N3', 'R'),
    epochS: fc.constantFrom(30, 30, 20, 10),
    startS: fc.constantFrom(0, 30, 600),
  })
  .map(
    ({ first, stages, last, epochS, startS }): Hypnogram => ({
      epochS,
      stages: [first, ...stages, last],
      startS,
      startTime: '2024-05-01T23:50:00',
    }),
  )

function roundTrip(written: Hypnogram, format: HypnogramTextFormat): Hypnogram {
  const epochS = format === 'luna' ? written.epochS : undefined
  const result = readHypnogramText(writeHypnogramText(written, format), { epochS })
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value.hypnogram
}

describe('what is written is read again', () => {
  const formats = ['csv', 'json', 'luna', 'remlogic', 'text', 'yasa'] as const
  it.each(formats)('as %s: every stage and the length of an epoch', (format) => {
    fc.assert(
      fc.property(hypnogram, (written) => {
        const read = roundTrip(written, format)
        expect(read.stages).toEqual(written.stages)
        expect(read.epochS).toBe(written.epochS)
        if (format === 'csv' || format === 'json') expect(read.startS).toBe(written.startS)
        if (format === 'json' || format === 'remlogic') {
          expect(read.startTime).toBe(written.startTime)
        }
      }),
      { seed: SEED, numRuns: 200 },
    )
  })

  it.each(['csv', 'json'] as const)('as %s: every probability', (format) => {
    const p = fc.float({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(p, p, p, p, p), { minLength: 1, maxLength: 20 }), (rows) => {
        const probabilities = Float32Array.from(rows.flat())
        const stages = rows.map((): Stage => 'N2')
        const read = roundTrip({ epochS: 30, stages, probabilities }, format)
        expect([...read.probabilities!]).toEqual([...probabilities].map((v) => v + 0))
      }),
      { seed: SEED, numRuns: 100 },
    )
  })

  it('as EDF+ annotations: every stage, the start, and the length of an epoch', async () => {
    await fc.assert(
      fc.asyncProperty(hypnogram, async (written) => {
        const read = await readHypnogram(hypnogramEdf(written), 'x.edf')
        if (!read.ok) throw new Error(JSON.stringify(read.problem))
        expect(read.value.hypnogram.stages).toEqual(written.stages)
        expect(read.value.hypnogram.epochS).toBe(written.epochS)
        expect(read.value.hypnogram.startTime).toBe(written.startTime)
        expect(read.value.hypnogram.startS).toBe(written.startS)
      }),
      { seed: SEED, numRuns: 100 },
    )
  })

  it('as annotations: bouts, or epochs where they are not 30 s long', () => {
    fc.assert(
      fc.property(hypnogram, (written) => {
        const annotations = hypnogramAnnotations(written)
        const read = hypnogramOfAnnotations(annotations)
        if (!read.ok) throw new Error(JSON.stringify(read.problem))
        expect(read.value.hypnogram.stages).toEqual(written.stages)
        expect(read.value.hypnogram.startS).toBe(written.startS)
      }),
      { seed: SEED, numRuns: 200 },
    )
  })
})
