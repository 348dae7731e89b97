import { exp, pow } from '../../math/elementary.ts'
import type { Site } from './montage.ts'
import type { Person } from './person.ts'

/** The states of the brain that the ongoing EEG is mixed from; alpha comes and goes by itself. */
export const COMPONENTS = ['wake', 'alpha', 'drowsy', 'light', 'deep', 'dream', 'arousal'] as const

/** One of `COMPONENTS`. */
export type Component = (typeof COMPONENTS)[number]

type Shape = {
  /** Power at 1 Hz, uV^2/Hz, and the exponent of its fall, of the aperiodic part. */
  readonly level: number
  readonly exponent: number
  /** Rhythms on top: centre Hz, spread Hz, peak uV^2/Hz. */
  readonly bumps: readonly (readonly [number, number, number])[]
  /** Scalp muscle above 15 Hz, uV^2/Hz. */
  readonly muscle: number
}

/** Below this the aperiodic part is flat, Hz. */
const KNEE_HZ = 0.45
/** The amplifier's own noise, uV^2/Hz. */
const AMPLIFIER = 0.004

/**
 * Power spectral density of one component at one site, uV^2/Hz one-sided. Aperiodic 1/f background
 * whose fall steepens from wake to N3 and lies between in REM (Lendner et al., eLife 9, 2020;
 * Schneider et al., Sci Rep 12, 2022), with the rhythms of each state as Gaussian bumps.
 */
export function componentDensity(
  component: Component,
  hz: number,
  site: Site,
  person: Person,
): number {
  const shape = SHAPES[component](person)
  const alpha = component === 'alpha' ? site.alpha * person.alphaScale : site.background
  const scale = alpha * person.eegScale
  let density = shape.level / (pow(KNEE_HZ, shape.exponent) + pow(hz, shape.exponent))
  for (const [centreHz, spreadHz, peak] of shape.bumps) {
    const z = (hz - centreHz) / spreadHz
    if (z * z < 60) density += peak * exp(-0.5 * z * z)
  }
  const muscle = shape.muscle / (1 + exp((22 - hz) / 4)) + (shape.level > 0 ? AMPLIFIER : 0)
  return density * scale * scale + muscle
}

const SHAPES: Readonly<Record<Component, (person: Person) => Shape>> = {
  wake: () => ({ level: 13, exponent: 1.15, bumps: [[18, 5, 0.25]], muscle: 0.15 }),
  alpha: ({ alphaHz }) => ({
    ...{ level: 0, exponent: 1, muscle: 0 },
    bumps: [
      [alphaHz, 0.55, 24],
      [2 * alphaHz, 0.9, 0.2],
    ],
  }),
  drowsy: () => ({ level: 30, exponent: 1.5, bumps: [[5.6, 1.4, 11]], muscle: 0.03 }),
  light: ({ spindleHz }) => ({
    ...{ level: 85, exponent: 1.95, muscle: 0.012 },
    bumps: [
      [4.6, 1.6, 8],
      [spindleHz, 1.1, 0.35],
    ],
  }),
  deep: ({ spindleHz }) => ({
    ...{ level: 140, exponent: 2.3, muscle: 0.008 },
    bumps: [
      [2, 1, 100],
      [5, 1.6, 5],
      [spindleHz, 1, 0.15],
    ],
  }),
  dream: ({ alphaHz }) => ({
    ...{ level: 30, exponent: 1.45, muscle: 0.006 },
    bumps: [
      [5.6, 1.4, 8],
      [alphaHz - 1.5, 0.8, 0.4],
    ],
  }),
  arousal: ({ alphaHz }) => ({
    ...{ level: 12, exponent: 1.2, muscle: 0.2 },
    bumps: [
      [alphaHz, 1, 8],
      [5, 1, 5],
      [20, 5, 0.5],
    ],
  }),
}
