import type { GenotypeReading } from './genotype.ts'
import type { Variant } from './variant.ts'
import { readVariant, type VariantReading } from './variant-reading.ts'
import { SCORE_SD_MIN, VARIANTS } from './variant-table.ts'

/** A mean and a standard deviation, in the unit of its name. */
export type Normal = { readonly mean: number; readonly sd: number }

/** What is known of a person beside the file. */
export type GenomePriorOptions = {
  /**
   * Ancestry of the person. The effects were estimated in Europeans (`EUR`); `other` takes .3 of
   * them and widens; unknown widens.
   */
  readonly ancestry?: 'EUR' | 'other' | 'unknown' | undefined
  readonly sex?: 'female' | 'male' | undefined
}

/** What the genes say of a clock before any sleep has been seen. */
export type GenomePrior = {
  /** Intrinsic period, h. */
  readonly tauPriorH: Normal
  /**
   * Sleep timing against the average person of the same age, minutes, later positive. Its sd is
   * that of people, not of the score: genes narrow it by less than a minute. It says the same
   * genes as `tauPriorH` once more: use one of the two.
   */
  readonly chronotypePriorMin: Normal
  /** The part of the whole chronotype score that the counted variants are, 0..1 of variance. */
  readonly coveredShare: number
  /** How far the genes move tau from that of the same person without a file, minutes. */
  readonly tauShiftMin: number
  readonly readings: readonly VariantReading[]
}

/** Intrinsic period of people: mean and SD, and what sex moves it by, h. Source: Duffy 2011. */
const TAU_H = { mean: 24.15, sd: 0.2, female: -0.06, male: 0.04 }

/** SD of habitual mid-sleep in adults of an age, minutes. */
const TIMING_SD_MIN = 60

/**
 * Tau per SD of the eveningness score, h: were all of it to act through tau, with 2 .. 4.5 h of
 * phase per hour of tau. Its SD is half of it.
 */
const TAU_PER_SCORE_SD_H = { mean: 0.034, sd: 0.02 }

const MINUTES = 60

/**
 * The prior that a genotype file gives: `tau ~ N(24.15 +- sex + genes, .20)` and sleep timing.
 * Variants not in the file, or not readable, are averaged over the population by Hardy-Weinberg (an
 * effect is counted from the average person, so they add nothing to the mean and keep their width).
 * Without a file: the population. Sources: Duffy 2011 for tau, Chang 2019 for PER2, Jones 2019 for
 * what the whole score is worth.
 */
export function genomePrior(
  reading?: GenotypeReading | undefined,
  options: GenomePriorOptions = {},
): GenomePrior {
  const readings = reading ? VARIANTS.map((variant) => readVariant(variant, reading)) : []
  const used = readings.filter((one) => one.used)
  const timing = sumOf(used.filter(({ variant }) => variant.on === 'chronotype').map(effectOf))
  const direct = sumOf(used.filter(({ variant }) => variant.on === 'tau').map(effectOf))
  // A gene with a measured effect on tau is not counted a second time through the score.
  const measured = new Set(
    used.flatMap(({ variant }) => (variant.on === 'tau' ? variant.rsid : [])),
  )
  const rest = used.filter(({ variant }) => {
    return variant.on === 'chronotype' && !measured.has(variant.rsid)
  })
  const score = scoreTau(sumOf(rest.map(effectOf)))
  const shift = trusted(
    { mean: direct.mean + score.mean, error: direct.error + score.error },
    options,
  )
  const timingShift = trusted(timing, options)
  const sex = options.sex === undefined ? 0 : TAU_H[options.sex]
  const tauExplained = (direct.explained + score.explained) / (MINUTES * MINUTES)
  return {
    tauPriorH: {
      mean: TAU_H.mean + sex + shift.mean / MINUTES,
      sd: Math.sqrt(TAU_H.sd * TAU_H.sd - tauExplained + shift.error / (MINUTES * MINUTES)),
    },
    chronotypePriorMin: {
      mean: timingShift.mean,
      sd: Math.sqrt(TIMING_SD_MIN * TIMING_SD_MIN - timing.explained + timingShift.error),
    },
    coveredShare: timing.explained / (SCORE_SD_MIN * SCORE_SD_MIN),
    tauShiftMin: shift.mean,
    readings,
  }
}

/**
 * A shift from the average person, minutes; the variance between people it explains and the
 * variance of its error, min^2.
 */
type Effect = { readonly mean: number; readonly error: number; readonly explained: number }

function effectOf({ variant, copies }: VariantReading): Effect {
  const { mean, variance } = dosage(variant)
  const dose = variant.per === 'carrier' ? Math.min(1, copies!) : copies!
  const away = dose - mean
  return {
    mean: away * variant.betaMin,
    error: away * away * variant.se * variant.se,
    explained: variance * variant.betaMin * variant.betaMin,
  }
}

/** Mean and variance of the dose in the population, under Hardy-Weinberg. */
function dosage({ per, effectAlleleFrequency: p }: Variant): { mean: number; variance: number } {
  if (per === 'copy') return { mean: 2 * p, variance: 2 * p * (1 - p) }
  const carriers = 1 - (1 - p) * (1 - p)
  return { mean: carriers, variance: carriers * (1 - carriers) }
}

function sumOf(effects: readonly Effect[]): Effect {
  let [mean, error, explained] = [0, 0, 0]
  for (const effect of effects) {
    mean += effect.mean
    error += effect.error
    explained += effect.explained
  }
  return { mean, error, explained }
}

/** Minutes of sleep timing as minutes of tau, through the score. */
function scoreTau(timing: Effect): Effect {
  const perMin = (TAU_PER_SCORE_SD_H.mean * MINUTES) / SCORE_SD_MIN
  const spread = (TAU_PER_SCORE_SD_H.sd * MINUTES) / SCORE_SD_MIN
  return {
    mean: timing.mean * perMin,
    error: timing.error * perMin * perMin + timing.mean * timing.mean * spread * spread,
    explained: timing.explained * perMin * perMin,
  }
}

/**
 * Share of a European effect kept in other people (`other`), and given up as doubt where unknown.
 */
const KEPT_ELSEWHERE = 0.3
const UNKNOWN_DOUBT = 0.35

/** Effects estimated in Europeans, as far as they can be trusted in this person. */
function trusted(
  { mean, error }: Pick<Effect, 'mean' | 'error'>,
  { ancestry = 'unknown' }: GenomePriorOptions,
): Pick<Effect, 'mean' | 'error'> {
  if (ancestry === 'EUR') return { mean, error }
  const kept = ancestry === 'other' ? KEPT_ELSEWHERE : 1
  const doubt = (ancestry === 'other' ? 1 - KEPT_ELSEWHERE : UNKNOWN_DOUBT) * mean
  return { mean: kept * mean, error: error + doubt * doubt }
}
