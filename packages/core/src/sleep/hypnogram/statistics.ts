import type { SleepStage, Stage } from '../stage/stage.ts'
import { type Hypnogram, sliceHypnogram } from './hypnogram.ts'
import { runs } from './period.ts'

/**
 * The numbers of a night by the AASM Manual (Iber 2007; Silber 2007), all in minutes unless the
 * name says otherwise. Sleep is N1 N2 N3 R. Epochs marked `?` count in time in bed and, when they
 * lie between sleep onset and the last epoch of sleep, in the sleep period; they are never sleep
 * and never wake. Numbers that need sleep are absent when there is none.
 */
export type SleepStatistics = {
  /** Time in bed: all epochs from lights off to lights on. */
  readonly tibMin: number
  /** Sleep period: first epoch of sleep to the last, both included; 0 without sleep. */
  readonly sptMin: number
  /** Total sleep time: N1 + N2 + N3 + R. */
  readonly tstMin: number
  /** Wake between sleep onset and the last epoch of sleep (within the sleep period, as YASA). */
  readonly wasoMin?: number
  /**
   * Wake after the last epoch of sleep; the AASM's WASO (2.x: TIB - SOL - TST) is wasoMin + this.
   */
  readonly finalWakeMin?: number
  /** Lights off to the first epoch of any sleep. */
  readonly solMin?: number
  /** Lights off to the first 10 min of unbroken sleep; absent when there are none. */
  readonly persistentSleepLatencyMin?: number
  /** Sleep onset to the first epoch of R (AASM; YASA counts from the start of the recording). */
  readonly remLatencyMin?: number
  /** Sleep onset to the first epoch of N2 and of N3. */
  readonly n2LatencyMin?: number
  readonly n3LatencyMin?: number
  /** 100 TST / TIB. Absent only when nothing was recorded. */
  readonly efficiencyPct?: number
  /** Sleep maintenance efficiency, 100 TST / SPT. */
  readonly maintenancePct?: number
  readonly wakeMin: number
  readonly n1Min: number
  readonly n2Min: number
  readonly n3Min: number
  readonly remMin: number
  readonly unscoredMin: number
  /** Shares of total sleep time, percent. */
  readonly n1Pct?: number
  readonly n2Pct?: number
  readonly n3Pct?: number
  readonly remPct?: number
  /** Bouts of wake within the sleep period; `?` inside a bout does not split it. */
  readonly awakenings: number
  /** Sleep fragmentation: steps from sleep to wake per hour of sleep. */
  readonly fragmentationPerH?: number
  /** Changes from one stage to another between sleep onset and the last epoch of sleep. */
  readonly stageShifts: number
}

/** Lights off and on, seconds from the start of the recording; unknown = the hypnogram's ends. */
export type Lights = { readonly offS?: number | undefined; readonly onS?: number | undefined }

/**
 * Unbroken sleep that counts as persistent, minutes (Rechtschaffen & Kales tradition, FDA trials).
 */
const PERSISTENT_MIN = 10

/**
 * The part of a hypnogram between lights off and lights on, cut to whole epochs (to the nearest).
 */
function trimToLights(hypnogram: Hypnogram, lights: Lights): Hypnogram {
  const { epochS, stages } = hypnogram
  const epochAt = (s: number): number => Math.round((s - (hypnogram.startS ?? 0)) / epochS)
  const from = lights.offS === undefined ? 0 : epochAt(lights.offS)
  const to = lights.onS === undefined ? stages.length : epochAt(lights.onS)
  return sliceHypnogram(hypnogram, from, to)
}

/**
 * Sleep statistics of a hypnogram, between lights off and lights on where they are given. The
 * epochs before lights off are no part of time in bed. See `SleepStatistics` for every definition.
 */
export function sleepStatistics(hypnogram: Hypnogram, lights: Lights = {}): SleepStatistics {
  const { stages, epochS } = trimToLights(hypnogram, lights)
  const perMin = epochS / 60
  const minutes = (of: Stage): number => count(stages, of) * perMin
  const n1Min = minutes('N1')
  const n2Min = minutes('N2')
  const n3Min = minutes('N3')
  const remMin = minutes('R')
  const tstMin = n1Min + n2Min + n3Min + remMin
  const tibMin = stages.length * perMin
  const onset = stages.findIndex(isSleep)
  const period = onset < 0 ? [] : stages.slice(onset, stages.findLastIndex(isSleep) + 1)
  return {
    tibMin,
    sptMin: period.length * perMin,
    tstMin,
    wakeMin: minutes('W'),
    n1Min,
    n2Min,
    n3Min,
    remMin,
    unscoredMin: minutes('?'),
    awakenings: wakeBouts(period),
    stageShifts: shifts(period),
    ...(tibMin > 0 && { efficiencyPct: (100 * tstMin) / tibMin }),
    ...(onset >= 0 && sleepNumbers(stages, period, onset, perMin)),
    ...(tstMin > 0 && {
      n1Pct: (100 * n1Min) / tstMin,
      n2Pct: (100 * n2Min) / tstMin,
      n3Pct: (100 * n3Min) / tstMin,
      remPct: (100 * remMin) / tstMin,
    }),
  }
}

/** True for N1, N2, N3 and R. */
export function isSleep(stage: Stage | undefined): stage is Exclude<SleepStage, 'W'> {
  return stage === 'N1' || stage === 'N2' || stage === 'N3' || stage === 'R'
}

/**
 * Lights off to the first epoch of `leastMin` minutes of unbroken sleep, minutes; `undefined` when
 * there are none. `?` and wake both break it.
 */
export function persistentLatencyMin(
  stages: readonly Stage[],
  epochS: number,
  leastMin: number,
): number | undefined {
  const least = (leastMin * 60) / epochS
  const found = runs(stages.map((stage) => isSleep(stage))).find(
    ({ value, length }) => value && length >= least,
  )
  return found && (found.start * epochS) / 60
}

type SleepNumbers = Pick<
  SleepStatistics,
  | 'wasoMin'
  | 'finalWakeMin'
  | 'solMin'
  | 'persistentSleepLatencyMin'
  | 'remLatencyMin'
  | 'n2LatencyMin'
  | 'n3LatencyMin'
  | 'maintenancePct'
  | 'fragmentationPerH'
>

function sleepNumbers(
  stages: readonly Stage[],
  period: readonly Stage[],
  onset: number,
  perMin: number,
): SleepNumbers {
  const latency = (of: Stage): number | undefined => {
    const at = period.indexOf(of)
    return at < 0 ? undefined : at * perMin
  }
  const slept = period.filter(isSleep).length
  const steps = period.filter((stage, i) => stage === 'W' && isSleep(period[i - 1])).length
  const last = isSleep(period[period.length - 1]) && stages[onset + period.length] === 'W' ? 1 : 0
  const persistent = persistentLatencyMin(stages, perMin * 60, PERSISTENT_MIN)
  const remLatencyMin = latency('R')
  const n2LatencyMin = latency('N2')
  const n3LatencyMin = latency('N3')
  return {
    wasoMin: count(period, 'W') * perMin,
    finalWakeMin: count(stages.slice(onset + period.length), 'W') * perMin,
    solMin: onset * perMin,
    maintenancePct: (100 * slept) / period.length,
    fragmentationPerH: (steps + last) / ((slept * perMin) / 60),
    ...(persistent !== undefined && { persistentSleepLatencyMin: persistent }),
    ...(remLatencyMin !== undefined && { remLatencyMin }),
    ...(n2LatencyMin !== undefined && { n2LatencyMin }),
    ...(n3LatencyMin !== undefined && { n3LatencyMin }),
  }
}

function count(stages: readonly Stage[], of: Stage): number {
  return stages.reduce((sum, stage) => sum + (stage === of ? 1 : 0), 0)
}

function wakeBouts(period: readonly Stage[]): number {
  return runs(period.filter((stage) => stage !== '?')).filter(({ value }) => value === 'W').length
}

function shifts(period: readonly Stage[]): number {
  return Math.max(0, runs(period.filter((stage) => stage !== '?')).length - 1)
}
