import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import type { Annotation, Channel, Recording } from '../recording.ts'
import { bytesSource } from '../source.ts'
import { edfChunks, openEdf, readRecording, type WriteOptions, writeEdf } from './index.ts'

const RATES = [1, 4, 10, 100, 128, 200, 256, 1 / 30, 62.5, 20 / 0.13, 99.97]

const samplesOf = (length: number): fc.Arbitrary<Float32Array> =>
  fc
    .record({
      seed: fc.nat(),
      scale: fc.constantFrom(0, 0.001, 1, 300, 100_000),
      offset: fc.constantFrom(0, 37, -5000),
    })
    .map(({ seed, scale, offset }) => {
      const random = seededRandom(seed)
      return Float32Array.from({ length }, () => offset + (random.uniform() - 0.5) * scale)
    })

const channel: fc.Arbitrary<Channel> = fc
  .record({ rateHz: fc.constantFrom(...RATES), seconds: fc.integer({ min: 1, max: 4 }) })
  .chain(({ rateHz, seconds }) =>
    samplesOf(Math.max(1, Math.round(rateHz * seconds))).map((samples) => ({
      label: 'EEG',
      unit: 'uV',
      rateHz,
      samples,
    })),
  )

const annotation: fc.Arbitrary<Annotation> = fc
  .record(
    {
      onsetS: fc.integer({ min: 0, max: 90_000 }).map((ms) => ms / 1000),
      durationS: fc.integer({ min: 0, max: 30_000 }).map((ms) => ms / 1000),
      text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    },
    { requiredKeys: ['onsetS', 'text'] },
  )
  .filter(({ text }) => !/\p{C}/u.test(text) && text.trim() !== '') as fc.Arbitrary<Annotation>

const recording: fc.Arbitrary<Recording> = fc
  .record({
    channels: fc.array(channel, { minLength: 1, maxLength: 2 }),
    annotations: fc.array(annotation, { maxLength: 12 }),
    startTime: fc.constantFrom(
      '2024-02-29T23:59:59',
      '1985-01-01T00:00:00.125',
      '2091-07-01T04:05:06',
    ),
  })
  .map(({ channels, ...parts }) => ({
    ...parts,
    durationS: 4,
    channels: channels.map((one, i) => ({ ...one, label: `EEG ${i}` })),
  }))

async function written(source: Recording, options: WriteOptions): Promise<Recording> {
  const file = await openEdf(bytesSource(writeEdf(source, options)))
  if (!file.ok) throw new Error(JSON.stringify(file.problem))
  expect(file.value.warnings).toEqual([])
  return readRecording(file.value)
}

/** Half a step of the widest scale that the writer may choose, and the rounding of Float32. */
function tolerance(samples: Float32Array, steps: number): number {
  const present = samples.filter((value) => !Number.isNaN(value))
  const [low, high] = [Math.min(...present), Math.max(...present)]
  const rounding = Math.max(Math.abs(low), Math.abs(high)) * 2 ** -22
  const outward = Math.max(
    1e-6,
    10 ** (Math.ceil(Math.log10(Math.abs(low) + Math.abs(high) + 1)) - 6),
  )
  return Math.max(high - low, high === low ? 2 : 0) / steps + (2 * outward) / steps + rounding
}

describe('what is written and read again', () => {
  it.each([
    ['EDF+', 65535],
    ['BDF+', 16777215],
  ] as const)(
    'in %s is the same to one digital step, with its annotations',
    async (format, steps) => {
      await fc.assert(
        fc.asyncProperty(recording, async (source) => {
          const back = await written(source, { format })
          expect(back.startTime).toBe(source.startTime)
          for (const [i, { rateHz, samples, label }] of source.channels.entries()) {
            const got = back.channels[i]!
            expect(got.label).toBe(label)
            expect(Math.abs(got.rateHz / rateHz - 1)).toBeLessThan(2e-6)
            const most = tolerance(samples, steps)
            for (const [k, value] of samples.entries()) {
              if (!(Math.abs(got.samples[k]! - value) <= most)) {
                throw new Error(`sample ${k}: got ${got.samples[k]}, expected ${value} +- ${most}`)
              }
            }
          }
          const order = (a: Annotation, b: Annotation): number => a.onsetS - b.onsetS
          const own = back.annotations.filter(({ text }) => !text.startsWith('Signal missing@@'))
          expect(own).toEqual([...source.annotations].sort(order))
        }),
        { seed: 7, numRuns: 60 },
      )
    },
  )

  it('keeps gaps that all channels share as gaps', async () => {
    const gaps = fc.record({
      from: fc.integer({ min: 2, max: 300 }),
      length: fc.integer({ min: 40, max: 900 }),
      more: fc.integer({ min: 1, max: 500 }),
    })
    await fc.assert(
      fc.asyncProperty(gaps, async ({ from, length, more }) => {
        const samples = Float32Array.from({ length: from + length + more }, (_, i) =>
          i >= from && i < from + length ? Number.NaN : i,
        )
        const channels = [{ label: 'EEG', unit: 'uV', rateHz: 32, samples }]
        const source = { durationS: samples.length / 32, channels, annotations: [] }
        const back = (await written(source, {})).channels[0]!.samples
        for (const [i, value] of samples.entries()) {
          if (Number.isNaN(value)) continue
          if (!(Math.abs(back[i]! - value) < 0.05)) throw new Error(`sample ${i}: ${back[i]}`)
        }
        const lost = back.filter((value) => Number.isNaN(value)).length
        expect(lost).toBeGreaterThan(length - 33)
        expect(lost).toBeLessThanOrEqual(length)
      }),
      { seed: 8, numRuns: 100 },
    )
  })

  it('comes in chunks that are the same bytes', () => {
    const samples = Float32Array.from({ length: 1_200_000 }, (_, i) => (i * 7919) % 1000)
    const channels = [{ label: 'EEG', unit: 'uV', rateHz: 256, samples }]
    const source = { durationS: 4687.5, channels, annotations: [] }
    const chunks = [...edfChunks(source)]
    expect(chunks.length).toBeGreaterThan(3)
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(1 << 20)
    expect(Buffer.concat(chunks).equals(Buffer.from(writeEdf(source)))).toBe(true)
  })
})
