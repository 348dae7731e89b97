import { compareWithNorms, isWholeNight, type NormComparison } from '../hypnogram/norm.ts'
import type { NormedStatistic } from '../hypnogram/norm-group.ts'
import type { Night } from '../night/night.ts'

/** Where a night lies among other people, by statistic. */
export type UsualRanges = ReadonlyMap<string, NormComparison>

/**
 * The usual range of every statistic of a night that has one, all adults together as a recording
 * does not say how old the sleeper is. Empty for a recording that is no whole night.
 */
export function usualRanges({ statistics }: Night): UsualRanges {
  const found = isWholeNight(statistics) ? compareWithNorms(statistics) : []
  return new Map(found.map((comparison) => [comparison.statistic, comparison]))
}

/** Why nothing is set beside the night, for print. */
export const NO_WHOLE_NIGHT: string =
  "A recording of less than five hours, or without sleep, is not set beside other people's nights."

/** What the usual ranges are, where they come from and how far to trust them, for print. */
export function usualSource(ranges: UsualRanges): string {
  const [any] = ranges.values()
  if (!any) return NO_WHOLE_NIGHT
  const decade = (name: NormedStatistic): string =>
    Math.abs(ranges.get(name)?.trend?.perDecade ?? Number.NaN).toFixed(0)
  const age = ranges.get('wasoMin')
    ? ` With every decade of age total sleep shortens by about ${decade('tstMin')} min and wake after sleep onset grows by about ${decade('wasoMin')} min (Boulos et al. 2019, Lancet Respir Med, 5273 healthy adults).`
    : ''
  return (
    `Usual: the middle four fifths of ${any.people} (${any.source}), so one person in five lies outside each range.${age} ` +
    'Healthy sleep varies widely between people and nights; being outside a range is not a finding in itself ' +
    '(Hertenstein et al. 2018, J Clin Sleep Med). The shares of N2 and N3 have no range, as scorers and laboratories ' +
    'differ in them more than people do; sleep latency and efficiency have none, as those recordings do not say when ' +
    'the lights went off.'
  )
}
