import { describe, expect, it } from 'vitest'
import { type BatchName, pacemakerBatch } from '../pacemaker/batch.ts'
import { tauOfPeriod } from './tau-of-period.ts'

describe('the letter tau of a period in darkness', () => {
  it.each(['jewett99', 'forger99', 'hannay19'] as const)(
    'makes %s turn in that period',
    (model) => {
      for (const periodH of [23.8, 24.15, 24.6])
        expect(darkPeriodH(model, periodH)).toBeCloseTo(periodH, 2)
    },
  )

  it('is near the published one for an ordinary period', () => {
    expect(tauOfPeriod('hannay19', 24.2)).toBeCloseTo(23.84, 1)
  })
})

/** Mean of the last cycles of two months in the dark, h. */
function darkPeriodH(model: BatchName, periodH: number): number {
  const tau = Float64Array.of(tauOfPeriod(model, periodH))
  const batch = pacemakerBatch(model, { people: 1, dtH: 0.25, tau })
  const samples = 60 * 96
  batch.advance(new Float64Array(samples), samples)
  const minima = batch.cbtminH(0).slice(-22, -1)
  return (minima.at(-1)! - minima[0]!) / (minima.length - 1)
}
