import { describe, expect, it } from 'vitest'
import { energyOfDb, nightEnergy, soundEnergy } from './sound-energy.ts'

describe('sound energy', () => {
  it('is the table’s at every tenth of a decibel: never below exact, at most 1e-12 above', () => {
    for (let tenths = 0; tenths <= 1400; tenths++) {
      const ratio = energyOfDb(tenths / 10) / 10 ** (tenths / 100)
      expect(Math.abs(ratio - 1)).toBeLessThan(1e-12)
    }
  })

  it('a level between two tenths counts as the higher one', () => {
    expect(energyOfDb(40.01)).toBe(energyOfDb(40.1))
    expect(energyOfDb(40.1000001)).toBe(energyOfDb(40.2))
    expect(energyOfDb(0.3)).toBeCloseTo(10 ** 0.03, 12)
  })

  it('below 0 dB counts as 0; NaN and above 140 dB fit no budget', () => {
    expect([energyOfDb(-5), energyOfDb(0)]).toEqual([1, 1])
    expect(energyOfDb(140)).toBeCloseTo(1e14, 0)
    expect(energyOfDb(140.1)).toBe(Number.POSITIVE_INFINITY)
    expect(energyOfDb(Number.NaN)).toBe(Number.POSITIVE_INFINITY)
  })

  it('a burst holds more than its fast level says: 50 ms at L reads L - 4.82 dB', () => {
    for (const durationMs of [1, 10, 50, 100, 125]) {
      const x = durationMs / 125
      const exact = 1e5 * (durationMs / (1 - Math.exp(-x)))
      expect(soundEnergy(50, durationMs) / exact).toBeGreaterThanOrEqual(1)
      expect(soundEnergy(50, durationMs) / exact).toBeLessThan(1.002)
    }
  })

  it('a long sound is as its level, and 125 ms more', () => {
    expect(soundEnergy(50, 60_000)).toBeCloseTo(1e5 * 60_125, 3)
    expect(soundEnergy(50, 1250) / 1e5).toBe(1375)
  })

  it('576, 1 821 and 5 760 clicks of 50 ms at 60, 55 and 50 dB fill a night of 30 dB (N31)', () => {
    for (const [level, clicks] of [
      [60, 576],
      [55, 1821],
      [50, 5760],
    ] as const) {
      const lafMax = level + 10 * Math.log10(1 - Math.exp(-0.4))
      const fits = nightEnergy(30) / soundEnergy(lafMax, 50)
      expect(fits / clicks).toBeGreaterThan(0.97)
      expect(fits / clicks).toBeLessThanOrEqual(1.0001)
    }
  })

  it('a night of 30 dB is 28 800 s at 30 dB; below 0 dB and unknown it holds nothing', () => {
    expect(nightEnergy(30)).toBeCloseTo(2.88e10, -1)
    expect(nightEnergy(0)).toBe(28_800_000)
    expect(nightEnergy(27.09)).toBe(nightEnergy(27))
    expect(nightEnergy(-0.1)).toBe(0)
    expect(nightEnergy(Number.NaN)).toBe(0)
  })

  it('a week of full nights is 50 dB below the weekly dose that hearing bears (N37)', () => {
    const week = 7 * nightEnergy(30)
    const weeklyDose = 1e8 * 40 * 3_600_000 // 80 dB(A) for 40 h, WHO / ITU H.870
    const alarms = 7 * energyOfDb(75) * 900_000
    expect(week + alarms).toBeLessThan(weeklyDose / 50)
  })
})
