import { exp, log } from '../../math/elementary.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import { studentQuantile, studentTail } from './student.ts'

/** A number with its confidence interval of 95 %. */
export type Interval = { readonly value: number; readonly lo95: number; readonly hi95: number }

/**
 * Agreement of two ways of measuring one number (Bland & Altman 1986, 1999): differences are tested
 * minus reference, in the unit of the numbers, or as factors when `scale` is `log`.
 */
export type BlandAltman = {
  readonly n: number
  /** `linear`, or `log`: bias and limits are then ratios tested / reference (Euser et al. 2008). */
  readonly scale: 'linear' | 'log'
  readonly bias: Interval
  /** Standard deviation of the differences (of the log differences when `scale` is `log`). */
  readonly sd: number
  readonly lowerLimit: Interval
  readonly upperLimit: Interval
  /**
   * Slope of difference on size: 0 = the bias is the same for small and large; p of that
   * hypothesis.
   */
  readonly proportional: { readonly slope: number; readonly p: number }
  /**
   * Only with `log`: half the width of the limits is this share of the mean (Euser et al. 2008).
   */
  readonly relativeLimit?: number
}

/**
 * Bland-Altman analysis of pairs, one per night. The size that differences are regressed on is the
 * mean of both, or the reference when `against` says so (Menghini et al. 2021). Pairs with a NaN
 * are left out. Fails with `BLAND_ALTMAN_PAIRS` under 3 pairs, `BLAND_ALTMAN_LOG` when a logarithm
 * of a number <= 0 is wanted. Confidence intervals by Student's t; the standard error of a limit is
 * s sqrt(1/n + 1.96^2 / (2 (n - 1))) (Bland & Altman 1999).
 */
export function blandAltman(
  reference: readonly number[],
  tested: readonly number[],
  options: { readonly scale?: 'linear' | 'log'; readonly against?: 'mean' | 'reference' } = {},
): Result<BlandAltman, 'BLAND_ALTMAN_PAIRS' | 'BLAND_ALTMAN_LOG'> {
  const scale = options.scale ?? 'linear'
  const pairs = reference
    .map((a, i) => [a, tested[i] ?? Number.NaN] as const)
    .filter(([a, b]) => !Number.isNaN(a) && !Number.isNaN(b))
  const n = pairs.length
  if (n < 3) return fail('BLAND_ALTMAN_PAIRS', 'pairs', `${n}`, 'at least 3 nights with both')
  if (scale === 'log' && pairs.some(([a, b]) => a <= 0 || b <= 0)) {
    return fail('BLAND_ALTMAN_LOG', 'pairs', 'a number of 0 or less', 'numbers above 0')
  }
  const on = scale === 'log' ? log : (x: number) => x
  const differences = pairs.map(([a, b]) => on(b) - on(a))
  const sizes = pairs.map(([a, b]) =>
    options.against === 'reference' ? on(a) : (on(a) + on(b)) / 2,
  )
  const bias = meanOf(differences)
  const sd = Math.sqrt(differences.reduce((sum, d) => sum + squared(d - bias), 0) / (n - 1))
  const t = studentQuantile(0.975, n - 1)
  const back = scale === 'log' ? exp : (x: number) => x
  const interval = (value: number, error: number): Interval => ({
    value: back(value),
    lo95: back(value - t * error),
    hi95: back(value + t * error),
  })
  const limitError = sd * Math.sqrt(1 / n + squared(Z95) / (2 * (n - 1)))
  return ok({
    n,
    scale,
    bias: interval(bias, sd / Math.sqrt(n)),
    sd,
    lowerLimit: interval(bias - Z95 * sd, limitError),
    upperLimit: interval(bias + Z95 * sd, limitError),
    proportional: slopeOf(sizes, differences),
    ...(scale === 'log' && { relativeLimit: relativeLimit(sd) }),
  })
}

/** The normal deviate that 95 % lie within. */
const Z95 = 1.96

/** Limits of a log analysis as a share of the mean: 2 (e^(1.96 s) - 1) / (e^(1.96 s) + 1). */
function relativeLimit(sd: number): number {
  const factor = exp(Z95 * sd)
  return (2 * (factor - 1)) / (factor + 1)
}

/** As one product: the last bit of `x ** 2` is left to the engine. */
function squared(x: number): number {
  return x * x
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Least squares of y on x; NaN where x does not vary. */
function slopeOf(x: readonly number[], y: readonly number[]): { slope: number; p: number } {
  const n = x.length
  const mx = meanOf(x)
  const my = meanOf(y)
  const sxx = x.reduce((sum, value) => sum + squared(value - mx), 0)
  const sxy = x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0)
  const slope = sxx > 0 ? sxy / sxx : Number.NaN
  const rest = y.reduce((sum, value, i) => sum + squared(value - my - slope * (x[i]! - mx)), 0)
  const t = slope / Math.sqrt(rest / (n - 2) / sxx)
  return { slope, p: 2 * studentTail(Math.abs(t), n - 2) }
}
