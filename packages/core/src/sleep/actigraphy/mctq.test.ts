import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '../../../../../test/shared.ts'
import { type AskedDays, askedOnset, mctq, shiftJetLagH } from './mctq.ts'

const FOLDER = 'data/light-activity/mctq/inst/extdata'
const isHere = hasShared(FOLDER)

const hours = (text: string): number => {
  const [h, m] = text.split(':').map(Number)
  return h! + m! / 60
}

/** Decimal hours as h:mm:ss, to the second. */
function clockText(h: number): string {
  const s = Math.round(h * 3600)
  return [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}

describe.skipIf(!isHere)(
  `the chronotype questionnaire${isHere ? '' : ` (${SHARED_MISSING})`}`,
  () => {
    type Row = Readonly<Record<string, string>>
    const table = (file: string): Row[] => {
      const [header, ...rows] = readFileSync(sharedPath(`${FOLDER}/${file}`), 'utf8')
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(','))
      return rows.map((row) => Object.fromEntries(row.map((cell, i) => [header![i]!, cell])))
    }
    const sleep = (row: Row, day: 'w' | 'f') => ({
      onsetH: askedOnset(hours(row[`sprep_${day}`]!), Number(row[`slat_${day}`])),
      endH: hours(row[`se_${day}`]!),
      alarm: row[`alarm_${day}`] === 'TRUE',
    })

    it('of the vignette gives what a pencil gives', () => {
      const people = table('vignette_mctq.csv').map((row) =>
        mctq({
          work: sleep(row, 'w'),
          free: sleep(row, 'f'),
          workDays: Number(row.wd),
          freeDays: 7 - Number(row.wd),
        }),
      )
      // 23:20 + 30 min to 06:55; 00:15 + 5 min to 10:10; five work days.
      const first = people[0]!
      expect(clockText(first.workDurationH)).toBe('07:05:00')
      expect(clockText(first.freeDurationH)).toBe('09:50:00')
      expect(clockText(first.averageDurationH)).toBe('07:52:09')
      expect(clockText(first.workMidH)).toBe('03:22:30')
      expect(clockText(first.freeMidH)).toBe('05:15:00')
      expect(clockText(first.chronotypeH!)).toBe('04:16:04')
      expect(clockText(first.socialJetLagH)).toBe('01:52:30')
      expect(clockText(first.sleepLossH)).toBe('03:55:43')
    })

    it('is answered by all of the micro form whose clocks can be', () => {
      const rows = table('micro_mctq.csv')
      const clockOf = (text: string | undefined): number => {
        const match = /^(\d\d):(\d\d) ([AP])M$/.exec(text ?? '')
        if (!match) return Number.NaN
        return (Number(match[1]) % 12) + Number(match[2]) / 60 + (match[3] === 'P' ? 12 : 0)
      }
      const answered = rows.filter((row) => {
        const workDays = Number(row['WORK DAYS'])
        const result = mctq({
          work: { onsetH: clockOf(row['W SLEEP ONSET']), endH: clockOf(row['W SLEEP END']) },
          free: { onsetH: clockOf(row['F SLEEP ONSET']), endH: clockOf(row['F SLEEP END']) },
          workDays,
          freeDays: 7 - workDays,
        })
        if (result === undefined) return false
        expect(Math.abs(result.socialJetLagH)).toBeLessThanOrEqual(12)
        expect(result.chronotypeH).toBeGreaterThanOrEqual(0)
        return true
      })
      expect(answered.length).toBeGreaterThan(rows.length / 2)
    })
  },
)

describe('the chronotype', () => {
  const days: AskedDays = {
    work: { onsetH: 23.5, endH: 6.5 },
    free: { onsetH: 1, endH: 10 },
    workDays: 5,
    freeDays: 2,
  }

  it('is not told where an alarm ends free sleep', () => {
    expect(mctq(days)!.chronotypeH).toBeCloseTo(5.5 - (9 - 53 / 7) / 2, 12)
    const alarmed = mctq({ ...days, free: { ...days.free, alarm: true } })!
    expect(alarmed.chronotypeH).toBeUndefined()
    expect(alarmed.socialJetLagH).toBeCloseTo(2.5, 12)
  })

  it('is mid-sleep itself where free sleep is no longer than work sleep', () => {
    expect(mctq({ ...days, free: { onsetH: 1, endH: 7 } })!.chronotypeH).toBe(4)
  })

  it('needs work days, free days and clocks', () => {
    expect(mctq({ ...days, freeDays: 0 })).toBeUndefined()
    expect(mctq({ ...days, work: { onsetH: 35, endH: 6 } })).toBeUndefined()
    expect(mctq({ ...days, free: { onsetH: 6, endH: 6 } })).toBeUndefined()
  })

  it('of a shift worker is asked for each shift, and jet lag is weighted by its days', () => {
    const night = { ...days, work: { onsetH: 8, endH: 14 }, workDays: 4, freeDays: 3 }
    const shifts = [days, night].map((shift) => ({ ...shift, result: mctq(shift)! }))
    expect(shifts[1]!.result.socialJetLagH).toBeCloseTo(-5.5, 12)
    expect(shiftJetLagH(shifts)).toBeCloseTo((5 * 2.5 + 4 * 5.5) / 9, 12)
  })
})
