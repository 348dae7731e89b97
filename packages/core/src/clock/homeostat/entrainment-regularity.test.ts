import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson } from '#test/shared.ts'
import { entrainmentRegularity } from './entrainment-regularity.ts'

const GOLDEN = 'golden/circadian/esri.json'

function light(lux: readonly number[], dtH = 0.1) {
  return { unit: 'photopicLux' as const, dtH, lux: Float64Array.from(lux) }
}

describe('the entrainment signal regularity index', () => {
  it('is 0.1, where it starts, in darkness', () => {
    const { timesH, values } = entrainmentRegularity(light(new Array(1201).fill(0)), { everyH: 12 })
    expect(timesH).toEqual([0, 12])
    for (const value of values) expect(value).toBeCloseTo(0.1, 6)
  })

  it('is higher for the same light every day than for light at other hours each day', () => {
    const same = Array.from({ length: 2000 }, (_, i) => (i % 240 < 80 ? 0 : 200))
    const shifted = Array.from({ length: 2000 }, (_, i) =>
      (i + 90 * Math.floor(i / 240)) % 240 < 80 ? 0 : 200,
    )
    const [a, b] = [same, shifted].map((lux) => entrainmentRegularity(light(lux), { everyH: 24 }))
    expect(a!.values.length).toBe(5)
    for (const [i, value] of a!.values.entries()) expect(value).toBeGreaterThan(b!.values[i]! + 0.1)
  })

  it('has nothing to say of a record shorter than its window', () => {
    expect(entrainmentRegularity(light(new Array(960).fill(100)))).toEqual({
      timesH: [],
      values: [],
    })
  })
})

describe.skipIf(!hasShared(GOLDEN))(`the index and Arcascope (${SHARED_MISSING})`, () => {
  type Golden = { results: Record<string, { days: number; time: number[]; esri: number[] }> }

  it.each([
    ['regular', 'regular_16_8'],
    ['shift', 'night_shift_rotation'],
  ])('is equal to 1e-6: %s', (name, scenario) => {
    const golden = sharedJson<Golden>(GOLDEN).results[name]!
    const input = sharedJson<{ light_lux: number[] }>(`golden/circadian/inputs/${scenario}.json`)
    const lux = input.light_lux.slice(0, golden.days * 240)
    const { timesH, values } = entrainmentRegularity(light(lux), { everyH: 6 })
    expect(timesH.length).toBe(golden.time.length / 3)
    for (const [i, value] of values.entries()) {
      expect(timesH[i]).toBeCloseTo(golden.time[3 * i]!, 6)
      expect(Math.abs(value - golden.esri[3 * i]!)).toBeLessThan(1e-6)
    }
  })
})
