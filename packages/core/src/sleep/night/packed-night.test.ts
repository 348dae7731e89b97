import { expect, it } from 'vitest'
import { madeUpNight } from '#test/made-up-night.ts'
import { nightDocument } from './night-document.ts'
import { packNight, unpackNight } from './packed-night.ts'

it('a packed night comes back: stages and statistics whole, arrays to a 65 534th of their range', () => {
  const night = madeUpNight()
  const back = unpackNight(packNight(night))
  expect(back.stages).toEqual(night.stages)
  expect(nightDocument(back).statistics).toEqual(nightDocument(night).statistics)
  expect(back.spindles).toHaveLength(night.spindles.length)
  expect(back.probabilities).toHaveLength(night.probabilities.length)
  for (const [i, p] of night.probabilities.entries()) {
    if (Number.isNaN(p)) expect(back.probabilities[i]).toBeNaN()
    else expect(Math.abs(back.probabilities[i]! - p)).toBeLessThan(1 / 65_534)
  }
})
