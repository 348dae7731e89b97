import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ascii, writeTar, writeTorchState } from '#test/model-files.ts'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '#test/shared.ts'
import { seededRandom } from '../../math/random.ts'
import type { Channel } from '../../signal/recording.ts'
import { importModel } from './import-model.ts'
import type { ImportedModel } from './imported-model.ts'
import { publishedModels } from './published-model.ts'
import { readRobustSleepNet } from './robust-sleep-net-layers.ts'
import { windowLogits } from './robust-sleep-net-network.ts'
import { logSpectra, prepareChannel } from './robust-sleep-net-signal.ts'
import { addWindow, lastEpochProbabilities, windowStarts } from './robust-sleep-net-windows.ts'

/** A network of the right make with few cells and random weights. */
function smallNetwork(seed: number): Uint8Array {
  const random = seededRandom(seed)
  const tensors: Record<string, { shape: readonly number[]; data: number[] }> = {}
  const add = (name: string, ...shape: number[]): void => {
    const length = shape.reduce((product, n) => product * n, 1)
    tensors[name] = { shape, data: Array.from({ length }, () => 0.7 * random.normal()) }
  }
  const layer = (name: string, outputs: number, inputs: number): void => {
    add(`${name}.weight`, outputs, inputs)
    add(`${name}.bias`, outputs)
  }
  const attention = (name: string, inputs: number): void => {
    layer(`${name}.context_matrix`, 3, inputs)
    add(`${name}.context_vector.weight`, 1, 3)
  }
  const unit = (name: string, cells: number, inputs: number): void => {
    for (const end of ['l0', 'l0_reverse']) {
      add(`${name}.weight_ih_${end}`, 3 * cells, inputs)
      add(`${name}.weight_hh_${end}`, 3 * cells, cells)
      add(`${name}.bias_ih_${end}`, 3 * cells)
      add(`${name}.bias_hh_${end}`, 3 * cells)
    }
  }
  layer('encoder_eeg.encoder.filter_reduction', 4, 65)
  attention('encoder_eeg.encoder.channel_attention.attention_0', 4)
  attention('encoder_eeg.encoder.channel_attention.attention_1', 4)
  unit('encoder_eeg.encoder.gru', 5, 8)
  layer('reducer_eeg.reduction', 6, 10)
  attention('reducer_eeg.attention', 6)
  layer('sequence_encoder.encoder.0.residual_connection', 8, 6)
  unit('sequence_encoder.encoder.0.gru', 4, 6)
  layer('classifier', 5, 8)
  return writeTar({
    'net_params.json': ascii('{"encoders": {"eeg": {"type": "RobustSleepEncoder"}}}'),
    'state.torch': writeTorchState(tensors),
  })
}

function imported(seeds: readonly number[], options = {}): ImportedModel {
  const files = seeds.map((seed) => ({ name: `${seed}.gz`, bytes: smallNetwork(seed) }))
  const model = importModel(files, options)
  if (!model.ok) throw new Error(`${model.problem.where}: ${model.problem.got}`)
  return model.value
}

function noise(minutes: number, seed = 1, rateHz = 100): Channel {
  const random = seededRandom(seed)
  const samples = Float32Array.from({ length: minutes * 60 * rateHz }, (_, i) => {
    return 30 * random.normal() * (1.5 + Math.sin(i / 9000))
  })
  return { label: `EEG ${seed}`, unit: 'uV', rateHz, samples }
}

test('the gain and the polarity of the amplifier change nothing', async () => {
  const channel = noise(14)
  const model = imported([1])
  const { probabilities } = await model.stage({ eeg: [channel] })
  for (const gain of [0.5, 2, 64]) {
    const scaled = { ...channel, samples: channel.samples.map((v) => v * gain) }
    expect((await model.stage({ eeg: [scaled] })).probabilities).toEqual(probabilities)
  }
  const flipped = { ...channel, samples: channel.samples.map((v) => -v) }
  const upsideDown = (await model.stage({ eeg: [flipped] })).probabilities
  expect(Math.max(...upsideDown.map((p, i) => Math.abs(p - probabilities[i]!)))).toBeLessThan(1e-4)
})

test('any number of EEG and EOG channels will do, in any order', async () => {
  const model = imported([1])
  const [a, b, c] = [noise(12, 1), noise(12, 2), noise(12, 3, 128)]
  const one = (await model.stage({ eeg: [a, b], eog: [c] })).probabilities
  const other = (await model.stage({ eeg: [c, a, b] })).probabilities
  expect(one.every((p, i) => Math.abs(p - other[i]!) < 1e-6)).toBe(true)
})

test('an ensemble is the mean of its members, and its hash does not depend on their order', async () => {
  const input = { eeg: [noise(10.5)] }
  const both = imported([1, 2])
  const rows = await Promise.all([both, imported([1]), imported([2])].map((m) => m.stage(input)))
  const [mean, first, second] = rows.map(({ probabilities }) => probabilities)
  expect(mean!.every((p, i) => Math.abs(p - (first![i]! + second![i]!) / 2) < 1e-6)).toBe(true)
  expect(both.card.hash).toBe(imported([2, 1]).card.hash)
  expect(both.card.name).toBe('RobustSleepNet x 2')
})

test('a recording shorter than a window is read in one piece, and progress reaches 1', async () => {
  const heard: number[] = []
  const result = await imported([1]).stage({ eeg: [noise(2.2)] }, (fraction) =>
    heard.push(fraction),
  )
  expect(result.probabilities).toHaveLength(4 * 5)
  expect(result.probabilities.subarray(0, 5).reduce((a, b) => a + b)).toBeCloseTo(1, 6)
  expect(heard.at(-1)).toBe(1)
})

test('windows lie inside the recording and cover every epoch', () => {
  expect(windowStarts(50, 10)).toEqual([0, 10, 20, 29])
  expect(windowStarts(50, 10, 5)).toEqual([0, 5, 15, 25, 29])
  expect(windowStarts(21, 10)).toEqual([0])
  expect(windowStarts(3, 10)).toEqual([0])
  expect(windowStarts(0, 10)).toEqual([])
})

test('a gap or a lost electrode is NaN with quality 0 and hardly moves its neighbours', async () => {
  const channel = noise(15)
  const samples = channel.samples.slice()
  samples.fill(Number.NaN, 30_000, 36_000)
  const whole = await imported([1]).stage({ eeg: [channel] })
  const result = await imported([1]).stage({ eeg: [{ ...channel, samples }] })
  expect([...result.probabilities.subarray(50, 60)].every(Number.isNaN)).toBe(true)
  expect([...result.quality.subarray(9, 13)]).toEqual([1, 0, 0, 1])
  const far = [...result.probabilities.subarray(0, 40)]
  expect(far.every((p, i) => Math.abs(p - whole.probabilities[i]!) < 0.2)).toBe(true)
})

test('live, nothing of the future reaches an epoch', async () => {
  const model = imported([1], { causal: true })
  expect(model.card.causal).toBe(true)
  const channel = noise(4)
  const whole = (await model.stage({ eeg: [channel] })).probabilities
  const half = { ...channel, samples: channel.samples.subarray(0, 12_000) }
  expect((await model.stage({ eeg: [half] })).probabilities).toEqual(whole.subarray(0, 20))
})

test('a channel at 60 Hz or less, or no channel, is refused in words', () => {
  const checked = imported([1]).check({ eeg: [noise(2, 1, 50)] })
  expect(checked.ok ? '' : checked.problem.got).toBe('50 Hz')
  expect(imported([1]).check({ eeg: [] }).ok).toBe(false)
})

test('a network whose tensors do not fit is a problem that names the tensor', () => {
  const state = writeTorchState({
    'encoder_eeg.encoder.filter_reduction.weight': { shape: [2], data: [1, 2] },
  })
  const settings = ascii('{"type": "RobustSleepEncoder"}')
  const read = readRobustSleepNet(writeTar({ 'net_params.json': settings, 'state.torch': state }))
  expect(read.ok ? '' : read.problem.where).toBe(
    'tensor encoder_eeg.encoder.filter_reduction.weight',
  )
})

type Golden = {
  readonly prep_first2epochs_ch0: number[]
  readonly proba_stride1: number[][]
  readonly proba_stride10: number[][]
  readonly proba_stride21: number[][]
  readonly proba_causal_last_position: number[][]
  readonly window_epochs_10_30_logits: number[][]
}

const FOLDER = 'models/robustsleepnet'
const there = hasShared(FOLDER) && hasShared('golden/eeg')

describe.skipIf(!there)(`against RobustSleepNet in torch (${SHARED_MISSING})`, () => {
  const golden = sharedJson<Golden>('golden/eeg/robustsleepnet_synth.json')
  const bytes = readFileSync(sharedPath(`${FOLDER}/0dfcee73-055a-4c4d-929c-8fdf630e14f1.gz`))
  const read = readRobustSleepNet(new Uint8Array(bytes))
  if (!read.ok) throw new Error(read.problem.got)
  const weights = read.value
  const file = readFileSync(
    sharedPath('golden/eeg/src/synth_120ep_100Hz_3ch_i16_0p1uV_chmajor.bin'),
  )
  const prepared = [0, 1].map((c) => {
    const samples = Float32Array.from({ length: 360_000 }, (_, i) => {
      return file.readInt16LE(2 * (c * 360_000 + i)) * 0.1
    })
    return prepareChannel({ label: `${c}`, unit: 'uV', rateHz: 100, samples })
  })
  const padded = prepared.map((x) => {
    const zeros = new Float32Array(x.length + 60 * 1800)
    zeros.set(x, 30 * 1800)
    return logSpectra(zeros, 180, true)
  })

  function worst(wanted: number[][], at: (epoch: number, k: number) => number): number {
    return Math.max(...wanted.flatMap((row, i) => row.map((p, k) => Math.abs(p - at(i, k)))))
  }

  test('the prepared signal is its signal to 1e-6', () => {
    const errors = golden.prep_first2epochs_ch0.map((v, i) => Math.abs(v - prepared[0]![i]!))
    expect(Math.max(...errors)).toBeLessThan(1e-6)
  })

  test('the logits of a window are its logits to 2e-5', () => {
    const logits = windowLogits(weights, padded, 40, 21)
    const error = worst(golden.window_epochs_10_30_logits, (i, k) => logits[i * 5 + k]!)
    expect(error).toBeLessThan(2e-5)
  })

  test.each([
    ['proba_stride10', 10],
    ['proba_stride21', 21],
  ] as const)('with its zero padding, %s is reproduced to 1e-5', (name, stride) => {
    const sum = new Float64Array(900)
    const counts = new Float64Array(180)
    for (let start = 0; start <= 159; start += stride)
      addWindow(weights, padded, start, sum, counts)
    const error = worst(golden[name], (i, k) => sum[(i + 30) * 5 + k]! / counts[i + 30]!)
    expect(error).toBeLessThan(1e-5)
  })

  test('the last position of a window is its live answer to 2e-5', () => {
    const epochs = [0, 5, 60, 119]
    const rows = epochs.map((epoch) => lastEpochProbabilities(weights, padded, epoch + 30))
    const wanted = epochs.map((epoch) => golden.proba_causal_last_position[epoch]!)
    expect(worst(wanted, (i, k) => rows[i]![k]!)).toBeLessThan(2e-5)
  })

  test('a folder of its eight files, licence and summary included, is one ensemble with a card', () => {
    const files = readdirSync(sharedPath(FOLDER)).map((name) => {
      return { name, bytes: new Uint8Array(readFileSync(sharedPath(`${FOLDER}/${name}`))) }
    })
    const model = importModel(files)
    if (!model.ok) throw new Error(model.problem.got)
    const { name, licence, figures, trainedOn } = model.value.card
    expect(trainedOn).toBe('DOD-H, DOD-O, MASS, MESA, MrOS, SHHS, Sleep-EDF')
    expect({ name, licence }).toEqual({ name: 'RobustSleepNet x 8', licence: 'MIT' })
    expect(figures).toHaveLength(8)
    const published = publishedModels.find(({ id }) => id === 'robustsleepnet')
    expect(published?.files).toHaveLength(8)
  })
})
