import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Goal, goalText, parseGoal } from './goal.ts'
import { addDays } from './itinerary.ts'

const options = { seed: 20261201, numRuns: 500 }
const date = fc.option(
  fc.integer({ min: 0, max: 40_000 }).map((day) => addDays('1980-01-01', day)),
  { nil: undefined },
)
const minute = fc.integer({ min: 0, max: 1439 }).map((minutes) => {
  return Math.floor(minutes / 60) + (minutes % 60) / 60
})
const range = fc.tuple(minute, minute).filter(([from, to]) => from !== to)
const length = fc.integer({ min: 15, max: 720 }).map((minutes) => minutes / 60)
const sign = fc.constantFrom(1, -1)
const shiftRun = fc.record({
  days: fc.integer({ min: 1, max: 9 }),
  shift: range.map(([fromH, toH]) => ({ fromH, toH })),
})
const offRun = fc.record({ days: fc.integer({ min: 1, max: 9 }) })

const goals: fc.Arbitrary<Goal> = fc.oneof(
  fc
    .tuple(length, sign, date)
    .map(([h, s, by]) => dated({ kind: 'shift', hours: s * h }, 'by', by)),
  fc
    .tuple(length, sign, date)
    .map(([h, s, by]) => dated({ kind: 'move', earlierH: s * h }, 'by', by)),
  fc.tuple(minute, date).map(([clockH, from]) => dated({ kind: 'wake', clockH }, 'from', from)),
  fc.tuple(minute, date).map(([clockH, by]) => dated({ kind: 'bed', clockH }, 'by', by)),
  fc
    .tuple(shiftRun, fc.array(fc.oneof(shiftRun, offRun), { maxLength: 4 }), date)
    .map(([first, rest, from]) => dated({ kind: 'rota', runs: [first, ...rest] }, 'from', from)),
  fc.option(range, { nil: undefined }).map((free): Goal => {
    return {
      kind: 'socialJetLag',
      ...(free && { free: { onsetH: free[0], offsetH: free[1] } }),
    }
  }),
)

function dated(goal: Goal, word: 'by' | 'from', value: string | undefined): Goal {
  return value === undefined ? goal : { ...goal, [word]: value }
}

describe('goals', () => {
  it('come back from their words as they were', () => {
    fc.assert(
      fc.property(goals, (goal) => {
        const back = parseGoal(goalText(goal))
        expect(back).toEqual({ ok: true, value: goal })
      }),
      options,
    )
  })

  it('never throw, whatever is typed', () => {
    const words = fc.constantFrom(
      'shift',
      'wake',
      'rota',
      'nights',
      'by',
      '+8h',
      '06:30',
      '3on2off',
    )
    const text = fc.array(fc.oneof(words, fc.string({ maxLength: 8 })), { maxLength: 8 })
    fc.assert(
      fc.property(text, (typed) => {
        const parsed = parseGoal(typed.join(' '))
        if (!parsed.ok) expect(parsed.problem.code).toBe('GOAL')
      }),
      options,
    )
  })
})
