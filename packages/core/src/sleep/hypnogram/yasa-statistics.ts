import type { Stage } from '../stage/stage.ts'
import type { Hypnogram } from './hypnogram.ts'
import { isSleep, persistentLatencyMin } from './statistics.ts'

/** Statistics under the names YASA gives them; NaN where YASA says so. */
export type YasaStatistics = Readonly<Record<string, number>>

/** YASA rounds the statistics of its `Hypnogram` to four decimals. */
const STEPS = 1e4

/**
 * `Hypnogram.sleep_statistics` of YASA 0.7.0, number for number, for papers that name YASA. `?` is
 * YASA's UNS. Two of its habits differ from `sleepStatistics`: `Lat_REM` counts from the start of
 * the recording, and `SFI` is divided by the epochs per minute a second time, so that at 30 s it is
 * half the number of steps from sleep to wake per hour of sleep that its documentation describes.
 */
export function yasaStatistics(hypnogram: Hypnogram): YasaStatistics {
  const { stages, epochS } = hypnogram
  const { perMin, first, period, slept } = anatomy(hypnogram)
  const sol5 = persistentLatencyMin(stages, epochS, 5)
  const tst = slept * perMin
  const spt = first < 0 ? 0 : period.length
  const steps = stages.filter((stage, i) => stage === 'W' && isSleep(stages[i - 1])).length
  const unscored = count(stages, '?')
  const share = (of: Stage): number =>
    slept === 0 ? Number.NaN : (100 * count(stages, of)) / slept
  const statistics: Record<string, number> = {
    TIB: stages.length * perMin,
    SPT: spt * perMin,
    WASO: first < 0 ? Number.NaN : count(period, 'W') * perMin,
    TST: tst,
    SE: (100 * slept) / stages.length,
    SME: spt === 0 ? Number.NaN : (100 * slept) / spt,
    SFI: spt === 0 ? Number.NaN : (steps / (tst / 60)) * perMin,
    SOL: slept === 0 ? Number.NaN : first * perMin,
    SOL_5min: sol5 ?? Number.NaN,
    Lat_REM: latency(stages, 'R', perMin),
    WAKE: count(stages, 'W') * perMin,
    N1: count(stages, 'N1') * perMin,
    N2: count(stages, 'N2') * perMin,
    N3: count(stages, 'N3') * perMin,
    REM: count(stages, 'R') * perMin,
    ...(unscored > 0 && { UNS: unscored * perMin }),
    '%N1': share('N1'),
    '%N2': share('N2'),
    '%N3': share('N3'),
    '%REM': share('R'),
  }
  return Object.fromEntries(
    Object.entries(statistics).map(([name, value]) => [name, Math.round(value * STEPS) / STEPS]),
  )
}

/**
 * The older function `yasa.sleep_statistics`, number for number: more latencies, no rounding, no
 * index of fragmentation. NaN throughout when there is no sleep, where YASA itself stops with an
 * error.
 */
export function yasaLegacyStatistics(hypnogram: Hypnogram): YasaStatistics {
  const { stages } = hypnogram
  const { perMin, first, period, slept } = anatomy(hypnogram)
  const minutes = (of: Stage): number => count(stages, of) * perMin
  const nrem = minutes('N1') + minutes('N2') + minutes('N3')
  const tst = slept * perMin
  const spt = first < 0 ? Number.NaN : period.length * perMin
  return {
    TIB: stages.length * perMin,
    SPT: spt,
    WASO: first < 0 ? Number.NaN : count(period, 'W') * perMin,
    TST: tst,
    N1: minutes('N1'),
    N2: minutes('N2'),
    N3: minutes('N3'),
    REM: minutes('R'),
    NREM: nrem,
    SOL: first < 0 ? Number.NaN : first * perMin,
    Lat_N1: latency(stages, 'N1', perMin),
    Lat_N2: latency(stages, 'N2', perMin),
    Lat_N3: latency(stages, 'N3', perMin),
    Lat_REM: latency(stages, 'R', perMin),
    '%N1': (100 * minutes('N1')) / tst,
    '%N2': (100 * minutes('N2')) / tst,
    '%N3': (100 * minutes('N3')) / tst,
    '%REM': (100 * minutes('R')) / tst,
    '%NREM': (100 * nrem) / tst,
    SE: (100 * tst) / (stages.length * perMin),
    SME: (100 * tst) / spt,
  }
}

type Anatomy = {
  readonly perMin: number
  readonly first: number
  readonly period: readonly Stage[]
  readonly slept: number
}

function anatomy({ stages, epochS }: Hypnogram): Anatomy {
  const first = stages.findIndex(isSleep)
  const period = first < 0 ? [] : stages.slice(first, stages.findLastIndex(isSleep) + 1)
  return { perMin: epochS / 60, first, period, slept: period.filter(isSleep).length }
}

function latency(stages: readonly Stage[], of: Stage, perMin: number): number {
  const at = stages.indexOf(of)
  return at < 0 ? Number.NaN : at * perMin
}

function count(stages: readonly Stage[], of: Stage): number {
  return stages.reduce((sum, stage) => sum + (stage === of ? 1 : 0), 0)
}
