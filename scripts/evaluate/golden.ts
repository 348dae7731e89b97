import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeProblem } from '../../packages/core/src/math/result.ts'
import { designFir } from '../../packages/core/src/signal/fir.ts'
import type { Channel } from '../../packages/core/src/signal/recording.ts'
import { type ImportedModel, importModel } from '../../packages/core/src/sleep/imported/index.ts'
import { readRobustSleepNet } from '../../packages/core/src/sleep/imported/robust-sleep-net-layers.ts'
import { windowLogits } from '../../packages/core/src/sleep/imported/robust-sleep-net-network.ts'
import {
  logSpectra,
  prepareChannel,
} from '../../packages/core/src/sleep/imported/robust-sleep-net-signal.ts'
import { addWindow } from '../../packages/core/src/sleep/imported/robust-sleep-net-windows.ts'
import { yasaFeatures } from '../../packages/core/src/sleep/imported/yasa-features.ts'
import { sharedJson, sharedPath } from '../../test/shared.ts'

/**
 * How far the imported stagers are from the programs they come from, on the same made-up hour: the
 * largest differences, as a table. Needs the shared test material.
 * `npx tsx --conditions=nocturne:src scripts/evaluate/golden.ts`
 */
type Rows = readonly (readonly number[])[]

type Design = {
  readonly sf: number
  readonly l: number
  readonly h: number
  readonly l_trans_bandwidth?: number
  readonly h_trans_bandwidth?: number
  readonly taps: readonly number[]
}

type YasaGolden = {
  readonly features: { readonly columns: string[]; readonly float32_rows: Rows }
  readonly models: Readonly<Record<string, { readonly proba: Rows }>>
}

type NetworkGolden = {
  readonly proba_stride1: Rows
  readonly proba_stride10: Rows
  readonly proba_stride21: Rows
  readonly window_epochs_10_30_logits: Rows
}

/** YASA's classes N1 N2 N3 R W as places in STAGES. */
const YASA_STAGES = [1, 2, 3, 4, 0] as const
const EPOCHS = 120
const MARGIN = 30

const [eeg, eog, emg] = channels()
console.log('| what | beside | compared | largest difference |\n|---|---|---|---|')
compareFilters()
const yasa = sharedJson<YasaGolden>('golden/eeg/yasa_staging_synth.json')
compareFeatures()
for (const name of ['eeg', 'eeg+eog', 'eeg+eog+emg']) await compareYasa(name)
compareNetwork()

function channels(): readonly [Channel, Channel, Channel] {
  const file = readFileSync(
    sharedPath('golden/eeg/src/synth_120ep_100Hz_3ch_i16_0p1uV_chmajor.bin'),
  )
  const channel = (label: string, c: number): Channel => {
    const samples = Float32Array.from({ length: EPOCHS * 3000 }, (_, i) => {
      return file.readInt16LE(2 * (c * EPOCHS * 3000 + i)) * 0.1
    })
    return { label, unit: 'uV', rateHz: 100, samples }
  }
  return [channel('C4-M1', 0), channel('E1-M2', 1), channel('EMG', 2)]
}

function row(what: string, beside: string, compared: string, difference: number): void {
  console.log(`| ${what} | ${beside} | ${compared} | ${difference.toExponential(1)} |`)
}

function worst(wanted: Rows, got: (i: number, k: number) => number): number {
  return Math.max(...wanted.flatMap((values, i) => values.map((v, k) => Math.abs(v - got(i, k)))))
}

function compareFilters(): void {
  const { designs } = sharedJson<{ readonly designs: Readonly<Record<string, Design>> }>(
    'golden/eeg/mne_fir_designs.json',
  )
  const errors = Object.values(designs).map((design) => {
    const own = designFir({
      rateHz: design.sf,
      lowHz: design.l,
      highHz: design.h,
      lowTransitionHz: design.l_trans_bandwidth,
      highTransitionHz: design.h_trans_bandwidth,
    })
    return Math.max(...design.taps.map((tap, i) => Math.abs(tap - own[i]!)))
  })
  row('FIR taps', 'MNE', `${errors.length} designs`, Math.max(...errors))
}

function compareFeatures(): void {
  const own = yasaFeatures({ eeg, eog, emg, ageYears: 29, male: true })
  const { columns, float32_rows: rows } = yasa.features
  const errors = columns.map((name, j) => {
    return Math.max(
      ...rows.map((wanted, i) => {
        return Math.abs(wanted[j]! - own.get(name)![i]!) / Math.max(1, Math.abs(wanted[j]!))
      }),
    )
  })
  const crossings = columns.map((name) => name.includes('nzc'))
  const compared = `${rows.length} epochs x ${columns.length}`
  const largest = (kind: boolean): number =>
    Math.max(...errors.filter((_, j) => crossings[j] === kind))
  row('features', 'YASA 0.7.0', compared, largest(false))
  row('zero crossings (relative)', 'YASA 0.7.0', 'first and last epoch', largest(true))
}

async function compareYasa(name: string): Promise<void> {
  const file = `clf_${name}_lgb_0.5.0.joblib`
  const model = opened([sharedPath(`models/yasa/${file}`)])
  const { probabilities } = await model.stage({ eeg: [eeg], eog: [eog], emg: [emg] })
  const wanted = yasa.models[name]!.proba
  const got = (first: number) => (i: number, k: number) =>
    probabilities[(i + first) * 5 + YASA_STAGES[k]!]!
  row(`probabilities, ${name}`, 'YASA 0.7.0', '120 epochs', worst(wanted, got(0)))
  const inner = worst(wanted.slice(1, -1), got(1))
  row(`probabilities, ${name}`, 'YASA 0.7.0', 'epochs 2 to 119', inner)
}

function opened(paths: readonly string[]): ImportedModel {
  const files = paths.map((path) => ({ name: path, bytes: new Uint8Array(readFileSync(path)) }))
  const model = importModel(files)
  if (!model.ok) throw new Error(describeProblem(model.problem))
  return model.value
}

/** Padded with 15 minutes of zeros at both ends, as the reference does and this program does not. */
function compareNetwork(): void {
  const golden = sharedJson<NetworkGolden>('golden/eeg/robustsleepnet_synth.json')
  const folder = sharedPath('models/robustsleepnet')
  const name = readdirSync(folder).find((file) => file.startsWith('0dfcee73'))!
  const weights = readRobustSleepNet(new Uint8Array(readFileSync(join(folder, name))))
  if (!weights.ok) throw new Error(describeProblem(weights.problem))
  const epochs = EPOCHS + 2 * MARGIN
  const padded = [eeg, eog].map((channel) => {
    const zeros = new Float32Array(epochs * 1800)
    zeros.set(prepareChannel(channel), MARGIN * 1800)
    return logSpectra(zeros, epochs, true)
  })
  const logits = windowLogits(weights.value, padded, MARGIN + 10, 21)
  const error = worst(golden.window_epochs_10_30_logits, (i, k) => logits[i * 5 + k]!)
  row('logits of a window', 'RobustSleepNet in torch', '21 epochs', error)
  for (const stride of [1, 10, 21] as const) {
    const sum = new Float64Array(epochs * 5)
    const counts = new Float64Array(epochs)
    for (let start = 0; start <= epochs - 21; start += stride) {
      addWindow(weights.value, padded, start, sum, counts)
    }
    const wanted = golden[`proba_stride${stride}`]
    const got = (i: number, k: number): number => sum[(i + MARGIN) * 5 + k]! / counts[i + MARGIN]!
    row(
      `probabilities, stride ${stride}`,
      'RobustSleepNet in torch',
      '120 epochs',
      worst(wanted, got),
    )
  }
}
