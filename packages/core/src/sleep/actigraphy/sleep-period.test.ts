import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '../../../../../test/shared.ts'
import { sleepPeriods, TUDOR_LOCKE } from './sleep-period.ts'
import { sadehScore } from './sleep-score.ts'

const FOLDER = 'data/light-activity/actigraph-sleepr/inst/extdata'
const isHere = hasShared(FOLDER)

function table(file: string): Readonly<Record<string, string>>[] {
  const [header, ...rows] = readFileSync(sharedPath(`${FOLDER}/${file}`), 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','))
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [header![i]!, cell])))
}

describe.skipIf(!isHere)(`sleep periods${isHere ? '' : ` (${SHARED_MISSING})`}`, () => {
  it('are those of actigraph.sleepr by each of its three rules', () => {
    const minutes = table('GT3XPlus-RawData-Day01-sleep-awake.csv')
    const startMs = Date.parse(minutes[0]!.timestamp!)
    const counts = Float64Array.from(minutes, (row) => Number(row.axis1))
    const reference = table('GT3XPlus-RawData-Day01-sleep-periods.csv')
    const names = new Set(reference.map((row) => row.period_algorithm))
    expect(names.size).toBe(3)
    for (const name of names) {
      const rows = reference.filter((row) => row.period_algorithm === name)
      const number = (key: string): number => Number(rows[0]![key])
      const found = sleepPeriods(sadehScore(counts), counts, {
        asleepMin: number('n_bedtime_start'),
        awakeMin: number('n_wake_time_end'),
        leastMin: number('min_sleep_period'),
        mostMin: number('max_sleep_period'),
        leastNonzero: number('min_nonzero_epochs'),
      })
      const text = (minute: number) => {
        return `${new Date(startMs + minute * 60_000).toISOString().slice(0, 19)}Z`
      }
      expect(
        found.map((one) => [text(one.from), text(one.to), one.asleepMin, one.nAwakenings]),
      ).toEqual(
        rows.map((row) => [
          row.in_bed_time,
          row.out_bed_time,
          Number(row.total_sleep_time),
          Number(row.nb_awakenings),
        ]),
      )
    }
  })
})

describe('a sleep period', () => {
  it('is told when it has ended, is long enough, and some minute of it has counts', () => {
    const score = new Float32Array(220).fill(1, 0, 200)
    const counts = new Float64Array(220)
    expect(sleepPeriods(score, counts)).toEqual([
      { from: 0, to: 200, asleepMin: 200, nAwakenings: 0 },
    ])
    expect(sleepPeriods(score.subarray(0, 205), counts)).toEqual([])
    expect(sleepPeriods(score.subarray(60), counts)).toEqual([])
    expect(sleepPeriods(score, counts, { ...TUDOR_LOCKE, leastNonzero: 1 })).toEqual([])
  })
})
