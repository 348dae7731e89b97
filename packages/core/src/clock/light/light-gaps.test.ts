import { describe, expect, test } from 'vitest'
import type { LightSeries } from './light.ts'
import { fillLightGaps } from './light-gaps.ts'

/** Seven days: 100 lux by day with the day's number on top, 0 by night. */
function week(): LightSeries {
  const lux = Float64Array.from({ length: 168 }, (_, h) =>
    h % 24 >= 8 && h % 24 < 22 ? 100 + Math.floor(h / 24) : 0,
  )
  return { unit: 'photopicLux', dtH: 1, lux }
}

function filled(series: LightSeries, policy: 'hold' | 'profile' | 'unknown', startH = 0) {
  const result = fillLightGaps(series, startH, policy)
  if (!result.ok) throw new Error(result.problem.code)
  return result.value
}

describe('a gap in the light', () => {
  const series = week()
  series.lux.fill(NaN, 36, 48)

  test('is held for two hours and then filled with the usual light of that time of day', () => {
    const { lux, known, gapSamples } = filled(series, 'hold')
    expect([...lux.slice(35, 49)]).toEqual([101, 101, 101, ...lux.slice(38, 46), 0, 0, 0])
    expect(lux[40]).toBe(103.5)
    expect(gapSamples).toBe(12)
    expect([...known.slice(34, 38)]).toEqual([1, 1, 0, 0])
  })

  test('has bounds as wide as that time of day was on other days; known light has none', () => {
    const { lux, lowLux, highLux } = filled(series, 'profile')
    expect(lux[40]).toBe(103.5)
    expect(lowLux[40]).toBeLessThan(102)
    expect(highLux[40]).toBeGreaterThan(105)
    expect([lowLux[33], highLux[33]]).toEqual([101, 101])
  })

  test('of unknown kind has bounds as wide as the light ever was', () => {
    const { lowLux, highLux } = filled(series, 'unknown')
    expect(lowLux[40]).toBe(0)
    expect(highLux[40]).toBeGreaterThan(104)
    expect(highLux[47]).toBeGreaterThan(104)
  })

  test('follows the clock the series began by', () => {
    const late = week()
    late.lux.fill(NaN, 30, 34)
    expect(filled(late, 'profile', 12).lux[32]).toBe(filled(late, 'profile', 0).lux[32])
  })

  test('is not there when nothing is missing, and is all there is when everything is', () => {
    expect(filled(week(), 'hold').gapSamples).toBe(0)
    const empty = { ...week(), lux: new Float64Array(4).fill(NaN) }
    expect(fillLightGaps(empty, 0, 'hold')).toMatchObject({ ok: false })
  })

  test('in the first hours, with no light before it, takes the usual light', () => {
    const start = week()
    start.lux.fill(NaN, 0, 10)
    expect(filled(start, 'hold').lux[9]).toBe(103.5)
  })
})
