import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { SERIES_DETECTOR, SERIES_LIMIT } from './series-detector.ts'

function scores(values: readonly number[]): number[] {
  const state = SERIES_DETECTOR.begin()
  return values.map((value, i) => SERIES_DETECTOR.step(state, { minute: 5 * i, value }).score)
}

const day = (random: ReturnType<typeof seededRandom>, i: number): number =>
  50 + 20 * Math.sin((i / 288) * 2 * Math.PI) + random.normal()

describe('a series that nothing is known of', () => {
  it('is scored from 0 to 1, without a look ahead: what comes later changes nothing', () => {
    const random = seededRandom(1)
    const values = Array.from({ length: 3000 }, (_, i) => day(random, i))
    const all = scores(values)
    expect(all.every((score) => score >= 0 && score <= 1)).toBe(true)
    const other = [...values.slice(0, 1500), ...values.slice(1500).map((v) => 1000 - 7 * v)]
    expect(scores(other).slice(0, 1500)).toEqual(all.slice(0, 1500))
  })

  it('sounds at a jump within two rows, and once', () => {
    const random = seededRandom(2)
    const values = Array.from({ length: 3000 }, (_, i) => day(random, i) + (i >= 2000 ? 60 : 0))
    const said = scores(values).flatMap((score, i) => (score >= SERIES_LIMIT && i > 600 ? [i] : []))
    expect(said[0]).toBeGreaterThanOrEqual(2000)
    expect(said[0]).toBeLessThan(2002)
    expect(said.length).toBeLessThan(20)
  })

  it('finds a day that is level though its values are usual', () => {
    const random = seededRandom(3)
    const values = Array.from({ length: 4000 }, (_, i) =>
      i >= 2900 && i < 3188 ? 50 + random.normal() : day(random, i),
    )
    const all = scores(values)
    const inside = Math.max(...all.slice(2900, 3200))
    expect(inside).toBeGreaterThan(SERIES_LIMIT)
    expect(Math.max(...all.slice(600, 2900))).toBeLessThan(inside)
  })

  it('leaves out a value that is missing', () => {
    const state = SERIES_DETECTOR.begin()
    const told = SERIES_DETECTOR.step(state, { minute: 0, value: Number.NaN })
    expect([told.score, told.verdict, told.state.row]).toEqual([Number.NaN, 'unknown', 0])
  })

  it('leaves out a value that no measurement has, and stays a number after it', () => {
    const random = seededRandom(4)
    const values = Array.from({ length: 1500 }, (_, i) => day(random, i))
    values[700] = Number.MAX_VALUE
    values[800] = 1e150
    values[801] = -1e150
    const all = scores(values)
    const odd = all.flatMap((score, i) => (score >= 0 && score <= 1 ? [] : [i]))
    expect(odd).toEqual([700])
  })
})
