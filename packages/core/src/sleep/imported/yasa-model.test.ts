import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ascii } from '#test/model-files.ts'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '#test/shared.ts'
import type { Channel } from '../../signal/recording.ts'
import { resampleTo } from '../../signal/resample.ts'
import { mostProbableStages } from '../stage/model.ts'
import { importModel } from './import-model.ts'
import { YASA_GROUPS, yasaFeatureGroup } from './yasa-feature-name.ts'
import { yasaFeatures } from './yasa-features.ts'

const MINUTES = 10
const noise = channel('C4-M1', 100, (i) => 40 * Math.sin(i / 20) + 10 * Math.sin(i * i))

function channel(label: string, rateHz: number, at: (i: number) => number): Channel {
  const samples = Float32Array.from({ length: MINUTES * 60 * rateHz }, (_, i) => at(i))
  return { label, unit: 'uV', rateHz, samples }
}

/** One small tree per class over two features: enough to be a model. */
function smallModel(features: string, objective = 'multiclass num_class:5'): Uint8Array {
  const trees = [0, 1, 2, 3, 4].map(
    (k) =>
      `Tree=${k}\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=10\ndecision_type=2\n` +
      `left_child=-1\nright_child=-2\nleaf_value=${k === 2 ? 3 : 0} ${k === 4 ? 3 : 0}\n` +
      'leaf_count=1 1\n',
  )
  const last = features.split(' ').length - 1
  return ascii(
    `tree\nversion=v3\nnum_class=5\nnum_tree_per_iteration=5\nmax_feature_idx=${last}\n` +
      `objective=${objective}\nfeature_names=${features}\n\n${trees.join('\n\n')}\n\nend of trees\n`,
  )
}

function imported(features: string) {
  const model = importModel([{ name: 'small.txt', bytes: smallModel(features) }])
  if (!model.ok) throw new Error(model.problem.got)
  return model.value
}

test('a LightGBM text model over YASA features stages a recording and explains each epoch', async () => {
  const model = imported('eeg_std eeg_beta')
  const result = await model.stage({ eeg: [noise] })
  expect(mostProbableStages(result.probabilities)).toEqual(Array(2 * MINUTES).fill('W'))
  const { groups, contributions } = result.explanations!
  expect(contributions).toHaveLength(2 * MINUTES * groups.length * 5)
  const amplitude = groups.indexOf('amplitude')
  expect(contributions[amplitude * 5]!).toBeGreaterThan(1)
  expect(
    contributions.subarray(amplitude * 5, amplitude * 5 + 5).reduce((a, b) => a + b),
  ).toBeCloseTo(0)
  expect(result.model.hash).toMatch(/^[0-9a-f]{64}$/)
})

test('a classifier that needs an EOG, an EMG, an age or a sex says so before it runs', () => {
  const problem = (features: string, input = {}): string => {
    const checked = imported(features).check({ eeg: [noise], ...input })
    return checked.ok ? 'ok' : `${checked.problem.code} ${checked.problem.where}`
  }
  expect(problem('eeg_std eog_std')).toBe('MODEL_INPUT EOG')
  expect(problem('eeg_std emg_std')).toBe('MODEL_INPUT EMG')
  expect(problem('eeg_std age')).toBe('MODEL_INPUT age')
  expect(problem('eeg_std male', { ageYears: 30 })).toBe('MODEL_INPUT sex')
  expect(problem('eeg_std male age', { ageYears: 30, male: false })).toBe('ok')
  expect(problem('eeg_std', { eeg: [] })).toBe('MODEL_INPUT EEG')
  const slow = { eeg: [channel('Fpz', 64, () => 0)] }
  expect(problem('eeg_std', slow)).toBe('MODEL_INPUT channel Fpz')
})

test('a classifier over other features, or of other classes, is refused by name', () => {
  const refused = importModel([{ name: 'x.txt', bytes: smallModel('eeg_std heart_rate') }])
  expect(refused.ok ? '' : refused.problem.got).toBe('"heart_rate"')
  const binary = smallModel('eeg_std', 'multiclassova num_class:5 sigmoid:1')
  const other = importModel([{ name: 'x.txt', bytes: binary }])
  expect(other.ok ? '' : other.problem.got).toBe('one-versus-all of 5')
})

test('an epoch without signal is NaN with quality 0 and spoils no other', async () => {
  const samples = noise.samples.slice()
  samples.fill(Number.NaN, 6000, 9000)
  samples.fill(7, 12000, 15000)
  const result = await imported('eeg_std eeg_beta').stage({ eeg: [{ ...noise, samples }] })
  const stages = mostProbableStages(result.probabilities)
  expect(stages.map((stage, i) => (stage === '?' ? i : -1)).filter((i) => i >= 0)).toEqual([2, 4])
  expect(result.quality[2]).toBe(0)
})

test('every feature belongs to a group, and names that YASA does not have to none', () => {
  for (const name of yasaFeatures({
    eeg: noise,
    eog: noise,
    emg: noise,
    ageYears: 1,
    male: true,
  }).keys()) {
    expect(YASA_GROUPS).toContain(yasaFeatureGroup(name))
  }
  const foreign = ['emg_beta', 'eog_dt', 'eeg_std_c8min_norm', 'constructor', 'eeg_constructor']
  expect(foreign.map(yasaFeatureGroup)).toEqual(foreign.map(() => undefined))
})

type Golden = {
  readonly features: { readonly columns: string[]; readonly float32_rows: number[][] }
  readonly models: Readonly<Record<string, { readonly proba: number[][]; readonly pred: string[] }>>
}

describe.skipIf(!hasShared('golden/eeg'))(`against YASA 0.7.0 (${SHARED_MISSING})`, () => {
  const golden = sharedJson<Golden>('golden/eeg/yasa_staging_synth.json')
  const file = readFileSync(
    sharedPath('golden/eeg/src/synth_120ep_100Hz_3ch_i16_0p1uV_chmajor.bin'),
  )
  const [eeg, eog, emg] = ['C4-M1', 'E1-M2', 'EMG'].map((label, c): Channel => {
    const samples = new Float32Array(360_000)
    for (let i = 0; i < samples.length; i++) {
      samples[i] = file.readInt16LE(2 * (c * samples.length + i)) * 0.1
    }
    return { label, unit: 'uV', rateHz: 100, samples }
  }) as [Channel, Channel, Channel]
  const features = yasaFeatures({ eeg, eog, emg, ageYears: 29, male: true })

  /** Largest error of a column, relative where the values are large. */
  function errorOf(name: string, from: number, to: number): number {
    const j = golden.features.columns.indexOf(name)
    const rows = golden.features.float32_rows.slice(from, to)
    const errors = rows.map((row, i) => {
      return Math.abs(row[j]! - features.get(name)![from + i]!) / Math.max(1, Math.abs(row[j]!))
    })
    return Math.max(...errors)
  }

  test('the 151 features are its features to 1e-6', () => {
    expect([...features.keys()].sort()).toEqual(golden.features.columns)
    for (const name of golden.features.columns.filter((column) => !column.includes('nzc'))) {
      expect(errorOf(name, 0, 120)).toBeLessThan(1e-6)
    }
  })

  test('zero crossings agree but for the first and last sample, where the filter gives 0 by design', () => {
    for (const name of ['eeg_nzc', 'eog_nzc', 'emg_nzc']) {
      expect(errorOf(name, 1, 119)).toBe(0)
      expect(errorOf(name, 0, 120)).toBeLessThanOrEqual(1 / 275)
    }
  })

  test('a recording at another rate gives nearly the same features', () => {
    const samples = Float32Array.from(resampleTo(eeg.samples, 100, 256))
    const other = yasaFeatures({ eeg: { ...eeg, rateHz: 256, samples } })
    for (const name of [
      'eeg_std',
      'eeg_sigma',
      'eeg_perm',
      'eeg_higuchi',
      'eeg_fdelta_c7min_norm',
    ]) {
      const [was, is] = [features.get(name)!, other.get(name)!]
      expect(is).toHaveLength(120)
      expect(Math.max(...was.map((v, i) => Math.abs(v - is[i]!) / Math.max(1, v)))).toBeLessThan(
        0.02,
      )
    }
  })

  test.skipIf(!hasShared('models/yasa'))(
    'its classifiers give its stages from the raw samples',
    async () => {
      for (const name of ['eeg', 'eeg+eog+emg']) {
        const path = `clf_${name}_lgb_0.5.0.joblib`
        const bytes = new Uint8Array(readFileSync(sharedPath(`models/yasa/${path}`)))
        const model = importModel([{ name: path, bytes }])
        if (!model.ok) throw new Error(model.problem.got)
        expect(model.value.card).toMatchObject({ name: `YASA ${name}`, licence: 'BSD-3-Clause' })
        const result = await model.value.stage({ eeg: [eeg], eog: [eog], emg: [emg] })
        const stages = mostProbableStages(result.probabilities)
        const wanted = golden.models[name]!.pred.map((stage) =>
          stage[0] === 'W' ? 'W' : stage[0] === 'R' ? 'R' : stage,
        )
        expect(stages).toEqual(wanted)
      }
    },
  )
})
