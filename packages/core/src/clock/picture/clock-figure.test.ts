import { describe, expect, it } from 'vitest'
import { madeUpSleeper } from '#test/made-up-sleeper.ts'
import { fitClock } from '../fit/clock-fit.ts'
import { clockFigure } from './clock-figure.ts'

const fit = fitClock({ records: [madeUpSleeper(12, 30).record] })
if (!fit.ok) throw new Error(fit.problem.code)
const figure = clockFigure(fit.value, { theme: 'light', background: true })

describe('the picture of a clock', () => {
  it('has a title and says in words what it shows', () => {
    expect(figure).toContain('<title id="clock-title">Body clock</title>')
    expect(figure).toMatch(/30 nights; usual sleep \d\d:\d\d to \d\d:\d\d/)
    expect(figure).toMatch(/melatonin starts at \d\d:\d\d \(80 % between/)
    expect(figure).toContain('By model: jewett99')
  })

  it('draws a row for each of the last four weeks and each model once', () => {
    const rows = figure.match(/>(Mo|Tu|We|Th|Fr|Sa|Su) \d\d-\d\d</g) ?? []
    expect(rows).toHaveLength(28)
    for (const name of ['jewett99', 'forger99', 'hannay19', 'together']) {
      expect(figure).toContain(`>${name}</text>`)
    }
  })

  it('is small enough to send: under 80 kB', () => {
    expect(figure.length).toBeLessThan(80_000)
  })

  it('fits a phone, in the colours of the page around it', () => {
    const narrow = clockFigure(fit.value, { theme: 'page', layout: 'narrow', id: 'mine' })
    expect(narrow).toContain('width="350"')
    expect(narrow).toContain('var(--ink)')
    expect(narrow).toContain('id="mine-desc"')
  })
})
