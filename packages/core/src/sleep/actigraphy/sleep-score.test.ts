import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readLoggerFile } from '../../../../../test/logger-file.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '../../../../../test/shared.ts'
import { epochsOfSeries } from './regular-epochs.ts'
import { coleKripkeScore, sadehScore, websterRescored } from './sleep-score.ts'

const FOLDER = 'data/light-activity/actigraph-sleepr/inst/extdata'
const isHere = hasShared(FOLDER)

function rows(file: string): string[][] {
  const text = readFileSync(sharedPath(`${FOLDER}/${file}`), 'utf8')
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))
}

function scored(score: Float32Array): string[] {
  return [...score].map((state) => (state === 1 ? 'S' : 'W'))
}

describe.skipIf(!isHere)(`sleep scores${isHere ? '' : ` (${SHARED_MISSING})`}`, () => {
  it('Sadeh and Cole-Kripke are those of ActiLife and actigraph.sleepr in all 1,500 minutes', () => {
    const reference = rows('GT3XPlus-RawData-Day01-sleep-awake.csv')
    const counts = Float64Array.from(reference, (row) => Number(row[1]))
    expect(counts).toHaveLength(1500)
    expect(scored(sadehScore(counts))).toEqual(reference.map((row) => row[4]))
    expect(scored(coleKripkeScore(counts))).toEqual(reference.map((row) => row[5]))
    const actilife = (file: string) => rows(file).map((row) => row.at(-1))
    expect(scored(sadehScore(counts))).toEqual(actilife('GT3XPlus-RawData-Day01-Sadeh.csv'))
    expect(scored(coleKripkeScore(counts))).toEqual(
      actilife('GT3XPlus-RawData-Day01-ColeKripke.csv'),
    )
  })

  it('ten-second counts become the minutes of ActiLife', () => {
    for (const name of ['GT3XPlus-RawData-Day01', 'ActiSleepPlus-RawData-Day01']) {
      const record = readLoggerFile(sharedPath(`${FOLDER}/${name}.csv`))
      if (!record.ok) throw new Error(record.problem.got)
      const activity = record.value.series.find(({ kind }) => kind === 'activityCounts')!
      const minutes = epochsOfSeries(activity, 60, 'sum')!
      const reference = rows(`${name}-10sec60sec.csv`)
      expect(minutes.startMs).toBe(Date.parse(reference[0]![0]!))
      expect([...minutes.values]).toEqual(reference.map((row) => Number(row[1])))
    }
  })
})

describe('a sleep score', () => {
  it('is missing where counts are, and nowhere else', () => {
    const counts = Float64Array.from({ length: 60 }, (_, i) => (i === 30 ? Number.NaN : 0))
    for (const score of [sadehScore(counts), coleKripkeScore(counts)]) {
      expect([...score.keys()].filter((i) => Number.isNaN(score[i]!))).toEqual([30])
      expect(score[29]).toBe(1)
    }
  })

  it('on the personal scale is the same whatever the size of the counts', () => {
    const counts = Float64Array.from({ length: 600 }, (_, i) => (i < 200 ? i % 3 : (i * 37) % 400))
    const score = coleKripkeScore(counts, 'personal')
    expect([
      ...coleKripkeScore(
        counts.map((count) => count * 40),
        'personal',
      ),
    ]).toEqual([...score])
    expect(score.subarray(20, 190).every((state) => state === 1)).toBe(true)
    expect(score.subarray(210).every((state) => state === 0)).toBe(true)
    expect(coleKripkeScore(new Float64Array(60), 'personal').every((state) => state === 1)).toBe(
      true,
    )
  })

  it('is rescored after Webster: little sleep between long wake is wake', () => {
    const score = Float32Array.from([
      ...Array(20).fill(0),
      ...Array(9).fill(1),
      ...Array(20).fill(0),
    ])
    expect(websterRescored(score).every((state) => state === 0)).toBe(true)
    const long = Float32Array.from([...Array(20).fill(0), ...Array(60).fill(1)])
    expect(websterRescored(long).indexOf(1)).toBe(24)
  })
})
