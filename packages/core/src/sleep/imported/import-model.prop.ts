import fc from 'fast-check'
import { zlibSync } from 'fflate'
import { expect, test } from 'vitest'
import { ascii, writeTar, writeTorchState } from '#test/model-files.ts'
import { importModel } from './import-model.ts'

const TEXT = ascii(
  'tree\nversion=v3\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=0\n' +
    'objective=regression\nfeature_names=eeg_std\n\nTree=0\nnum_leaves=2\nnum_cat=0\n' +
    'split_feature=0\nthreshold=1\ndecision_type=2\nleft_child=-1\nright_child=-2\n' +
    'leaf_value=1 2\nleaf_count=1 1\n\n\nend of trees\n',
)
const STATE = writeTorchState({
  'encoder_eeg.encoder.filter_reduction.weight': { shape: [1, 2], data: [1, 2] },
})
const SEEDS = [
  TEXT,
  zlibSync(TEXT),
  writeTar({ 'net_params.json': ascii('"RobustSleepEncoder"'), 'state.torch': STATE }),
  ascii('{"format": "nocturne-onnx-stager"}'),
]

test('bytes changed at random are refused in words or read: never an exception', () => {
  const change = fc.record({
    seed: fc.nat({ max: SEEDS.length - 1 }),
    cut: fc.nat({ max: 4000 }),
    edits: fc.array(fc.tuple(fc.nat({ max: 4000 }), fc.nat({ max: 255 })), { maxLength: 12 }),
  })
  fc.assert(
    fc.property(change, ({ seed, cut, edits }) => {
      const bytes = SEEDS[seed]!.slice(0, Math.max(1, SEEDS[seed]!.length - (cut % 300)))
      for (const [at, value] of edits) bytes[at % bytes.length] = value
      const files = [{ name: 'a.bin', bytes }]
      const model = importModel(files)
      if (!model.ok) expect(model.problem.code).toMatch(/^MODEL_/)
    }),
    { seed: 4, numRuns: 800 },
  )
})

test('a bomb of zeros is stopped at a limit, and a declared size is not trusted', () => {
  const bomb = importModel([{ name: 'bomb.joblib', bytes: zlibSync(new Uint8Array(66 << 20)) }])
  expect(bomb.ok ? '' : bomb.problem.code).toBe('MODEL_TOO_LARGE')
  const liar = STATE.slice()
  liar[liar.length - 13] = 0x7f
  const tar = writeTar({ 'net_params.json': ascii('"RobustSleepEncoder"'), 'state.torch': liar })
  const model = importModel([{ name: 'liar.gz', bytes: tar }])
  expect(model.ok ? '' : model.problem.code).toBe('MODEL_TRUNCATED')
})
