import { expect, test } from 'vitest'
import { lightInUnit, SPECTRA } from './spectrum.ts'

test('light changes its unit by a stated spectrum and back; a gap stays a gap', () => {
  const lamp = { unit: 'photopicLux', dtH: 1, lux: Float64Array.of(100, NaN) } as const
  const melanopic = lightInUnit(lamp, 'melanopicEdiLux', SPECTRA.incandescent)
  expect([...melanopic.lux]).toEqual([49.6, NaN])
  expect(lightInUnit(melanopic, 'photopicLux', SPECTRA.incandescent).lux[0]).toBeCloseTo(100, 9)
  expect(lightInUnit(lamp, 'photopicLux', SPECTRA.led)).toBe(lamp)
  expect([...lightInUnit(lamp, 'melanopicEdiLux', SPECTRA.daylight).lux]).toEqual([100, NaN])
})
