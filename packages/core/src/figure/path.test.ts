import { describe, expect, it } from 'vitest'
import { timeGrid, timeLabels, valueAxis } from './axis.ts'
import { linePath, type Step, stepAreaPath, stepPath } from './path.ts'
import { linearScale } from './scale.ts'
import { themeOf } from './theme.ts'

const step = (x0: number, y: number): Step => ({ x0, x1: x0 + 1, y })

describe('paths', () => {
  it('break where data is missing', () => {
    expect(linePath([0, 1, 2, 3], [5, Number.NaN, 6, 7])).toBe('M0,5M2,6L3,7')
    expect(stepPath([step(0, 5), step(1, 5), step(2, Number.NaN), step(3, 2)])).toBe(
      'M0,5H1V5H2M3,2H4',
    )
    expect(linePath([], [])).toBe('')
  })

  it('fill a staircase to its base and draw equal neighbours once', () => {
    expect(stepAreaPath([step(0, 5), step(1, 5), step(2, 3)], 9)).toBe('M0,9V5H2V3H3V9Z')
    expect(stepAreaPath([step(0, 5), step(1, Number.NaN), step(2, 5)], 9)).toBe(
      'M0,9V5H1V9ZM2,9V5H3V9Z',
    )
  })

  it('do not jump over a gap in time', () => {
    expect(stepPath([step(0, 5), step(4, 5)])).toBe('M0,5H1M4,5H5')
    expect(stepAreaPath([step(0, 5), step(4, 5)], 9)).toBe('M0,9V5H1V9ZM4,9V5H5V9Z')
  })
})

describe('axes', () => {
  it('lean their first and last words inwards', () => {
    const scale = linearScale([0, 10], [0, 100])
    const ticks = [0, 5, 10].map((atS) => ({ atS, label: String(atS), midnight: atS === 5 }))
    const words = timeLabels(scale, ticks, 20, themeOf('dark'))
    expect(words.match(/text-anchor="(\w+)"/g)).toEqual([
      'text-anchor="start"',
      'text-anchor="middle"',
      'text-anchor="end"',
    ])
    expect(timeGrid(scale, ticks, 0, 10, themeOf('dark'))).toContain('stroke-dasharray')
    expect(valueAxis(scale, [0, 10], [30, 90], themeOf('dark'), (v) => `${v} Hz`)).toContain(
      '10 Hz',
    )
  })
})
