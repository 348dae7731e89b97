import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '../../../../../test/shared.ts'
import { nonWear } from './non-wear.ts'

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

describe.skipIf(!isHere)(`time not worn${isHere ? '' : ` (${SHARED_MISSING})`}`, () => {
  it('is that of actigraph.sleepr by each of its three rules', () => {
    const minutes = rows('GT3XPlus-RawData-Day01-10sec60sec.csv')
    const startMs = Date.parse(minutes[0]![0]!)
    const counts = Float64Array.from(minutes, (row) => Number(row[1]))
    const reference = rows('GT3XPlus-RawData-Day01-Choi-periods.csv')
    const names = [...new Set(reference.map((row) => row[4]))]
    expect(names).toHaveLength(3)
    for (const name of names) {
      const told = reference.filter((row) => row[4] === name)
      const [leastMin, windowMin, spikeMin] = told[0]!.slice(5, 8).map(Number)
      const found = nonWear(counts, {
        leastMin: leastMin!,
        windowMin: windowMin!,
        spikeMin: spikeMin!,
      })
      const minute = (text: string): number => (Date.parse(text) - startMs) / 60_000
      expect(found).toEqual(
        told
          .filter((row) => row[2] === 'FALSE')
          .map((row) => ({ from: minute(row[0]!), to: minute(row[1]!) })),
      )
    }
  })
})

describe('a stretch not worn', () => {
  it('is 90 still minutes or more, and ends where minutes are missing', () => {
    const counts = new Float64Array(200)
    expect(nonWear(counts)).toEqual([{ from: 0, to: 200 }])
    counts[100] = 50
    expect(nonWear(counts)).toEqual([{ from: 0, to: 200 }])
    counts[100] = Number.NaN
    expect(nonWear(counts)).toEqual([
      { from: 0, to: 100 },
      { from: 101, to: 200 },
    ])
    expect(nonWear(new Float64Array(89))).toEqual([])
  })
})
