/**
 * The numbers of the HCL model under the letters of its paper; h, lux and % of slow-wave activity.
 */
export type Skeldon23Values = {
  /** Upper asymptote of the homeostatic pressure awake. */
  readonly mu: number
  /** Time constant of the pressure, h. */
  readonly chi: number
  /** Middle of the thresholds, and their distance. */
  readonly H0: number
  readonly Delta: number
  /** Amplitude of the circadian wake propensity. */
  readonly ca: number
  /** Intrinsic period, h, and its factor in the oscillator's frequency. */
  readonly tauc: number
  readonly f: number
  readonly gamma: number
  readonly k: number
  readonly b: number
  /** Photoreceptor: gain, exponent, reference lux, drive and decay per minute. */
  readonly G: number
  readonly p: number
  readonly I0: number
  readonly alpha0: number
  readonly beta: number
  /** Shape of the wake propensity in (1, xc, x, xc^2, xc x, x^2). */
  readonly c20: number
  readonly alpha21: number
  readonly alpha22: number
  readonly beta21: number
  readonly beta22: number
  readonly beta23: number
}

/** A named set of them. */
export type Skeldon23Parameters = {
  readonly name: string
  readonly doi: string
  readonly values: Skeldon23Values
}

const DOI = '10.1371/journal.pcbi.1011743'

const PAPER = {
  chi: 45,
  H0: 13,
  Delta: 1,
  tauc: 24.2,
  f: 0.99669,
  gamma: 0.23,
  k: 0.55,
  b: 0.4,
  G: 19.9,
  p: 0.6,
  I0: 9500,
  alpha0: 0.16,
  beta: 0.013,
  c20: 0.7896,
  alpha21: -0.3912,
  alpha22: 0.7583,
  beta21: -0.4442,
  beta22: 0.025,
  beta23: -0.9647,
}

/** The authors' set for people of about 65 years. */
export const SKELDON23_AGE65: Skeldon23Parameters = {
  name: 'skeldon23-age65',
  doi: DOI,
  values: { ...PAPER, mu: 17.87, ca: 1.72 },
}

/** The authors' set for people of about 30 years. */
export const SKELDON23_AGE30: Skeldon23Parameters = {
  name: 'skeldon23-age30',
  doi: DOI,
  values: { ...PAPER, mu: 18.67, ca: 2.72 },
}

/**
 * What Arcascope circadian 1.0.2 ships: mu 17.78 where the authors' code has 17.87. The golden
 * trajectories are made with it.
 */
export const SKELDON23_ARCASCOPE: Skeldon23Parameters = {
  name: 'skeldon23-arcascope',
  doi: DOI,
  values: { ...PAPER, mu: 17.78, ca: 1.72 },
}

/** Every named set. */
export const SKELDON23_SETS: readonly Skeldon23Parameters[] = [
  SKELDON23_ARCASCOPE,
  SKELDON23_AGE30,
  SKELDON23_AGE65,
]
