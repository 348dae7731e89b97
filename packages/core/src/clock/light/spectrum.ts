import type { LightSeries, LightUnit } from './light.ts'

/**
 * A kind of light by its melanopic daylight efficacy ratio: melanopic EDI lux per photopic lux, 1
 * for daylight (CIE S 026:2018).
 */
export type Spectrum = {
  readonly name: string
  readonly melanopicRatio: number
  readonly source: string
}

/** Spectra with a ratio of their own; anything else is between the lamp's and daylight's. */
export const SPECTRA: Readonly<Record<'daylight' | 'incandescent' | 'led', Spectrum>> = {
  daylight: {
    name: 'daylight, CIE D65',
    melanopicRatio: 1,
    source: 'CIE S 026:2018: the reference, 1 by definition',
  },
  incandescent: {
    name: 'incandescent lamp, CIE A, 2856 K',
    melanopicRatio: 0.496,
    source: 'CIE S 026:2018 alpha-opic toolbox',
  },
  led: {
    name: 'white LED, 4000 K',
    melanopicRatio: 0.632,
    source: 'one lamp, worked in CIE S 026 units by its maker; LEDs of a colour differ by a fifth',
  },
}

/**
 * A series in another unit, under a stated spectrum: a lux number alone does not say what its light
 * was made of. NaN stays NaN; a series already in the unit is returned as it is.
 */
export function lightInUnit(series: LightSeries, unit: LightUnit, spectrum: Spectrum): LightSeries {
  if (series.unit === unit) return series
  const factor = unit === 'melanopicEdiLux' ? spectrum.melanopicRatio : 1 / spectrum.melanopicRatio
  return { ...series, unit, lux: series.lux.map((lux) => lux * factor) }
}
