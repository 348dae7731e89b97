import { expect, test } from 'vitest'
import { minuteSeries } from './minute-series.ts'

const TITLE = { kind: 'steps', source: 'x', provenance: 'measured' } as const

test('a minute has the mean of its values', () => {
  const series = minuteSeries(TITLE, 'mean')
  for (const [s, value] of [
    [0, 60],
    [59, 70],
    [60, 80],
  ] as const) {
    series.add(s * 1000, value)
  }
  const { timesMs, values } = series.finish()
  expect([[...timesMs], [...values]]).toEqual([
    [0, 60_000],
    [65, 80],
  ])
})

test('an amount of a stretch is shared by its minutes, whatever the order it comes in', () => {
  const series = minuteSeries(TITLE, 'sum')
  series.spread(300_000, 420_000, 10)
  series.spread(60_000, 180_000, 4)
  series.spread(60_000, 60_000, 1)
  const { timesMs, values } = series.finish()
  expect([...timesMs]).toEqual([60_000, 120_000, 300_000, 360_000])
  expect([...values]).toEqual([3, 2, 5, 5])
})

test('a long series keeps every minute in order', () => {
  const series = minuteSeries(TITLE, 'sum')
  for (let i = 0; i < 200_000; i++) series.add(i * 60_000, i % 7)
  const { timesMs, values } = series.finish()
  expect(timesMs).toHaveLength(200_000)
  expect([timesMs[199_999], values[199_999]]).toEqual([199_999 * 60_000, 199_999 % 7])
})
