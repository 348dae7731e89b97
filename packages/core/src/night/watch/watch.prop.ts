import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { syntheticSleeper } from '../../sleep/synthetic/sleeper.ts'
import type { WatchFacts } from './facts.ts'
import type { LiveStagerModel } from './live-stager.ts'
import type { Montage } from './montage.ts'
import type { Seen } from './seen.ts'
import { loadStarterStager } from './starter-stager.ts'
import { createWatch, type Watch } from './watch.ts'

const RATE = 128
const MONTAGE: Montage = {
  rateHz: RATE,
  channels: [
    { label: 'EEG Fpz-Cz', role: 'eeg' },
    { label: 'EOG E1-M2', role: 'eog-left' },
    { label: 'EOG E2-M2', role: 'eog-right' },
    { label: 'EMG chin', role: 'emg' },
    { label: 'ECG', role: 'ecg' },
    { label: 'X', role: 'acc' },
  ],
}

/** Eighty seconds of a sleeper, with a still accelerometer. */
function night(): Float32Array[] {
  const channels = MONTAGE.channels.slice(0, 5).map(({ label }) => label)
  const sleeper = syntheticSleeper({ seed: 5, hours: 0.7, rateHz: RATE, channels })
  sleeper.next(2380)
  const columns = sleeper.next(80)
  const random = seededRandom(1)
  return [...columns, Float32Array.from(columns[0]!, () => 1 + 0.001 * random.normal())]
}

type Told = { readonly seen: Seen[]; readonly facts: WatchFacts }

/** Pushes columns cut at these places; a stretch of NaN in all columns may be a jump instead. */
function watched(
  model: LiveStagerModel,
  columns: readonly Float32Array[],
  cuts: readonly number[],
  holes: readonly (readonly [number, number])[] = [],
): Told {
  const watch = createWatch(MONTAGE, model)
  const seen: Seen[] = []
  const push = (from: number, to: number): void => pushInto(watch, columns, from, to, seen)
  let at = 0
  for (const cut of [...cuts, ...holes.flat(), columns[0]!.length].sort((a, b) => a - b)) {
    if (!holes.some(([from, to]) => at >= from && cut <= to)) push(at, cut)
    at = cut
  }
  return { seen, facts: { ...watch.facts(), stages: Array.from(watch.facts().stages ?? []) } }
}

function pushInto(
  watch: Watch,
  columns: readonly Float32Array[],
  from: number,
  to: number,
  seen: Seen[],
): void {
  const pieces = columns.map((column) => column.subarray(from, to))
  watch.push(from, pieces)
  if (watch.events.some((event) => event.sample >= to)) throw new Error('seen too early')
  seen.push(...watch.events)
}

describe('a watch', () => {
  let model: LiveStagerModel
  let columns: Float32Array[]
  let length: number
  beforeAll(async () => {
    model = await loadStarterStager()
    columns = night()
    length = columns[0]!.length
  })

  it('sees the same however the samples are cut into pieces', () => {
    const whole = watched(model, columns, [])
    expect(whole.seen.filter(({ kind }) => kind === 'stage').length).toBeGreaterThan(40)
    expect(whole.seen.filter(({ kind }) => kind === 'seen').length).toBeGreaterThan(10)
    const cuts = fc.array(fc.nat(length), { maxLength: 400 })
    fc.assert(
      fc.property(cuts, (places) => {
        expect(watched(model, columns, places)).toEqual(whole)
      }),
      { seed: 4, numRuns: 4 },
    )
  })

  it('takes a jump in the count of samples for as much that is missing', () => {
    const hole = fc.tuple(fc.nat(length), fc.integer({ min: 1, max: 60 * RATE }))
    fc.assert(
      fc.property(hole, fc.array(fc.nat(length), { maxLength: 20 }), ([from, width], cuts) => {
        const to = Math.min(length, from + width)
        const holed = columns.map((column) => column.slice().fill(NaN, from, to))
        const end = to === length ? [[from, from]] : [[from, to]]
        const jumped = watched(model, holed, cuts, end as [number, number][])
        expect(jumped).toEqual(watched(model, holed, []))
      }),
      { seed: 5, numRuns: 4 },
    )
  })

  it('survives every kind of nonsense, and sees as much as ever once it is over', () => {
    const clean = watched(model, columns, [])
    const nonsense = fc.constantFrom(NaN, Infinity, -Infinity, 0, 3e38, -1e30, 5e5, 1e-40)
    const stretch = fc.tuple(
      fc.integer({ min: 0, max: MONTAGE.channels.length - 1 }),
      fc.nat(length - 45 * RATE),
      fc.integer({ min: 1, max: 6 * RATE }),
      nonsense,
    )
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 6 }), (stretches) => {
        const spoilt = columns.map((column) => column.slice())
        for (const [c, from, width, value] of stretches) spoilt[c]!.fill(value, from, from + width)
        const { seen, facts } = watched(model, spoilt, [])
        for (const value of Object.values(facts)) expect(value).not.toBeNaN()
        for (const event of seen) {
          if (event.kind === 'stage') expect(event.probabilities).not.toContain(NaN)
        }
        expect(facts.stages).toHaveLength(5)
        const late = (told: Told): number =>
          told.seen.filter((e) => e.kind === 'stage' && e.sample > length - 20 * RATE).length
        expect(late({ seen, facts })).toBe(late(clean))
        expect(facts.deltaRmsUv).toBeLessThan(100)
        expect(facts.missing || facts.flat || facts.clipped || facts.contactLost).toBe(false)
      }),
      { seed: 6, numRuns: 6 },
    )
  })
})
