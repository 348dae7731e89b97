import { CHANNEL_NAMES } from '../telemetry/channel.ts'

/** Who is counted together: everybody with the same release, stratum and district. */
export type CohortKey = {
  readonly release: number
  readonly cohort: string
  readonly district: string
}

/** Things that are counted, each over its own time at risk. */
export type RateName = 'adverse' | 'awakenings' | 'remAwakenings' | 'refused' | 'drifts'

/** The rates in their order. */
export const RATE_NAMES: readonly RateName[] = [
  'adverse',
  'awakenings',
  'remAwakenings',
  'refused',
  'drifts',
]

/** All that the fleet's detectors need to know of a cohort in one step of 30 s; plain numbers. */
export type CohortTally = {
  readonly key: CohortKey
  /** Residuals by number of a frame: how many, their sum, and of their squares. */
  readonly n: number[]
  readonly sum: number[]
  readonly squares: number[]
  readonly counts: Record<RateName, number>
  /** Time at risk, s: asleep, in REM sleep, and with frames at all. */
  asleepS: number
  remS: number
  heardS: number
}

/** Nobody counted yet. */
export function emptyTally(key: CohortKey): CohortTally {
  const zeros = (): number[] => CHANNEL_NAMES.map(() => 0)
  return {
    key,
    ...{ n: zeros(), sum: zeros(), squares: zeros() },
    counts: { adverse: 0, awakenings: 0, remAwakenings: 0, refused: 0, drifts: 0 },
    ...{ asleepS: 0, remS: 0, heardS: 0 },
  }
}

/**
 * Counts a frame of `seconds` in: residuals clipped at 4, those that are NaN left out. An unknown
 * stage (NaN) is heard but not known to be asleep.
 */
export function tallyFrame(
  tally: CohortTally,
  residuals: ArrayLike<number>,
  stage: number,
  seconds: number,
): void {
  for (let c = 0; c < CHANNEL_NAMES.length; c++) {
    const z = residuals[c]!
    if (Number.isNaN(z)) continue
    const clipped = Math.max(-4, Math.min(4, z))
    tally.n[c]!++
    tally.sum[c]! += clipped
    tally.squares[c]! += clipped * clipped
  }
  tally.heardS += seconds
  if (stage > 0) tally.asleepS += seconds
  if (stage === 4) tally.remS += seconds
}

/** Adds one tally to another of the same cohort, as of another partition. */
export function mergeTally(into: CohortTally, from: CohortTally): void {
  for (let c = 0; c < CHANNEL_NAMES.length; c++) {
    into.n[c]! += from.n[c]!
    into.sum[c]! += from.sum[c]!
    into.squares[c]! += from.squares[c]!
  }
  for (const rate of RATE_NAMES) into.counts[rate] += from.counts[rate]
  into.asleepS += from.asleepS
  into.remS += from.remS
  into.heardS += from.heardS
}

/** The time at risk of a rate, s. */
export function exposureS(tally: CohortTally, rate: RateName): number {
  if (rate === 'remAwakenings') return tally.remS
  return rate === 'awakenings' ? tally.asleepS : tally.heardS
}
