import { median } from '../../math/quantile.ts'
import type { Hypnogram } from '../hypnogram/hypnogram.ts'
import { isSleep } from '../hypnogram/statistics.ts'
import type { Stage } from '../stage/stage.ts'
import type { AnalysisSignal } from './analysis-signal.ts'
import { type BandColumns, bandColumns } from './band-column.ts'
import { loudnessOf, type Stretch } from './movement.ts'
import { movingMedian } from './moving-median.ts'
import { mergeRuns, type Run, runsWhere } from './run.ts'

/** An arousal of 3 s or more. */
export type Arousal = Stretch & {
  /** The stage it interrupts. */
  readonly stage: Stage
}

/** AASM: an arousal lasts 3 s, and 10 s of sleep go before it. */
const LEAST_S = 3
const SLEEP_BEFORE_S = 10
/** Power against the half minute before: the shift must be visible, and towards faster waves. */
const POWER_FACTOR = 2.5
const SPEED_FACTOR = 1.25
const BASELINE_S = 30
/** Two parts of a shift less than this apart are one. */
const DIP_S = 0.75
/** In R the chin must be this much louder than before, for a second (AASM). */
const CHIN_FACTOR = 2
const CHIN_S = 1

/**
 * Arousals by the AASM's words: in sleep, after at least 10 s of it, an abrupt shift of the EEG to
 * theta, alpha or frequencies above 16 Hz (spindles do not count) for 3 s; in R only together with
 * a louder chin for 1 s, so that in R nothing is found without `emg` (above 10 Hz). A shift is 2.5
 * times the power of one of the bands, and a mean frequency a quarter higher, than the median of
 * the 30 s before, so that an awakening ends here after some 15 s, when it has become usual. All
 * signals at the analysis rate. Unscored epochs hold no arousals. Not yet compared with scorers: no
 * recording with scored arousals was at hand.
 */
export function detectArousals(
  eeg: AnalysisSignal,
  hypnogram: Hypnogram,
  emg?: AnalysisSignal,
): Arousal[] {
  const columns = bandColumns(eeg.samples, eeg.rateHz, eeg.missing)
  const shifted = shiftedColumns(columns)
  const stageOf = (atS: number): Stage =>
    hypnogram.stages[Math.floor((atS - (hypnogram.startS ?? 0)) / hypnogram.epochS)] ?? '?'
  const chin = emg && { rateHz: emg.rateHz, loudness: loudnessOf(emg.samples, emg.rateHz) }
  const shifts = mergeRuns(
    runsWhere(shifted.length, (k) => shifted[k] === 1),
    DIP_S / columns.stepS + 1,
  )
  const arousals: Arousal[] = []
  let endS = Number.NEGATIVE_INFINITY
  for (const shift of shifts) {
    const startS = shift.from * columns.stepS
    const durationS = (shift.to + 1 - shift.from) * columns.stepS
    const isLong = durationS >= LEAST_S
    const isRested = startS - endS >= SLEEP_BEFORE_S && sleptBefore(startS, stageOf)
    if (isLong) endS = startS + durationS
    const stage = stageOf(startS)
    if (!isLong || !isRested) continue
    if (stage === 'R' && !(chin && chinRises(chin, startS, durationS))) continue
    arousals.push({ startS, durationS, stage })
  }
  return arousals
}

function sleptBefore(startS: number, stageOf: (atS: number) => Stage): boolean {
  return isSleep(stageOf(startS)) && isSleep(stageOf(startS - SLEEP_BEFORE_S))
}

/**
 * 1 for each column whose power has shifted to faster waves against the median of the 30 s before.
 */
function shiftedColumns({ theta, alpha, fast, meanHz, stepS }: BandColumns): Uint8Array {
  const reach = Math.round(BASELINE_S / stepS / 2)
  const least = Math.round(SLEEP_BEFORE_S / stepS)
  const rises = (row: Float64Array, factor: number): ((k: number) => boolean) => {
    // A median centred `reach` columns earlier is one of the columns before.
    const usual = movingMedian(row, reach, least)
    return (k) => row[k]! >= factor * usual[Math.max(0, k - reach - 1)]!
  }
  const isFaster = rises(meanHz, SPEED_FACTOR)
  const isStronger = [theta, alpha, fast].map((row) => rises(row, POWER_FACTOR))
  const shifted = new Uint8Array(meanHz.length)
  for (let k = least; k < shifted.length; k++) {
    shifted[k] = isFaster(k) && isStronger.some((test) => test(k)) ? 1 : 0
  }
  return shifted
}

type Chin = { readonly rateHz: number; readonly loudness: Float64Array }

function chinRises({ rateHz, loudness }: Chin, startS: number, durationS: number): boolean {
  const at = Math.round(startS * rateHz)
  const before = loudness.subarray(Math.max(0, at - BASELINE_S * rateHz), at)
  const usual = median(before)
  const during = loudness.subarray(at, Math.round((startS + durationS) * rateHz))
  const loud: Run[] = runsWhere(during.length, (i) => during[i]! >= CHIN_FACTOR * usual)
  return loud.some(({ from, to }) => to + 1 - from >= CHIN_S * rateHz)
}
