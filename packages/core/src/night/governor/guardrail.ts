import { LIMIT_NAMES, type LimitName, type Limits } from './limits.ts'

/**
 * How far a setting may go: nobody passes `absolute`, whoever passes `recommended` is told so. The
 * recommended range lies inside the absolute one. After LoopKit's Guardrail.
 */
export type Guardrail = {
  readonly absolute: { readonly from: number; readonly to: number }
  readonly recommended: { readonly from: number; readonly to: number }
  /** What a new sleeper is offered. */
  readonly start: number
}

/** Where a value lies between its guardrails. */
export type Standing = 'outside' | 'minimum' | 'below' | 'within' | 'above' | 'maximum'

/**
 * The guardrails of every ceiling. Sound: 60 dB(A) LAFmax at the ear is the most that closed-loop
 * studies use, 45 is WHO's for a bedroom at night (Guidelines for Community Noise, 1999, LAFmax);
 * LAeq over 8 h of 30 dB(A) likewise. Light: 10 lux melanopic EDI in the evening, 1 lux in sleep
 * (Brown et al., PLoS Biol 20:e3001571, 2022). Warmth: this project's own, below the 43 degrees C
 * at which skin burns in 8 h of contact (ISO 13732-1). Time: this project's own.
 */
export const GUARDRAILS: Readonly<Record<LimitName, Guardrail>> = {
  soundDbA: rail(20, 60, 20, 50, 45),
  soundLaeqDbA: rail(0, 30, 0, 27, 27),
  lightMelanopicLux: rail(0, 10, 0, 1, 1),
  warmthC: rail(20, 40, 28, 36, 34),
  stimulationMin: rail(0, 240, 0, 180, 120),
}

/** Where a value lies; NaN is outside. The bounds themselves belong to the ranges they close. */
export function standing(value: number, { absolute, recommended }: Guardrail): Standing {
  if (!(value >= absolute.from && value <= absolute.to)) return 'outside'
  if (value >= recommended.from && value <= recommended.to) return 'within'
  if (value < recommended.from) return value === absolute.from ? 'minimum' : 'below'
  return value === absolute.to ? 'maximum' : 'above'
}

/** Every ceiling at the end of its absolute range. */
export const ABSOLUTE_LIMITS: Limits = atEach(({ absolute }) => absolute.to)

/** Every ceiling as a new sleeper is offered it. */
export const STARTING_LIMITS: Limits = atEach(({ start }) => start)

function rail(from: number, to: number, low: number, high: number, start: number): Guardrail {
  return { absolute: { from, to }, recommended: { from: low, to: high }, start }
}

function atEach(of: (guardrail: Guardrail) => number): Limits {
  return Object.fromEntries(LIMIT_NAMES.map((name) => [name, of(GUARDRAILS[name])])) as Limits
}
