import { seededRandom } from '@nocturne/core/math'
import { describe, expect, it } from 'vitest'
import { timestampIndex } from './timestamp-index.ts'

/** Numbers given to timestamps, one by one. */
function numbers(timestampsS: readonly number[], rateHz = 100, first = 0): number[] {
  const index = timestampIndex(first, rateHz)
  return timestampsS.flatMap((at) => index(Float64Array.of(at)).map((run) => run.first))
}

const row = (n: number): number[] => Array.from({ length: n }, (_, k) => k)

describe('numbering samples by their timestamps', () => {
  it('goes on by one where they follow the rate, from any beginning', () => {
    expect(numbers(row(1000).map((k) => 5000 + k / 100))).toEqual(row(1000))
    expect(numbers([7, 7.01, 7.02], 100, 400)).toEqual([400, 401, 402])
  })

  it('sees a gap to the sample', () => {
    const times = row(400).map((k) => (k < 200 ? k : k + 37) / 100)
    expect(numbers(times).slice(198, 202)).toEqual([198, 199, 237, 238])
    const batch = timestampIndex(0, 100)(Float64Array.from(times))
    expect(batch).toEqual([
      { first: 0, from: 0, to: 200 },
      { first: 237, from: 200, to: 400 },
    ])
  })

  it('sees none where packets of twelve are stamped as they come, up to 90 ms late', () => {
    const random = seededRandom(3)
    let stamp = 0
    const times = row(60_000).map((k) => {
      if (k % 12 === 0) stamp = (k + 12) / 256 + 0.09 * random.uniform()
      return stamp
    })
    expect(numbers(times, 256)).toEqual(row(60_000))
  })

  it.each([1.0005, 0.94, 1.06])('sees none in minutes at a rate %s of what it says', (f) => {
    const times = row(100_000).map((k) => k / (100 * f))
    expect(numbers(times)).toEqual(row(100_000))
  })

  it('never goes back, whatever the timestamps do', () => {
    const random = seededRandom(4)
    const given = numbers(row(5000).map(() => 100 * random.normal()))
    for (let k = 1; k < given.length; k++) expect(given[k]).toBeGreaterThan(given[k - 1]!)
  })
})
