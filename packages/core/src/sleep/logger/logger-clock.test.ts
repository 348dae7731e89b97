import { describe, expect, it } from 'vitest'
import { readLoggerBytes } from '../../../../../test/logger-file.ts'
import { wallClockS, wallClockText } from '../../math/wall-clock.ts'
import { loggerMoments } from './logger-clock.ts'

const BERLIN = 'Europe/Berlin'
const SPRING = { start: '2024-03-30T20:00:00', firstMs: Date.parse('2024-03-30T19:00:00Z') }
const AUTUMN = { start: '2023-10-28T20:00:00', firstMs: Date.parse('2023-10-28T18:00:00Z') }

/** A wall clock every minute that leaps by `leapS` where the zone's clock is changed. */
function wall(start: string, minutes: number, changeMinute: number, leapS: number): Float64Array {
  const startS = wallClockS(start)!
  return Float64Array.from(
    { length: minutes },
    (_, i) => startS + i * 60 + (i >= changeMinute ? leapS : 0),
  )
}

/**
 * Minutes between a start and the change of the clock: 20:00 to 02:00 in spring, 03:00 in autumn.
 */
const NIGHTS = [
  { name: 'spring', ...SPRING, changeMinute: 360, leapS: 3600 },
  { name: 'autumn', ...AUTUMN, changeMinute: 420, leapS: -3600 },
] as const

describe('the clock of a logger', () => {
  for (const { name, start, firstMs, changeMinute, leapS } of NIGHTS) {
    it(`runs on through the ${name} night when its own clock shows every minute once`, () => {
      const { timesMs, nFollowed } = loggerMoments(wall(start, 720, changeMinute, 0), 60, BERLIN)
      expect(nFollowed).toBe(0)
      for (const [i, ms] of timesMs.entries()) expect(ms).toBe(firstMs + i * 60_000)
    })

    it(`follows the ${name} night when its own clock leaps with the zone's`, () => {
      const clock = wall(start, 720, changeMinute, leapS)
      const { timesMs, nFollowed } = loggerMoments(clock, 60, BERLIN)
      expect(nFollowed).toBe(1)
      for (const [i, ms] of timesMs.entries()) expect(ms).toBe(firstMs + i * 60_000)
    })
  }

  it('takes an hour without samples elsewhere for a gap', () => {
    const clock = wall('2023-10-20T20:00:00', 720, 360, 3600)
    const { timesMs, nFollowed } = loggerMoments(clock, 60, BERLIN)
    expect(nFollowed).toBe(0)
    expect(timesMs[360]! - timesMs[359]!).toBe(3_660_000)
  })

  it('a log through the autumn night keeps every epoch and says what the clock did', () => {
    for (const [leapS, said] of [
      [0, 'ran on'],
      [-3600, 'followed'],
    ] as const) {
      const rows = [...wall(AUTUMN.start, 720, 420, leapS)].map((s, i) => {
        return `${wallClockText(s).replace('T', ' ')},${i}`
      })
      const record = readLoggerBytes(['timestamp,activity', ...rows].join('\n'), { zone: BERLIN })
      if (!record.ok) throw new Error(JSON.stringify(record.problem))
      const [activity] = record.value.series
      expect(activity).toMatchObject({ kind: 'activityCounts', epochS: 60 })
      expect([...activity!.values]).toEqual(Array.from({ length: 720 }, (_, i) => i))
      expect(activity!.timesMs[719]).toBe(AUTUMN.firstMs + 719 * 60_000)
      expect(record.value.warnings.join()).toContain(said)
    }
  })
})
