import { quantileOfPresent } from '../../math/quantile.ts'
import { filterBand } from '../../signal/fir.ts'
import { bridgeGaps } from '../../signal/gap.ts'
import type { Channel } from '../../signal/recording.ts'
import { resampleTo } from '../../signal/resample.ts'
import { EPOCH_S } from '../stage/stage.ts'
import { YASA_EPOCH_SAMPLES, YASA_HZ, type YasaKind, yasaEpochFeatures } from './yasa-epoch.ts'

/**
 * What YASA is given: a channel of each kind that there is, and the sleeper's age and sex if known.
 */
export type YasaInput = {
  readonly eeg: Channel
  readonly eog?: Channel | undefined
  readonly emg?: Channel | undefined
  readonly ageYears?: number | undefined
  readonly male?: boolean | undefined
}

const PASS_HZ = [0.4, 30] as const
/** Epochs on either side of the centre of the triangular mean: 15 in all, 7.5 minutes. */
const CENTRED_REACH = 7
/** Epochs of the mean over the past: 2 minutes. */
const PAST_EPOCHS = 4
const SECONDS_PER_HOUR = 3600

/**
 * The features of YASA's sleep staging by name, one value per 30-s epoch of the shortest channel:
 * those of each channel, their 7.5-min centred and 2-min past means scaled by the night's 5-95 %
 * range, the time, age and sex; all rounded to 32 bits as its classifiers saw them. Gaps are
 * bridged by straight lines; an epoch without any signal gives NaN where a ratio has no value.
 * Other rates than 100 Hz are resampled. Source: Vallat & Walker, eLife 10 (2021); YASA 0.7.0 with
 * SciPy 1.10.
 */
export function yasaFeatures(input: YasaInput): Map<string, Float32Array> {
  const base = new Map<string, Float64Array>()
  const kinds: readonly YasaKind[] = ['eeg', 'eog', 'emg']
  for (const kind of kinds) {
    const channel = input[kind]
    if (channel === undefined) continue
    for (const [name, column] of channelFeatures(channel, kind)) base.set(name, column)
  }
  const epochs = Math.min(...[...base.values()].map((column) => column.length))
  const all = new Map<string, Float32Array>()
  for (const [name, column] of base) {
    const values = column.subarray(0, epochs)
    all.set(name, Float32Array.from(values))
    all.set(`${name}_c7min_norm`, robustScaled(centredMean(values)))
    all.set(`${name}_p2min_norm`, robustScaled(pastMean(values)))
  }
  const start = (epoch: number): number => epoch * EPOCH_S
  const span = Math.max(start(epochs - 1), EPOCH_S)
  const column = (value: (epoch: number) => number): Float32Array =>
    Float32Array.from({ length: epochs }, (_, epoch) => value(epoch))
  all.set(
    'time_hour',
    column((epoch) => start(epoch) / SECONDS_PER_HOUR),
  )
  all.set(
    'time_norm',
    column((epoch) => start(epoch) / span),
  )
  const { ageYears, male } = input
  if (ageYears !== undefined)
    all.set(
      'age',
      column(() => Math.trunc(ageYears)),
    )
  if (male !== undefined)
    all.set(
      'male',
      column(() => (male ? 1 : 0)),
    )
  return all
}

function channelFeatures(channel: Channel, kind: YasaKind): Map<string, Float64Array> {
  const bridged = bridgeGaps(channel.samples).samples
  const epochs = Math.floor(channel.samples.length / (channel.rateHz * EPOCH_S) + 1e-9)
  const even = channel.rateHz === YASA_HZ ? bridged : resampleTo(bridged, channel.rateHz, YASA_HZ)
  const filtered = filterBand(even, YASA_HZ, PASS_HZ[0], PASS_HZ[1])
  const whole = new Float64Array(epochs * YASA_EPOCH_SAMPLES)
  whole.set(filtered.subarray(0, whole.length))
  return yasaEpochFeatures(whole, kind)
}

/** Triangular mean over 15 epochs; near the ends, and around NaN, over those that are there. */
function centredMean(values: Float64Array): Float64Array {
  const out = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    let sum = 0
    let total = 0
    for (let k = -CENTRED_REACH; k <= CENTRED_REACH; k++) {
      const value = values[i + k]
      if (value === undefined || Number.isNaN(value)) continue
      const weight = (CENTRED_REACH + 1 - Math.abs(k)) / (CENTRED_REACH + 1)
      sum += weight * value
      total += weight
    }
    out[i] = sum / total
  }
  return out
}

/** Mean of an epoch and the three before it, over those that are there. */
function pastMean(values: Float64Array): Float64Array {
  const out = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    let sum = 0
    let count = 0
    for (let k = Math.max(0, i - PAST_EPOCHS + 1); k <= i; k++) {
      if (Number.isNaN(values[k]!)) continue
      sum += values[k]!
      count++
    }
    out[i] = sum / count
  }
  return out
}

/** (x - median) / (95 % quantile - 5 % quantile) over the night; a constant column stays at 0. */
function robustScaled(values: Float64Array): Float32Array {
  const middle = quantileOfPresent(values, 0.5)
  const range = quantileOfPresent(values, 0.95) - quantileOfPresent(values, 0.05)
  const scale = range > 0 ? range : 1
  return Float32Array.from(values, (value) => (value - middle) / scale)
}
