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
/** Beta and gamma: what `isTrusted` compares. */
export const TRUST_MEASURES: readonly number[] = [3, 4]
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

/** How many ratios a row has. */
export function ratioCount(range: StarterRange): number {
  return MEASURES[range].bands.length
}

/** Which measures (places in BAND_MEASURES) are read relative to the night. */
export function levelMeasures(range: StarterRange): readonly number[] {
  return MEASURES[range].levels
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
    ratioRow(logs, e * BAND_MEASURE_COUNT, range, rows, e * bands.length)
  }
  return rows
}

/** One row of `ratioRows`: from the logs at `at` to the ratios at `rowAt`. */
export function ratioRow(
  logs: Float64Array,
  at: number,
  range: StarterRange,
  rows: Float64Array,
  rowAt: number,
): void {
  const { bands } = MEASURES[range]
  let total = 0
  for (const k of bands) total += exp(logs[at + k]! - logs[at]!) * WIDTHS_HZ[k]
  const totalLog = log(total) + logs[at]!
  for (const k of bands) rows[rowAt + k] = logs[at + k]! - totalLog
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
  for (let e = 0; e < likely.length; e++) likely[e] = likelySleep(guess, rows, e * width)
  return likely
}

function likelySleep(guess: SleepinessWeights, rows: Float64Array, at: number): number {
  let odds = guess.bias
  for (let k = 0; k < guess.weights.length; k++) odds += guess.weights[k]! * rows[at + k]!
  return Number.isNaN(odds) ? 0 : sigmoid(odds)
}

/** The causal `sleepiness` epoch by epoch. */
export type SleepinessStream = {
  /** How likely the next epoch, with these ratios (NaN = missing), is sleep. */
  next(ratios: Float64Array): number
}

/** As `sleepiness` when causal, to the last bit, with the memory of 15 epochs. */
export function sleepinessStream(guess: SleepinessWeights, range: StarterRange): SleepinessStream {
  const bands = MEASURES[range].bands.length
  const width = bands + 1
  const kept = WIDE + 2
  const sums = new Float64Array(kept * width) // up to each of the last epochs, in a ring
  const row = new Float64Array(3 * bands)
  let e = 0
  const next = (ratios: Float64Array): number => {
    const missing = Number.isNaN(ratios[0]!)
    const last = (e % kept) * width
    const to = ((e + 1) % kept) * width
    for (let k = 0; k < width; k++) {
      const value = k === bands ? 1 : ratios[k]!
      sums[to + k] = sums[last + k]! + (missing ? 0 : value)
    }
    for (let k = 0; k < bands; k++) row[k] = ratios[k]!
    for (let block = 1; block <= 2; block++) {
      const from = (Math.max(0, e - (block === 1 ? NARROW : WIDE)) % kept) * width
      const n = sums[to + bands]! - sums[from + bands]!
      for (let k = 0; k < bands; k++) {
        row[block * bands + k] = missing ? NaN : (sums[to + k]! - sums[from + k]!) / n
      }
    }
    e++
    return likelySleep(guess, row, 0)
  }
  return { next }
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
    const ratiosAt = e * bands.length
    starterRow(logs, e * BAND_MEASURE_COUNT, ratios, ratiosAt, level, range, rows, e * width)
  })
  return rows
}

/** One row of `starterRows`, from the logs, ratios and level of its moment. */
export function starterRow(
  logs: Float64Array,
  at: number,
  ratios: Float64Array,
  ratiosAt: number,
  level: NightLevel,
  range: StarterRange,
  rows: Float64Array,
  rowAt: number,
): void {
  const { bands, levels } = MEASURES[range]
  const width = starterInputCount(range)
  for (let k = 0; k < bands.length; k++) rows[rowAt + k] = ratios[ratiosAt + k]!
  for (let k = 0; k < levels.length; k++) {
    const gap = logs[at + levels[k]!]! - level.mean[k]!
    const spread = Math.sqrt(level.squares[k]! / level.weights + VARIANCE_FLOOR)
    rows[rowAt + bands.length + k] = gap
    rows[rowAt + bands.length + levels.length + k] = gap / spread
  }
  rows[rowAt + width - 1] = Number.isNaN(rows[rowAt]!) ? NaN : log(level.weights) / 5 - 0.5
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
  walkLevels(logs, asleep, TRUST_MEASURES, causal, (e, level) => {
    trusted[e] = isTrusted(level) ? 1 : 0
  })
  return trusted
}

/** `trustedEpochs` at one moment, from the level of TRUST_MEASURES. */
export function isTrusted({ mean, squares, weights }: NightLevel): boolean {
  const over = mean[1]! - mean[0]!
  const floor = weights > FLOOR_EVIDENCE && Math.sqrt(squares[1]! / weights) < FLOOR_DEVIATION
  return over > GAMMA_CUT && over < GAMMA_BURIED && !floor
}

/** Weighted mean and squares of some log powers: what sleep is like in this night. */
export type NightLevel = { mean: Float64Array; squares: Float64Array; weights: number }

/** A level of nothing yet. */
export function nightLevel(measures: readonly number[]): NightLevel {
  const mean = new Float64Array(measures.length)
  return { mean, squares: new Float64Array(measures.length), weights: 0 }
}

/**
 * Lets an epoch (logs at `at`, `asleep` 0..1) count in the level. A missing one does not (West
 * 1979).
 */
export function raiseLevel(
  level: NightLevel,
  logs: Float64Array,
  at: number,
  measures: readonly number[],
  asleep: number,
): void {
  if (Number.isNaN(logs[at]!)) return
  const { mean, squares } = level
  const w = asleep + WEIGHT_FLOOR
  level.weights += w
  for (let k = 0; k < measures.length; k++) {
    const value = logs[at + measures[k]!]!
    const gap = value - mean[k]!
    mean[k]! += (w / level.weights) * gap
    squares[k]! += w * gap * (value - mean[k]!)
  }
}

/**
 * Shows every epoch the level: over the night, or over the epochs so far when causal.
 */
function walkLevels(
  logs: Float64Array,
  asleep: Float64Array,
  measures: readonly number[],
  causal: boolean,
  show: (epoch: number, level: NightLevel) => void,
): void {
  const level = nightLevel(measures)
  const add = (epoch: number): void =>
    raiseLevel(level, logs, epoch * BAND_MEASURE_COUNT, measures, asleep[epoch]!)
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
