import { BOAS_NORMS } from './boas-norms.ts'
import { NORMED_STATISTICS, type NormedStatistic, type NormGroup } from './norm-group.ts'
import type { SleepStatistics } from './statistics.ts'

/** How much a statistic changes with ten years of age, with its confidence interval of 95 %. */
export type AgeTrend = { readonly perDecade: number; readonly lo95: number; readonly hi95: number }

/**
 * Changes per decade of age in 5273 healthy adults of 169 studies (Boulos et al. 2019, Lancet
 * Respiratory Medicine 7:533, doi 10.1016/S2213-2600(19)30057-8). Shares of N2, N3 and R did not
 * change significantly.
 */
const AGE_TRENDS: Readonly<
  Record<'tstMin' | 'efficiencyPct' | 'wasoMin' | 'solMin' | 'n1Pct', AgeTrend>
> = {
  tstMin: { perDecade: -10.1, lo95: -12.8, hi95: -7.5 },
  efficiencyPct: { perDecade: -2.1, lo95: -2.6, hi95: -1.5 },
  wasoMin: { perDecade: 9.7, lo95: 6.9, hi95: 12.4 },
  solMin: { perDecade: 1.1, lo95: 0.3, hi95: 1.9 },
  n1Pct: { perDecade: 0.5, lo95: 0.1, hi95: 0.8 },
}

/** Where one statistic of a night lies among other people. */
export type NormComparison = {
  readonly statistic: NormedStatistic
  readonly value: number
  /** The middle four fifths of people. */
  readonly usual: readonly [low: number, high: number]
  readonly median: number
  readonly place: 'below' | 'within' | 'above'
  /** Who is compared with: `35 people aged 21 to 41`. */
  readonly people: string
  /** `below the usual range (35 people aged 21 to 41)`: neutral, for a report. */
  readonly words: string
  readonly trend?: AgeTrend
  readonly source: string
}

/** A shorter recording is no whole night. */
const WHOLE_NIGHT_MIN = 300

/**
 * True when a recording can be set beside other people's nights: five hours or longer, with sleep.
 */
export function isWholeNight({ tibMin, tstMin }: SleepStatistics): boolean {
  return tibMin >= WHOLE_NIGHT_MIN && tstMin > 0
}

const SOURCE = 'BOAS, OpenNeuro ds005555 (CC0), consensus of three experts'

/**
 * Compares a night with people of about the same age: 18 to 44, 60 and older, or all adults when
 * the age is unknown or lies between. The usual range is the 10th to the 90th percentile, so one
 * healthy person in five lies outside it in each number; it says what is common, not what is
 * healthy. Statistics the night does not have are left out. Under 18 years nothing is compared.
 */
export function compareWithNorms(
  statistics: SleepStatistics,
  ageYears?: number,
): readonly NormComparison[] {
  const group = normGroup(ageYears)
  if (!group) return []
  return NORMED_STATISTICS.flatMap((statistic) => {
    const value = statistics[statistic]
    return value === undefined ? [] : [compare(statistic, value, group)]
  })
}

/** The people a person of an age is compared with; undefined under 18 years. */
export function normGroup(ageYears: number | undefined): NormGroup | undefined {
  const [adults, ...groups] = BOAS_NORMS
  if (ageYears === undefined) return adults
  if (ageYears < 18) return undefined
  return groups.find(({ fromAge, toAge }) => ageYears >= fromAge && ageYears < toAge + 1) ?? adults
}

function compare(statistic: NormedStatistic, value: number, group: NormGroup): NormComparison {
  const [low, median, high] = group.ranges[statistic]
  const place = value < low ? 'below' : value > high ? 'above' : 'within'
  const people = `${group.people} people aged ${group.youngest} to ${group.oldest}`
  const trend =
    statistic in AGE_TRENDS ? AGE_TRENDS[statistic as keyof typeof AGE_TRENDS] : undefined
  return {
    statistic,
    value,
    usual: [low, high],
    median,
    place,
    people,
    words: `${place} the usual range (${people})`,
    ...(trend && { trend }),
    source: SOURCE,
  }
}
