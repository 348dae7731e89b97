import { describe, expect, it } from 'vitest'
import { runDrill } from './drill.ts'
import { drillFigure } from './drill-figure.ts'

const report = runDrill({ seed: 4, devices: 60, hours: 1 })

describe('a drill', () => {
  it('tells the whole story in its order, and passes (F63, F65, F66, F74)', () => {
    expect(report.breach).toBe(undefined)
    const order = ['evening', 'bad', 'stopped', 'pulled', 'all-natural', 'centre-dead'].concat(
      ...['centre-back', 'all-back', 'refused', 'lifted', 'guidance', 'consent', 'next-night'],
    )
    const told = report.moments.map(({ what }) => what)
    expect(told.filter((what) => order.includes(what))).toEqual(order)
    expect(report.moments.every(({ atS }, i) => i === 0 || atS >= report.moments[i - 1]!.atS)).toBe(
      true,
    )
    expect(report.passed).toBe(true)
  })

  it('sees everybody above natural before the switch, and nobody 90 s after it, reached or not (F62)', () => {
    expect(report.aboveAtPull).toBeGreaterThan(50)
    // A district was cut off: it went by the lapse of its grants, not at once.
    expect(report.naturalAfterS).toBeGreaterThan(30)
    expect(report.naturalAfterS).toBeLessThanOrEqual(90)
  })

  it('has everybody back through the door, no faster than it can take (F70, F73)', () => {
    expect(report.peakPerS).toBeLessThanOrEqual(report.handshakesPerS + 1)
    expect(report.backAfterS).toBeLessThan(600)
  })

  it('is drawn with a row of words for each moment, and says them to who cannot see it', () => {
    const svg = drillFigure(report, { theme: 'light', background: true })
    for (const { words } of report.moments) expect(svg.split(words)).toHaveLength(3)
    expect(svg).toContain('<title id="drill-title">The failsafe, rehearsed</title>')
    expect(svg.length).toBeLessThan(120_000)
  })
})
