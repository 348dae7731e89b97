import { exp, log, sigmoid } from '../../math/elementary.ts'
import { BAND_MEASURE_COUNT } from './band-features.ts'

/**
 * How much of the spectrum is read: `wide` all of it, `slow` only up to 30 Hz, for recordings whose
 * amplifier cuts the rest off or whose noise or mains buries it.
 */
export type StarterRange = 'wide' | 'slow'

/** The groups of an explanation; a slow reading has nothing to say of the last two. */
export const STARTER_GROUPS = ['delta', 'theta', 'alpha', 'beta', 'gamma', 'fastest'] as const

/**
 * Which measures each range uses, as places in BAND_MEASURES: `bands` as ratios, `levels`
 * relative to the night. The variance is left out, for it is mostly drift and depends on the
 * amplifier's high-pass.
 */
const MEASURES = {
  wide: { bands: [0, 1, 2, 3, 4], levels: [0, 1, 2, 3, 4, 6] },
  slow: { bands: [0, 1, 2, 3], levels: [0, 1, 2, 3] },
} as const
const BETA = 3
const GAMMA = 4
/** Bandwidths of the bands in Hz, to turn mean densities into powers. */
const WIDTHS_HZ = [3.5, 4, 5, 17, 20] as const
/** Epochs on each side (or in the past) over which the first guess is averaged. */
const NARROW = 5
const WIDE = 15
/** Every epoch counts at least this much in the night's mean, so that a waking hour has one too. */
const WEIGHT_FLOOR = 0.02
/** Added to the night's variances (natural log units squared): a short recording has none yet. */
const VARIANCE_FLOOR = 0.09
/**
 * Mean of log gamma less log beta density in sleep, natural logs: -2.8 to -.9 in Sleep-EDF. Lower
 * than the first, a filter has cut gamma off; higher than the second, noise is all there is.
 */
const GAMMA_CUT = -4.5
const GAMMA_BURIED = 1
/**
 * Standard deviation of log gamma in sleep (.3-.7 in Sleep-EDF) under which it is a noise floor.
 */
const FLOOR_DEVIATION = 0.2
/** Epochs of sleep it takes to say so. */
const FLOOR_EVIDENCE = 20

/** Weights of the first guess: log-odds of sleep = bias + weights . inputs. */
export type SleepinessWeights = { readonly bias: number; readonly weights: Float32Array }

/** How many inputs the first guess has: each ratio, and its means over two windows. */
export function sleepinessInputCount(range: StarterRange): number {
  return 3 * MEASURES[range].bands.length
}

/** How many inputs the network has: ratios, levels twice, and the amount of sleep. */
export function starterInputCount(range: StarterRange): number {
  return MEASURES[range].bands.length + 2 * MEASURES[range].levels.length + 1
}

/** Group of each network input (index into STARTER_GROUPS), or -1 for the amount of sleep. */
export function starterInputGroup(range: StarterRange, input: number): number {
  const { bands, levels } = MEASURES[range]
  if (input < bands.length) return input
  if (input === starterInputCount(range) - 1) return -1
  return (input - bands.length) % levels.length
}

/** Which inputs are levels in standard deviations of the night's sleep: [from, to). */
export function standardLevels(range: StarterRange): [number, number] {
  const last = starterInputCount(range) - 1
  return [last - MEASURES[range].levels.length, last]
}

/**
 * The bands' parts of their total power in each epoch, natural logs: epochs x bands. They do not
 * change when the signal is scaled. `logs` is epochs x 7 from `logBandPowers`. Rows of NaN stay
 * NaN.
 */
export function ratioRows(logs: Float64Array, range: StarterRange): Float64Array {
  const { bands } = MEASURES[range]
  const epochs = logs.length / BAND_MEASURE_COUNT
  const rows = new Float64Array(epochs * bands.length)
  for (let e = 0; e < epochs; e++) {
    const at = e * BAND_MEASURE_COUNT
    let total = 0
    for (const k of bands) total += exp(logs[at + k]! - logs[at]!) * WIDTHS_HZ[k]
    const totalLog = log(total) + logs[at]!
    for (const k of bands) rows[e * bands.length + k] = logs[at + k]! - totalLog
  }
  return rows
}

/**
 * The first guess: how likely each epoch is sleep, 0..1, by the ratios of the epoch and their
 * means over 5 and 15 epochs to each side, or back only when causal; 0 where the epoch is
 * missing.
 */
export function sleepiness(
  ratios: Float64Array,
  guess: SleepinessWeights,
  range: StarterRange,
  causal: boolean,
): Float64Array {
  const rows = sleepinessRows(ratios, range, causal)
  const width = sleepinessInputCount(range)
  const likely = new Float64Array(rows.length / width)
  for (let e = 0; e < likely.length; e++) {
    let odds = guess.bias
    for (let k = 0; k < width; k++) odds += guess.weights[k]! * rows[e * width + k]!
    likely[e] = Number.isNaN(odds) ? 0 : sigmoid(odds)
  }
  return likely
}

/** The inputs of `sleepiness`, for fitting its weights; missing epochs are rows of NaN. */
export function sleepinessRows(
  ratios: Float64Array,
  range: StarterRange,
  causal: boolean,
): Float64Array {
  const bands = MEASURES[range].bands.length
  const epochs = ratios.length / bands
  const rows = new Float64Array(epochs * 3 * bands)
  const sums = runningSums(ratios, bands)
  for (let e = 0; e < epochs; e++) {
    const missing = Number.isNaN(ratios[e * bands]!)
    for (let k = 0; k < bands; k++) {
      const at = e * 3 * bands + k
      rows[at] = ratios[e * bands + k]!
      for (const [block, span] of [
        [1, NARROW],
        [2, WIDE],
      ] as const) {
        const from = Math.max(0, e - span) * (bands + 1)
        const to = (causal ? e + 1 : Math.min(epochs, e + span + 1)) * (bands + 1)
        const n = sums[to + bands]! - sums[from + bands]!
        rows[at + block * bands] = missing ? NaN : (sums[to + k]! - sums[from + k]!) / n
      }
    }
  }
  return rows
}

/**
 * The network's inputs: ratios, then each log power relative to the mean of what looks like sleep
 * (`asleep`, 0..1 per epoch), then the same divided by the spread of sleep, then the log of how
 * much sleep that is. Offline the mean is the night's, causal it is that of the epochs so far. A
 * 24-h recording and its night alone give nearly the same rows, and scaling the signal changes
 * nothing. Missing epochs are rows of NaN.
 */
export function starterRows(
  logs: Float64Array,
  ratios: Float64Array,
  asleep: Float64Array,
  range: StarterRange,
  causal: boolean,
): Float64Array {
  const { bands, levels } = MEASURES[range]
  const width = starterInputCount(range)
  const rows = new Float64Array(asleep.length * width)
  walkLevels(logs, asleep, levels, causal, (e, level) => {
    const at = e * width
    for (let k = 0; k < bands.length; k++) rows[at + k] = ratios[e * bands.length + k]!
    levels.forEach((measure, k) => {
      const gap = logs[e * BAND_MEASURE_COUNT + measure]! - level.mean[k]!
      const spread = Math.sqrt(level.squares[k]! / level.weights + VARIANCE_FLOOR)
      rows[at + bands.length + k] = gap
      rows[at + bands.length + levels.length + k] = gap / spread
    })
    rows[at + width - 1] = Number.isNaN(rows[at]!) ? NaN : log(level.weights) / 5 - 0.5
  })
  return rows
}

/**
 * For each epoch 1 where what is above 30 Hz looks like brain and muscle, 0 where it is cut off,
 * buried or a constant floor; judged on the sleep of the night, or of the epochs so far when
 * causal.
 */
export function trustedEpochs(
  logs: Float64Array,
  asleep: Float64Array,
  causal: boolean,
): Uint8Array {
  const trusted = new Uint8Array(asleep.length)
  walkLevels(logs, asleep, [BETA, GAMMA], causal, (e, { mean, squares, weights }) => {
    const over = mean[1]! - mean[0]!
    const floor = weights > FLOOR_EVIDENCE && Math.sqrt(squares[1]! / weights) < FLOOR_DEVIATION
    trusted[e] = over > GAMMA_CUT && over < GAMMA_BURIED && !floor ? 1 : 0
  })
  return trusted
}

type NightLevel = { mean: Float64Array; squares: Float64Array; weights: number }

/**
 * Shows every epoch the weighted mean and squares of some log powers: over the night, or over the
 * epochs so far when causal. Missing epochs do not count (West 1979).
 */
function walkLevels(
  logs: Float64Array,
  asleep: Float64Array,
  measures: readonly number[],
  causal: boolean,
  show: (epoch: number, level: NightLevel) => void,
): void {
  const mean = new Float64Array(measures.length)
  const level: NightLevel = { mean, squares: new Float64Array(measures.length), weights: 0 }
  const add = (epoch: number): void => {
    const at = epoch * BAND_MEASURE_COUNT
    if (Number.isNaN(logs[at]!)) return
    const w = asleep[epoch]! + WEIGHT_FLOOR
    level.weights += w
    measures.forEach((measure, k) => {
      const gap = logs[at + measure]! - mean[k]!
      mean[k]! += (w / level.weights) * gap
      level.squares[k]! += w * gap * (logs[at + measure]! - mean[k]!)
    })
  }
  for (let e = 0; e < asleep.length && !causal; e++) add(e)
  asleep.forEach((_, e) => {
    if (causal) add(e)
    show(e, level)
  })
}

/**
 * Sums of the present ratios up to each epoch, and how many there were: (epochs + 1) x (bands +
 * 1).
 */
function runningSums(ratios: Float64Array, bands: number): Float64Array {
  const width = bands + 1
  const epochs = ratios.length / bands
  const sums = new Float64Array((epochs + 1) * width)
  for (let e = 0; e < epochs; e++) {
    const present = !Number.isNaN(ratios[e * bands]!)
    for (let k = 0; k < width; k++) {
      const value = k === bands ? 1 : ratios[e * bands + k]!
      sums[(e + 1) * width + k] = sums[e * width + k]! + (present ? value : 0)
    }
  }
  return sums
}
