/**
 * What is usual: mean and standard deviation over healthy volunteers, in the unit of the figure.
 */
export type Norm = { readonly mean: number; readonly sd: number }

/** The figures of a night that have a usual range. */
export type NormName =
  | 'tstMin'
  | 'efficiencyPct'
  | 'solMin'
  | 'wasoMin'
  | 'awakenings'
  | 'n1Pct'
  | 'n2Pct'
  | 'n3Pct'
  | 'remPct'

/**
 * Nights of 25 healthy volunteers in a laboratory, scored by five experts: mean and standard
 * deviation of the consensus hypnograms. Source: Dreem Open Dataset Healthy (Guillot et al., IEEE
 * TNSRE 28:1955, 2020), computed with the AASM definitions used here.
 */
const HEALTHY_VOLUNTEERS: Readonly<Record<NormName, Norm>> = {
  tstMin: { mean: 429.7, sd: 66.7 },
  efficiencyPct: { mean: 86, sd: 9.2 },
  solMin: { mean: 19.7, sd: 19.2 },
  wasoMin: { mean: 40.4, sd: 27.2 },
  awakenings: { mean: 24.8, sd: 10.7 },
  n1Pct: { mean: 7.3, sd: 3.4 },
  n2Pct: { mean: 55.2, sd: 8.4 },
  n3Pct: { mean: 16, sd: 7.4 },
  remPct: { mean: 21.5, sd: 6.4 },
}

/** Where the usual ranges come from, and how far to trust them, for print. */
export const NORM_SOURCE: string =
  'Usual range: mean ± one standard deviation of 25 healthy adult volunteers in a sleep laboratory, ' +
  'consensus of five experts (Dreem Open Dataset Healthy; Guillot et al. 2020). About two in three ' +
  'healthy people fall inside. With every decade of age total sleep shortens by about 10 min and wake ' +
  'after sleep onset grows by about 10 min (Boulos et al. 2019, Lancet Respir Med, 5273 healthy adults). ' +
  'Healthy sleep varies widely between people and nights; being outside a range is not a finding in itself ' +
  '(Hertenstein et al. 2018, J Clin Sleep Med).'

/** True when a figure of the night has a usual range. */
export function hasNorm(name: string): name is NormName {
  return Object.hasOwn(HEALTHY_VOLUNTEERS, name)
}

/** The usual range of a figure as low and high end; the low end is never below 0. */
export function usualRange(name: NormName): readonly [number, number] {
  const { mean, sd } = HEALTHY_VOLUNTEERS[name]
  return [Math.max(0, mean - sd), mean + sd]
}
