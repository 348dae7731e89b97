import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { SERIES_DETECTOR, SERIES_LIMIT } from './series-detector.ts'

function scores(values: readonly number[]): number[] {
  const state = SERIES_DETECTOR.begin()
  return values.map((value, i) => SERIES_DETECTOR.step(state, { minute: 5 * i, value }).score)
}

/** Rows beyond the first 600 at which it sounds. */
function said600(all: readonly number[]): number[] {
  return all.flatMap((score, i) => (score >= SERIES_LIMIT && i > 600 ? [i] : []))
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
    const said = said600(scores(values))
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
    expect(
      all.map((score, i) => (score >= 0 && score <= 1 ? -1 : i)).filter((i) => i >= 0),
    ).toEqual([700])
  })

  it('finds a sensor that stands still at a usual value, within a few hours', () => {
    const random = seededRandom(5)
    const values = Array.from({ length: 4000 }, (_, i) => day(random, i))
    for (let i = 3000; i < 3200; i++) values[i] = values[2999]!
    const all = scores(values)
    const said = said600(all).filter((i) => i >= 2900 && i < 3200)
    expect(said[0]).toBeGreaterThanOrEqual(3000)
    expect(said[0]).toBeLessThan(3050)
    expect(Math.max(...all.slice(600, 3000))).toBeLessThan(Math.max(...all.slice(3000, 3050)))
  })

  it('judges a quarter of an hour by itself: what is a wild hour every day is none', () => {
    const random = seededRandom(6)
    const wild = (i: number): boolean => i % 288 >= 84 && i % 288 < 96
    const values = Array.from({ length: 6000 }, (_, i) => 50 + (wild(i) ? 9 : 1) * random.normal())
    const calm = scores(values)
    for (let i = 5000; i < 5006; i++) values[i]! += 9
    expect(wild(5000)).toBe(false)
    const all = scores(values)
    expect(Math.max(...all.slice(5000, 5006))).toBeGreaterThan(SERIES_LIMIT)
    expect(said600(calm).length).toBeLessThan(6)
  })

  it('sounds at a record after a month without one, if it is of more than a step', () => {
    const random = seededRandom(7)
    const values = Array.from({ length: 8859 }, (_, i) =>
      Math.max(-3, Math.min(3, 3 * Math.sin(i / 40) + random.normal())),
    )
    const after = (beyond: number): number => scores([...values, 3 + beyond]).at(-1)!
    expect(after(0.3)).toBeLessThan(SERIES_LIMIT)
    expect(after(3)).toBeGreaterThan(SERIES_LIMIT)
  })
})
