import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seatPlan } from './seat-plan.ts'

const SEATS = 257
const names = fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,12}$/), {
  minLength: 1,
  maxLength: 12,
})
const settings = { seed: 7, numRuns: 60 }

function counts(plan: readonly string[], nodes: readonly string[]): number[] {
  return nodes.map((node) => plan.filter((holder) => holder === node).length)
}

describe('who ought to hold what', () => {
  it('is one of those who are there for every partition, none two more than another', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: SEATS }), (nodes, partitions) => {
        const plan = seatPlan(nodes, partitions)
        expect(plan.length).toBe(partitions)
        expect(plan.every((holder) => nodes.includes(holder))).toBe(true)
        const held = counts(plan, nodes)
        expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1)
      }),
      settings,
    )
  })

  it('is the same in whatever order, and however often, a node is heard of', () => {
    fc.assert(
      fc.property(names, fc.integer(), (nodes, turn) => {
        const at = Math.abs(turn) % nodes.length
        const other = [...nodes.slice(at).reverse(), ...nodes, ...nodes.slice(0, at)]
        expect(seatPlan(other, SEATS)).toEqual(seatPlan(nodes, SEATS))
      }),
      settings,
    )
  })

  it('moves few partitions when a node comes or goes: less than twice what has to move', () => {
    let moved = 0
    let due = 0
    fc.assert(
      fc.property(
        names.filter(({ length }) => length > 1),
        (nodes) => {
          const before = seatPlan(nodes, SEATS)
          const after = seatPlan(nodes.slice(1), SEATS)
          moved += before.filter((holder, partition) => holder !== after[partition]).length
          due += before.filter((holder) => holder === nodes[0]).length
        },
      ),
      settings,
    )
    expect(moved).toBeLessThan(2 * due)
  })

  it('is nobody where nobody is', () => {
    expect(seatPlan([], SEATS)).toEqual([])
  })
})
