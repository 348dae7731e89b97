import { expect, test } from 'vitest'
import { ascii } from '#test/model-files.ts'
import type { Channel } from '../../signal/recording.ts'
import { mostProbableStages } from '../stage/model.ts'
import { importModel } from './import-model.ts'
import type { ImportedModel } from './imported-model.ts'
import { ONNX_MANIFEST_FORMAT, readOnnxManifest } from './onnx-manifest.ts'
import type { OnnxRuntime, OnnxTensor } from './onnx-runtime.ts'

const MANIFEST = {
  format: ONNX_MANIFEST_FORMAT,
  version: 1,
  name: 'Loudness',
  modelVersion: '1',
  input: { name: 'x', layout: 'epochs,channels,samples', channels: ['eeg', 'eog'] },
  output: { name: 'y', rows: 'every epoch', values: 'logits' },
  rateHz: 50,
  normalisation: 'none',
  epochS: 30,
  contextEpochs: 4,
  classes: ['R', 'W', 'N1', 'N2', 'N3'],
  causal: false,
  licence: 'CC0-1.0',
  card: 'A toy.',
  trainedOn: 'nothing',
  figures: [],
}

/** EEG epoch e is the constant e + 1; the EOG is zero. */
function stairs(epochs: number): { eeg: Channel[]; eog: Channel[] } {
  const samples = Float32Array.from({ length: epochs * 1500 }, (_, i) => {
    return 1 + Math.floor(i / 1500) + (i % 2 ? 1e-3 : -1e-3)
  })
  const eeg = [{ label: 'C4', unit: 'uV', rateHz: 50, samples }]
  return { eeg, eog: [{ label: 'E1', unit: 'uV', rateHz: 50, samples: samples.map((v) => v % 1) }] }
}

/** Gives class `mean % 5` for an epoch whose EEG has this mean, and remembers what it was given. */
function toyRuntime(rows: number, seen: OnnxTensor[] = []): OnnxRuntime {
  return {
    open: () =>
      Promise.resolve({
        run: ({ x }) => {
          seen.push(x!)
          const data = new Float32Array(rows * 5)
          for (let e = 0; e < rows; e++) {
            const epoch = x!.data.subarray(e * 3000, e * 3000 + 1500)
            const level = Math.round(epoch.reduce((a, b) => a + b, 0) / 1500)
            data[e * 5 + (level % 5)] = 9
          }
          return Promise.resolve({ y: { dims: [1, rows, 5], data } })
        },
      }),
  }
}

function imported(change: object, onnxRuntime?: OnnxRuntime): ImportedModel {
  const files = [
    { name: 'toy.onnx', bytes: ascii('not looked at') },
    { name: 'toy.json', bytes: ascii(JSON.stringify({ ...MANIFEST, ...change })) },
  ]
  const model = importModel(files, onnxRuntime ? { onnxRuntime } : {})
  if (!model.ok) throw new Error(`${model.problem.where}: ${model.problem.got}`)
  return model.value
}

test('an ONNX network runs through the runtime that the shell brings, in windows of its context', async () => {
  const seen: OnnxTensor[] = []
  const model = imported({}, toyRuntime(4, seen))
  expect(model.check(stairs(6)).ok).toBe(true)
  const result = await model.stage(stairs(6))
  // Levels 1..6 are columns 1 2 3 4 0 1 of R W N1 N2 N3.
  expect(mostProbableStages(result.probabilities)).toEqual(['W', 'N1', 'N2', 'N3', 'R', 'W'])
  expect(seen.map(({ dims }) => dims)).toEqual([
    [1, 4, 2, 1500],
    [1, 4, 2, 1500],
  ])
  expect(result.model).toMatchObject({ name: 'Loudness', version: '1' })
})

test('without a runtime the problem says which package to install', () => {
  const checked = imported({}).check(stairs(6))
  expect(checked.ok ? '' : checked.problem.code).toBe('MODEL_RUNTIME')
  expect(checked.ok ? '' : checked.problem.expected).toContain('npm install onnxruntime-node')
})

test('a network that answers for one epoch is asked for each, zeros beyond the ends', async () => {
  const seen: OnnxTensor[] = []
  const output = { ...MANIFEST.output, rows: 'one epoch' }
  await imported({ output }, toyRuntime(1, seen)).stage(stairs(3))
  expect(seen).toHaveLength(3)
  expect(seen[0]!.data.subarray(0, 6000).every((v) => v === 0)).toBe(true)
  expect(seen[0]!.data[6000]).toBeCloseTo(1, 2)
  const causal: OnnxTensor[] = []
  await imported({ output, causal: true }, toyRuntime(1, causal)).stage(stairs(3))
  expect(causal[2]!.data[9000]).toBeCloseTo(3, 2)
})

test('an answer of another size than promised is not believed', async () => {
  await expect(imported({}, toyRuntime(3)).stage(stairs(4))).rejects.toThrow(
    'got 15 values, expected 4 x 5',
  )
})

test('a recording that lacks a channel is refused before anything runs', () => {
  const checked = imported({}, toyRuntime(4)).check({ eeg: stairs(2).eeg })
  expect(checked.ok ? '' : checked.problem.where).toBe('EOG channels')
})

test('the problem of a manifest names the field', () => {
  const wrong = (change: object): string => {
    const read = readOnnxManifest(JSON.stringify({ ...MANIFEST, ...change }))
    return read.ok ? 'ok' : read.problem.where
  }
  expect(wrong({})).toBe('ok')
  expect(wrong({ filter: { lowHz: 0.3, highHz: 20, order: 2 } })).toBe('ok')
  expect(wrong({ filter: { lowHz: 0.3, highHz: 25, order: 2 } })).toBe('manifest highHz')
  expect(wrong({ classes: ['W', 'W', 'N1', 'N2', 'N3'] })).toBe('manifest classes')
  expect(wrong({ rateHz: '100' })).toBe('manifest rateHz')
  expect(wrong({ contextEpochs: 1.5 })).toBe('manifest contextEpochs')
  expect(wrong({ input: undefined })).toBe('manifest name')
  expect(wrong({ licence: '' })).toBe('manifest licence')
  expect(wrong({ figures: [{ set: 'x', people: 3, accuracy: 2, kappa: 0 }] })).toBe(
    'manifest accuracy',
  )
  expect(readOnnxManifest('{').ok).toBe(false)
})

test('an ONNX file alone asks for its manifest', () => {
  const model = importModel([{ name: 'toy.onnx', bytes: ascii('x') }])
  expect(model.ok ? '' : model.problem.expected).toBe('one JSON manifest beside the ONNX file')
})
