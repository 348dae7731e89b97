import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ascii } from '#test/model-files.ts'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '#test/shared.ts'
import { lightGbmTextInJoblib } from './joblib.ts'
import { parseLightGbm } from './lightgbm.ts'
import { type TreeEnsemble, treeContributions, treeOutputs, treeScores } from './tree-ensemble.ts'

/** One tree: a < 1 ? (b < -2 ? 10 : 20) : 30, with counts 1, 3 and 4. */
function model(change: Readonly<Record<string, string>> = {}): Uint8Array {
  const fields = {
    objective: 'regression',
    num_tree_per_iteration: '1',
    num_cat: '0',
    decision_type: '2 2',
    left_child: '1 -1',
    split_feature: '0 1',
    ...change,
  }
  return ascii(
    `tree\nversion=v3\nnum_class=1\nnum_tree_per_iteration=${fields.num_tree_per_iteration}\n` +
      `label_index=0\nmax_feature_idx=1\nobjective=${fields.objective}\nfeature_names=a b\n` +
      `feature_infos=none none\ntree_sizes=1\n\nTree=0\nnum_leaves=3\nnum_cat=${fields.num_cat}\n` +
      `split_feature=${fields.split_feature}\nsplit_gain=1 1\nthreshold=1 -2\n` +
      `decision_type=${fields.decision_type}\nleft_child=${fields.left_child}\nright_child=-3 -2\n` +
      'leaf_value=10 20 30\nleaf_weight=1 1 1\nleaf_count=1 3 4\ninternal_value=0 0\n' +
      'internal_count=8 4\nis_linear=0\nshrinkage=1\n\n\nend of trees\n\nfeature_importances:\na=1\n',
  )
}

function parsed(bytes: Uint8Array): TreeEnsemble {
  const trees = parseLightGbm(bytes)
  if (!trees.ok) throw new Error(`${trees.problem.where}: ${trees.problem.got}`)
  return trees.value
}

function refusal(bytes: Uint8Array): string {
  const trees = parseLightGbm(bytes)
  return trees.ok ? '' : `${trees.problem.code} ${trees.problem.got}`
}

test('a LightGBM text model is read into flat columns and asked', () => {
  const trees = parsed(model())
  const rows = Float64Array.from([0, -3, 1, 0, 2, 0])
  expect([...treeOutputs(trees, rows)]).toEqual([10, 20, 30])
})

test('missing values follow the rule that each split was trained with', () => {
  const rows = Float64Array.from([Number.NaN, -3, 0, Number.NaN])
  expect([...treeScores(parsed(model()), rows)]).toEqual([10, 20])
  const nanRight = parsed(model({ decision_type: '8 10' }))
  expect([...treeScores(nanRight, rows)]).toEqual([30, 10])
  const zeroLeft = parsed(model({ decision_type: '2 6' }))
  expect([...treeScores(zeroLeft, Float64Array.from([0, 0, 0, 1]))]).toEqual([10, 20])
})

test('the contributions of the features and the mean add up to the score', () => {
  const trees = parsed(model())
  const rows = Float64Array.from([0, -3, 2, 0])
  const parts = treeContributions(trees, rows, Int32Array.of(0, 1), 2)
  expect(trees.nodeMean[0]).toBe((10 + 3 * 20 + 4 * 30) / 8)
  expect([...parts]).toEqual([17.5 - 23.75, 10 - 17.5, 30 - 23.75, 0])
})

test('what cannot be computed faithfully is refused by name', () => {
  expect(refusal(model({ num_cat: '1' }))).toBe('MODEL_UNSUPPORTED categorical splits')
  expect(refusal(model({ decision_type: '2 1' }))).toBe('MODEL_UNSUPPORTED a categorical decision')
  expect(refusal(model({ objective: 'poisson' }))).toBe('MODEL_UNSUPPORTED "poisson"')
  expect(refusal(model({ left_child: '1 0' }))).toBe('MODEL_FORMAT children that form no tree')
  expect(refusal(model({ left_child: '1 7' }))).toBe('MODEL_FORMAT children that form no tree')
  expect(refusal(model({ split_feature: '0 2' }))).toBe('MODEL_FORMAT feature 2')
  expect(refusal(model({ num_tree_per_iteration: '5' }))).toBe('MODEL_TRUNCATED 1')
  expect(refusal(ascii('{"not": "a model"}'))).toBe('MODEL_FORMAT other text')
})

test('a binary model answers with a probability', () => {
  const trees = parsed(model({ objective: 'binary sigmoid:0.1' }))
  expect(treeOutputs(trees, Float64Array.from([0, -3]))[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12)
})

test('a text cut anywhere is a problem or a smaller model, never an exception', () => {
  const whole = model()
  for (let length = 0; length < whole.length; length += 3) {
    expect(() => parseLightGbm(whole.subarray(0, length))).not.toThrow()
  }
})

type Golden = {
  readonly features: { readonly columns: string[]; readonly float32_rows: number[][] }
  readonly models: Readonly<Record<string, { readonly proba: number[][] }>>
}

describe.skipIf(!hasShared('models/yasa'))(`YASA's classifiers (${SHARED_MISSING})`, () => {
  const golden = sharedJson<Golden>('golden/eeg/yasa_staging_synth.json')

  test.each(['eeg', 'eeg+eog', 'eeg+eog+emg'])(
    'the 2000 trees of the %s classifier give its probabilities to 1e-10',
    (name) => {
      const file = readFileSync(sharedPath(`models/yasa/clf_${name}_lgb_0.5.0.joblib`))
      const text = lightGbmTextInJoblib(new Uint8Array(file))
      if (!text.ok) throw new Error(text.problem.got)
      const trees = parsed(text.value)
      expect(trees.root).toHaveLength(2000)
      const columns = trees.featureNames.map((feature) => golden.features.columns.indexOf(feature))
      const rows = golden.features.float32_rows.flatMap((row) =>
        columns.map((column) => Math.fround(row[column]!)),
      )
      const out = treeOutputs(trees, Float64Array.from(rows))
      const wanted = golden.models[name]!.proba.flat()
      expect(Math.max(...wanted.map((p, i) => Math.abs(p - out[i]!)))).toBeLessThan(1e-10)
    },
  )
})
