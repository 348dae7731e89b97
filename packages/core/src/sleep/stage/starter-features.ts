import { exp, log, sigmoid } from '../../math/elementary.ts'
import { BAND_MEASURE_COUNT } from './band-features.ts'

/** Inputs of the starter's network: 6 ratios, 6 + 6 night-relative levels, evidence. */
export const STARTER_INPUT_COUNT = 19

/** Inputs of the first guess at who is asleep: 6 ratios, and their means over two windows. */
export const SLEEPINESS_INPUT_COUNT = 18

/** Which input belongs to which group of an explanation, in the order of STARTER_GROUPS. */
export const STARTER_GROUPS = ['delta', 'theta', 'alpha', 'beta', 'gamma', 'fastest'] as const

/** Which measures are used: the bands and the difference variance, which no slow drift can touch. */
const MEASURES = [0, 1, 2, 3, 4, 6] as const
const RATIO_COUNT = MEASURES.length
/** Bandwidths of the five bands in Hz, to turn mean densities into powers. */
const WIDTHS_HZ = [3.5, 4, 5, 17, 20] as const
/** Epochs on each side (or in the past) over which the first guess is averaged. */
const NARROW = 5
const WIDE = 15
/** Every epoch counts at least this much in the night's mean, so that a waking hour has one too. */
const WEIGHT_FLOOR = 0.02
/** Added to the night's variances (natural log units squared): a short recording has none yet. */
const VARIANCE_FLOOR = 0.09

/** Weights of the first guess: log-odds of sleep = bias + weights . inputs. */
export type SleepinessWeights = { readonly bias: number; readonly weights: Float32Array }

/**
 * Six ratios of each epoch, natural logs: the five bands' parts of their total power, and the difference
 * variance to that total. They do not change when the signal is scaled. `logs` is epochs x 7 from
 * `logBandPowers`; the variance itself is left out, for it is mostly drift and depends on the amplifier's
 * high-pass. Rows of NaN stay NaN.
 */
export function ratioRows(logs: Float64Array): Float64Array {
  const epochs = logs.length / BAND_MEASURE_COUNT
  const rows = new Float64Array(epochs * RATIO_COUNT)
  for (let e = 0; e < epochs; e++) {
    const at = e * BAND_MEASURE_COUNT
    let total = 0
    for (let k = 0; k < 5; k++) total += exp(logs[at + k]! - logs[at]!) * WIDTHS_HZ[k]!
    const totalLog = log(total) + logs[at]!
    MEASURES.forEach((measure, k) => {
      rows[e * RATIO_COUNT + k] = logs[at + measure]! - totalLog
    })
  }
  return rows
}

/**
 * Inputs of the first guess: the ratios of the epoch and their means over 5 and 15 epochs to each side,
 * or over 5 and 15 epochs back and the epoch itself when causal. Missing epochs are left out of the
 * means; their own rows are NaN.
 */
export function sleepinessRows(ratios: Float64Array, causal: boolean): Float64Array {
  const epochs = ratios.length / RATIO_COUNT
  const rows = new Float64Array(epochs * SLEEPINESS_INPUT_COUNT)
  const sums = runningSums(ratios, epochs)
  for (let e = 0; e < epochs; e++) {
    const at = e * SLEEPINESS_INPUT_COUNT
    const missing = Number.isNaN(ratios[e * RATIO_COUNT]!)
    for (let k = 0; k < RATIO_COUNT; k++) {
      rows[at + k] = ratios[e * RATIO_COUNT + k]!
      for (const [block, span] of [
        [1, NARROW],
        [2, WIDE],
      ] as const) {
        const from = Math.max(0, e - span) * (RATIO_COUNT + 1)
        const to = (causal ? e + 1 : Math.min(epochs, e + span + 1)) * (RATIO_COUNT + 1)
        const n = sums[to + RATIO_COUNT]! - sums[from + RATIO_COUNT]!
        const mean = (sums[to + k]! - sums[from + k]!) / n
        rows[at + block * RATIO_COUNT + k] = missing ? NaN : mean
      }
    }
  }
  return rows
}

/** The first guess: how likely each epoch is sleep, 0..1; 0 where the epoch is missing. */
export function sleepiness(rows: Float64Array, guess: SleepinessWeights): Float64Array {
  const epochs = rows.length / SLEEPINESS_INPUT_COUNT
  const likely = new Float64Array(epochs)
  for (let e = 0; e < epochs; e++) {
    let odds = guess.bias
    for (let k = 0; k < SLEEPINESS_INPUT_COUNT; k++) {
      odds += guess.weights[k]! * rows[e * SLEEPINESS_INPUT_COUNT + k]!
    }
    likely[e] = Number.isNaN(odds) ? 0 : sigmoid(odds)
  }
  return likely
}

/**
 * The network's inputs: ratios, then each log power relative to the mean of what looks like sleep
 * (`asleep`, 0..1 per epoch), then the same divided by the spread of sleep, then the log of how much
 * sleep that is. Offline the mean is the night's, causal it is that of the epochs so far. A 24-h recording and its night alone give nearly
 * the same rows, and scaling the signal changes nothing. Missing epochs are rows of NaN.
 */
export function starterRows(
  logs: Float64Array,
  ratios: Float64Array,
  asleep: Float64Array,
  causal: boolean,
): Float64Array {
  const epochs = asleep.length
  const rows = new Float64Array(epochs * STARTER_INPUT_COUNT)
  const level = nightLevel()
  if (!causal) for (let e = 0; e < epochs; e++) level.add(logs, e, asleep[e]!)
  for (let e = 0; e < epochs; e++) {
    if (causal) level.add(logs, e, asleep[e]!)
    const row = rows.subarray(e * STARTER_INPUT_COUNT, (e + 1) * STARTER_INPUT_COUNT)
    if (Number.isNaN(ratios[e * RATIO_COUNT]!)) {
      row.fill(NaN)
      continue
    }
    for (let k = 0; k < RATIO_COUNT; k++) row[k] = ratios[e * RATIO_COUNT + k]!
    level.read(logs, e, row)
  }
  return rows
}

/** Group of each network input (index into STARTER_GROUPS), or -1 for evidence. */
export function starterInputGroup(input: number): number {
  return input < 3 * RATIO_COUNT ? input % RATIO_COUNT : -1
}

/** Which inputs are levels in standard deviations of the night's sleep: [from, to). */
export const STANDARD_LEVELS: readonly [number, number] = [2 * RATIO_COUNT, 3 * RATIO_COUNT]

type NightLevel = {
  add(logs: Float64Array, epoch: number, weight: number): void
  read(logs: Float64Array, epoch: number, row: Float64Array): void
}

/** Weighted mean and variance of the log powers, updated epoch by epoch (West 1979). */
function nightLevel(): NightLevel {
  const mean = new Float64Array(RATIO_COUNT)
  const squares = new Float64Array(RATIO_COUNT)
  let weights = 0
  return {
    add(logs, epoch, weight) {
      const at = epoch * BAND_MEASURE_COUNT
      if (Number.isNaN(logs[at]!)) return
      const w = weight + WEIGHT_FLOOR
      weights += w
      MEASURES.forEach((measure, k) => {
        const gap = logs[at + measure]! - mean[k]!
        mean[k]! += (w / weights) * gap
        squares[k]! += w * gap * (logs[at + measure]! - mean[k]!)
      })
    },
    read(logs, epoch, row) {
      const at = epoch * BAND_MEASURE_COUNT
      MEASURES.forEach((measure, k) => {
        const gap = logs[at + measure]! - mean[k]!
        row[RATIO_COUNT + k] = gap
        row[2 * RATIO_COUNT + k] = gap / Math.sqrt(squares[k]! / weights + VARIANCE_FLOOR)
      })
      row[3 * RATIO_COUNT] = log(weights) / 5 - 0.5
    },
  }
}

/** Sums of the present ratios up to each epoch, and how many there were: (epochs + 1) x 7. */
function runningSums(ratios: Float64Array, epochs: number): Float64Array {
  const width = RATIO_COUNT + 1
  const sums = new Float64Array((epochs + 1) * width)
  for (let e = 0; e < epochs; e++) {
    const present = !Number.isNaN(ratios[e * RATIO_COUNT]!)
    for (let k = 0; k < width; k++) {
      const value = k === RATIO_COUNT ? 1 : ratios[e * RATIO_COUNT + k]!
      sums[(e + 1) * width + k] = sums[e * width + k]! + (present ? value : 0)
    }
  }
  return sums
}
