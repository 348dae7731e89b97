import { describe, expect, it } from 'vitest'
import { madeUpPlan } from '#test/made-up-plan.ts'
import { parseFlight } from './constraint.ts'
import { planFigure } from './plan-figure.ts'

const flight = parseFlight('2026-12-01 13:00 Europe/Berlin -> 2026-12-01 16:20 America/New_York')
if (!flight.ok) throw new Error('the flight of the test')
const plan = madeUpPlan('shift -6h', {
  start: '2026-11-29 08:00',
  constraints: { flights: [flight.value], caffeine: true },
})

describe('the picture of a plan', () => {
  const wide = planFigure(plan, { theme: 'light', background: true })

  it('tells those who cannot see it every day and what it asks for', () => {
    expect(wide).toMatch(/^<svg [^>]*role="img"/)
    const described = /<desc[^>]*>(.*?)<\/desc>/.exec(wide)![1]!
    for (const { date } of plan.days) {
      expect(described).toContain(` ${Number(date.slice(8))} `)
    }
    expect(described).toMatch(/sleep \d\d:\d\d to \d\d:\d\d/)
    expect(described).toMatch(/low point \d\d:\d\d \(\d\d:\d\d to \d\d:\d\d\)/)
  })

  it('has a row per date, says where a flight lands, and draws the flight', () => {
    for (const { date } of plan.days) {
      expect(wide).toMatch(new RegExp(`>\\w{3} ${Number(date.slice(8))} \\w{3}<`))
    }
    expect(wide).toContain('>New York<')
    expect(wide).toContain('>flight<')
    expect(wide).toContain('framed: the first thing that day')
  })

  it('stays inside its frame on a desk and on a phone, in each theme', () => {
    for (const layout of ['wide', 'narrow'] as const) {
      for (const theme of ['light', 'dark', 'page'] as const) {
        const svg = planFigure(plan, { layout, theme })
        const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number)
        for (const [, x, y, w, h] of svg.matchAll(
          /<rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
        )) {
          expect(Number(x)).toBeGreaterThanOrEqual(0)
          expect(Number(x) + Number(w)).toBeLessThanOrEqual(width! + 0.01)
          expect(Number(y) + Number(h)).toBeLessThanOrEqual(height!)
        }
        expect(svg).not.toMatch(/NaN|undefined|Infinity/)
      }
    }
  })
})
