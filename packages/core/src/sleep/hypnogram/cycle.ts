import type { Stage } from '../stage/stage.ts'
import type { Hypnogram } from './hypnogram.ts'
import { isSleep } from './statistics.ts'

/** One NREM-REM cycle: epochs `start` (included) to `end` (excluded). */
export type SleepCycle = {
  readonly start: number
  readonly end: number
  /** First epoch of its REM period; absent in a last cycle that has none. */
  readonly remStart?: number
  readonly nremMin: number
  readonly remMin: number
  /** False for a last cycle without REM, and for one whose NREM part is under 15 min. */
  readonly complete: boolean
  /** True when a first cycle over 120 min was divided because its REM period was skipped. */
  readonly skippedRem: boolean
}

/**
 * NREM sleep that makes a NREM period, and that ends a REM period; minutes (Feinberg & Floyd 1979).
 */
const NREM_LEAST_MIN = 15
/** REM sleep that makes a REM period, the first and the last of the night excepted; minutes. */
const REM_LEAST_MIN = 5
/**
 * A first NREM period beyond this may hide a skipped REM period; minutes (Jenni & Carskadon 2004).
 */
const SKIPPED_FROM_MIN = 120
/** Lightening without N3 that marks a skipped REM period; minutes. */
const LIGHTENING_MIN = 12

type RemPeriod = { readonly start: number; readonly end: number; readonly rem: number }

/**
 * NREM-REM cycles after Feinberg & Floyd (Psychophysiology 16:283, 1979). A cycle is a NREM period
 * of at least 15 min of N1 N2 N3 and the REM period after it; REM epochs belong to one period until
 * 15 min of NREM sleep come between them. A REM period needs 5 min of R, except the first and the
 * last of the night. NREM sleep of 15 min after the last REM period is a cycle without REM. A first
 * NREM period over 120 min is divided after the first 12 min without N3 that follow N3 and are
 * followed by N3 (skipped first REM), unless `splitSkipped` is false. `?` and wake belong to the
 * cycle they lie in and count as neither.
 */
export function cycles(
  hypnogram: Hypnogram,
  options: { readonly splitSkipped?: boolean } = {},
): SleepCycle[] {
  const { stages, epochS } = hypnogram
  const onset = stages.findIndex(isSleep)
  if (onset < 0) return []
  const perMin = epochS / 60
  const last = stages.findLastIndex(isSleep) + 1
  const found: SleepCycle[] = []
  let start = onset
  for (const { start: remStart, end } of remPeriods(stages, perMin)) {
    found.push(cycleOf(stages, perMin, start, end, remStart))
    start = end
  }
  const rest = cycleOf(stages, perMin, start, last)
  if (rest.nremMin >= NREM_LEAST_MIN) found.push(rest)
  return options.splitSkipped === false ? found : divideFirst(stages, perMin, found)
}

function remPeriods(stages: readonly Stage[], perMin: number): RemPeriod[] {
  const merged: RemPeriod[] = []
  let nrem = 0
  for (const [i, stage] of stages.entries()) {
    if (stage === 'R') {
      const open = merged.at(-1)
      if (open && nrem * perMin < NREM_LEAST_MIN) {
        merged[merged.length - 1] = { start: open.start, end: i + 1, rem: open.rem + 1 }
      } else merged.push({ start: i, end: i + 1, rem: 1 })
      nrem = 0
    } else if (isSleep(stage)) nrem++
  }
  return merged.filter(
    ({ rem }, i) => rem * perMin >= REM_LEAST_MIN || i === 0 || i === merged.length - 1,
  )
}

function cycleOf(
  stages: readonly Stage[],
  perMin: number,
  start: number,
  end: number,
  remStart?: number,
): SleepCycle {
  const part = stages.slice(start, end)
  const remMin = part.filter((stage) => stage === 'R').length * perMin
  const nremMin = part.filter(isSleep).length * perMin - remMin
  const complete = remStart !== undefined && nremMin >= NREM_LEAST_MIN
  const place = remStart === undefined ? {} : { remStart }
  return { start, end, ...place, nremMin, remMin, complete, skippedRem: false }
}

function divideFirst(
  stages: readonly Stage[],
  perMin: number,
  found: readonly SleepCycle[],
): SleepCycle[] {
  const [first, ...rest] = found
  if (!first || first.nremMin <= SKIPPED_FROM_MIN) return [...found]
  const at = lightening(stages, perMin, first.start, first.remStart ?? first.end)
  if (at === undefined) return [...found]
  const before = { ...cycleOf(stages, perMin, first.start, at), complete: true, skippedRem: true }
  return [before, cycleOf(stages, perMin, at, first.end, first.remStart), ...rest]
}

/** First epoch after the first long stretch without N3 between two stretches of N3. */
function lightening(
  stages: readonly Stage[],
  perMin: number,
  from: number,
  to: number,
): number | undefined {
  let before = -1
  for (let i = from; i < to; i++) {
    if (stages[i] !== 'N3') continue
    if (before >= 0 && (i - before - 1) * perMin >= LIGHTENING_MIN) return i
    before = i
  }
  return undefined
}
