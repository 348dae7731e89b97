import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import type { Stage } from '../stage/stage.ts'
import { findShift } from './shift.ts'

/** Bouts of random length in a random order: no shift of it looks like itself. */
function night(n: number): Stage[] {
  const random = seededRandom(7)
  const stages: Stage[] = []
  while (stages.length < n) {
    const stage = (['W', 'N1', 'N2', 'N3', 'R'] as const)[random.integer(5)]!
    stages.push(...new Array<Stage>(1 + random.integer(12)).fill(stage))
  }
  return stages.slice(0, n)
}

describe('a shifted hypnogram', () => {
  const whole = night(420)
  it('is found, late or early, with the kappa it would have', () => {
    expect(findShift(whole.slice(10, 410), whole.slice(7, 407))).toEqual({ epochs: 3, kappa: 1 })
    expect(findShift(whole.slice(7, 407), whole.slice(10, 410))).toEqual({ epochs: -3, kappa: 1 })
  })

  it('is not suspected where the two agree as they lie, nor in short lists', () => {
    expect(findShift(whole, whole)).toBeUndefined()
    expect(findShift(whole.slice(10, 90), whole.slice(7, 87))).toBeUndefined()
  })
})
