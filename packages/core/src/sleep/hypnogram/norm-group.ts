/**
 * Statistics that are compared with other people. Sleep latency and efficiency are not among them,
 * as the recordings behind the norms do not say when the lights went off; nor are the shares of N2
 * and N3, in which groups of scorers differ more than people do (median N3 5 % here, 16 % in
 * DOD-H).
 */
export const NORMED_STATISTICS = [
  'tstMin',
  'wasoMin',
  'maintenancePct',
  'n1Pct',
  'remPct',
  'remLatencyMin',
  'awakenings',
  'fragmentationPerH',
] as const

/** A statistic that has norms. */
export type NormedStatistic = (typeof NORMED_STATISTICS)[number]

/** Percentiles 10, 50 and 90 over people of one span of ages; a person's nights count once. */
export type NormGroup = {
  readonly fromAge: number
  readonly toAge: number
  readonly people: number
  readonly nights: number
  readonly youngest: number
  readonly oldest: number
  readonly ranges: Readonly<
    Record<NormedStatistic, readonly [p10: number, p50: number, p90: number]>
  >
}
