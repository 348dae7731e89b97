import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dreamsFolder, readDreams } from '#test/dreams.ts'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '#test/shared.ts'
import { movingCorrelation, movingRms } from './moving-window.ts'
import { relativePower } from './relative-power.ts'
import { detectSpindles } from './spindle-search.ts'
import {
  sharedSpindles,
  type YasaSpindle,
  type YasaSpindleOptions,
  yasaSpindleSignals,
  yasaSpindles,
} from './yasa-spindle.ts'

type Variant = { readonly events: Record<string, number[]> }
type Golden = {
  readonly variants: Record<string, Variant>
  readonly intermediate: Record<string, number[]> & { readonly rms_thresh: number }
}

const GOLDEN = 'golden/eeg/yasa_spindles_n2.json'
const GOLDEN_DREAMS = 'golden/eeg/yasa_spindles_dreams.json'
const RATE_HZ = 200
const MOVING = { windowS: 0.3, stepS: 0.1 }
const VARIANTS: Record<string, YasaSpindleOptions> = {
  default: {},
  multi_thresh_corr_only: { relativePower: null, rms: null },
  thresh_low: { relativePower: 0.2, correlation: 0.6, rms: 1.2, minDistanceMs: 300 },
  freq_10_16: { sigmaHz: [10, 16] },
}
const COLUMNS: Record<string, keyof YasaSpindle> = {
  Start: 'startS',
  Peak: 'peakS',
  End: 'endS',
  Duration: 'durationS',
  Amplitude: 'amplitudeUv',
  AmpFiltered: 'sigmaAmplitudeUv',
  RMS: 'rmsUv',
  AbsPower: 'absolutePower',
  RelPower: 'relativePower',
  Frequency: 'frequencyHz',
  Oscillations: 'oscillations',
  Symmetry: 'symmetry',
}

function exampleN2(): Float64Array {
  const text = readFileSync(sharedPath('golden/eeg/src/data_N2_spindles_15sec_200Hz.txt'), 'utf8')
  return Float64Array.from(text.trim().split(/\s+/), Number)
}

function furthest(got: ArrayLike<number>, expected: readonly number[]): number {
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0)
}

describe.skipIf(!hasShared(GOLDEN))(`YASA spindles in 15 s of N2 (${SHARED_MISSING})`, () => {
  const golden = sharedJson<Golden>(GOLDEN)
  const x = exampleN2()

  it.each(Object.keys(VARIANTS))('agree with YASA in every column: %s', (name) => {
    const events = yasaSpindles(x, RATE_HZ, VARIANTS[name])
    const table = golden.variants[name]!.events
    expect(events).toHaveLength(table.Start!.length)
    for (const [column, key] of Object.entries(COLUMNS)) {
      const got = events.map((event) => event[key])
      expect(furthest(got, table[column]!), column).toBeLessThan(1e-9)
    }
  })

  it('come from the same intermediate signals, to rounding', () => {
    const signals = yasaSpindleSignals(x, RATE_HZ)
    const { intermediate } = golden
    const correlation = movingCorrelation(signals.sigma, signals.broad, RATE_HZ, MOVING)
    const rms = movingRms(signals.sigma, RATE_HZ, MOVING)
    const share = relativePower(signals.broad, RATE_HZ, { partHz: [12, 15], wholeHz: [1, 30] })
    const pairs: [ArrayLike<number>, string][] = [
      [signals.broad, 'broad_1_30'],
      [signals.sigma, 'sigma_12_15'],
      [share.timesS, 'stft_t'],
      [share.values, 'relpow'],
      [correlation.timesS, 'mcorr_t'],
      [correlation.values, 'mcorr'],
      [rms.timesS, 'mrms_t'],
      [rms.values, 'mrms'],
    ]
    for (const [got, name] of pairs) {
      expect(furthest(got, intermediate[name]!), name).toBeLessThan(1e-11)
    }
    expect(signals.rmsThresholdUv).toBeCloseTo(intermediate.rms_thresh, 11)
  })

  it('are not looked for in a signal that cannot be uV, nor where samples are missing', () => {
    expect(
      yasaSpindles(
        x.map((v) => v * 1e-6),
        RATE_HZ,
      ),
    ).toEqual([])
    const holed = x.map((v, i) => (i > 3.5 * RATE_HZ && i < 3.8 * RATE_HZ ? Number.NaN : v))
    const starts = yasaSpindles(holed, RATE_HZ).map(({ startS }) => Math.round(startS))
    expect(starts).toEqual([13])
  })
})

describe.skipIf(!hasShared(GOLDEN_DREAMS))(`YASA spindles in DREAMS (${SHARED_MISSING})`, () => {
  const golden = sharedJson<Record<string, [number, number][]>>(GOLDEN_DREAMS)
  const excerpts = readDreams(dreamsFolder()!)

  it.each(['default', 'hypno', 'freq11_16'])('are the same to the sample: %s', (setting) => {
    for (const excerpt of excerpts) {
      const events = detectSpindles(excerpt.samples, excerpt.rateHz, {
        method: 'yasa',
        ...(setting === 'hypno' && { hypnogram: excerpt.hypnogram }),
        ...(setting === 'freq11_16' && { yasa: { sigmaHz: [11, 16] } }),
      })
      const expected = golden[`${excerpt.number}/${setting}`]!
      expect(events).toHaveLength(expected.length)
      expected.forEach(([startS, endS], i) => {
        expect(events[i]!.startS).toBeCloseTo(startS, 9)
        expect(events[i]!.startS + events[i]!.durationS).toBeCloseTo(endS, 9)
      })
    }
  })
})

describe('spindles shared between channels', () => {
  const spindle = (startS: number, endS: number) => ({ startS, endS }) as YasaSpindle

  it('are those whose start or end falls on the same second as another', () => {
    const [a, b] = sharedSpindles([
      [spindle(10.2, 11), spindle(30, 31)],
      [spindle(9.8, 12), spindle(50, 51)],
    ])
    expect(a!.map(({ startS }) => startS)).toEqual([10.2])
    expect(b!.map(({ startS }) => startS)).toEqual([9.8])
  })

  it('round halves to the even second, and are all kept when only one channel has any', () => {
    const [a, b] = sharedSpindles([[spindle(10.5, 20)], [spindle(10, 30)]])
    expect([a, b].map((list) => list!.length)).toEqual([1, 1])
    expect(sharedSpindles([[spindle(1, 2)], []])).toEqual([[spindle(1, 2)], []])
  })
})
