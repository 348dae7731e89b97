import { pow } from '../../math/elementary.ts'

/**
 * A receptor's answer to light: its drive, and that drive's slope by the logarithm of the light.
 */
export type LightResponse = {
  /** Per minute, of lux >= 0; below 0 counts as 0, NaN gives NaN. */
  alpha(lux: number): number
  /** d alpha / d ln lux, per minute. */
  alphaPerLogLux(lux: number): number
}

/** alpha0 (I / I0)^p: Kronauer 1999 (p .6) and Forger 1999 (p .5). `gain` multiplies the light. */
export function powerResponse(alpha0: number, I0: number, p: number, gain: number): LightResponse {
  const power = p === 0.5 ? Math.sqrt : (ratio: number): number => (ratio === 0 ? 0 : pow(ratio, p))
  const alpha = (lux: number): number => alpha0 * power((gain * positive(lux)) / I0)
  return { alpha, alphaPerLogLux: (lux) => p * alpha(lux) }
}

/**
 * alpha0 (I / I0)^p I / (I + I1): St. Hilaire 2007 and Breslow 2013. `gain` multiplies the light.
 */
export function dimmedResponse(
  alpha0: number,
  I0: number,
  p: number,
  I1: number,
  gain: number,
): LightResponse {
  const { alpha: undimmed } = powerResponse(alpha0, I0, p, gain)
  const share = (lux: number): number => (gain * positive(lux)) / (gain * positive(lux) + I1)
  const alpha = (lux: number): number => undimmed(lux) * share(lux)
  return { alpha, alphaPerLogLux: (lux) => alpha(lux) * (p + 1 - share(lux)) }
}

/** alpha0 I^p / (I^p + I0): Hannay 2019. `gain` multiplies the light. */
export function saturatingResponse(
  alpha0: number,
  I0: number,
  p: number,
  gain: number,
): LightResponse {
  const share = (lux: number): number => {
    const light = gain * positive(lux)
    const power = p === 1.5 ? light * Math.sqrt(light) : light === 0 ? 0 : pow(light, p)
    return light === Number.POSITIVE_INFINITY ? 1 : power / (power + I0)
  }
  return {
    alpha: (lux) => alpha0 * share(lux),
    alphaPerLogLux: (lux) => alpha0 * p * share(lux) * (1 - share(lux)),
  }
}

function positive(lux: number): number {
  return Math.max(lux, 0)
}
