import { describe, expect, it } from 'vitest'
import type { Cell } from '../bench/planner/cell.ts'
import { runCell } from '../bench/planner/run-cell.ts'

const EIGHT_EAST: Cell = {
  goal: 'shift +8',
  imax: 1000,
  limit: 'dark nights',
  planModel: 'jewett99',
  lifeModel: 'jewett99',
  adherence: 1,
  people: 5,
}

describe('made-up people who follow their plan', () => {
  it.each([
    EIGHT_EAST,
    { ...EIGHT_EAST, goal: 'shift -8', planModel: 'both', lifeModel: 'hannay19', people: 3 },
  ] as const)('are never sent the wrong way: $goal on $lifeModel', (cell) => {
    const { outcomes } = runCell(cell)
    for (const { antidromic, blocks } of outcomes.ours) {
      expect(blocks).toBeGreaterThan(3)
      expect(antidromic).toBe(0)
    }
    const worst = (method: 'slam' | 'open-loop' | 'ours'): number =>
      Math.max(...outcomes[method].map(({ misalignedDays }) => misalignedDays))
    expect(worst('ours')).toBeLessThan(0.6 * worst('slam'))
    expect(worst('ours')).toBeLessThan(worst('open-loop'))
  })

  it.each([EIGHT_EAST, { ...EIGHT_EAST, goal: 'shift 12' }] as const)(
    'lose less than 3 % to the optimum where nothing disturbs them: $goal',
    (cell) => {
      const { undisturbed } = runCell({ ...cell, people: 1 })
      expect(undisturbed.optimum).toBeGreaterThan(3)
      expect(undisturbed.ours).toBeLessThan(1.03 * undisturbed.optimum)
    },
  )
})
