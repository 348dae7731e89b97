import { describe, expect, it } from 'vitest'
import { describeProblem } from '../../math/result.ts'
import { GOAL_FORMS, goalText, parseGoal } from './goal.ts'

function goal(text: string): unknown {
  const parsed = parseGoal(text)
  return parsed.ok ? parsed.value : describeProblem(parsed.problem)
}

describe('a goal', () => {
  it('is read as a person types it', () => {
    expect(goal('shift +8h by 2026-12-01')).toEqual({ kind: 'shift', hours: 8, by: '2026-12-01' })
    expect(goal(' Shift  -5h')).toEqual({ kind: 'shift', hours: -5 })
    expect(goal('shift 12h')).toEqual({ kind: 'shift', hours: 12 })
    expect(goal('wake 06:30 from 2026-12-01')).toEqual({
      kind: 'wake',
      clockH: 6.5,
      from: '2026-12-01',
    })
    expect(goal('earlier 90min')).toEqual({ kind: 'move', earlierH: 1.5 })
    expect(goal('later 1h30')).toEqual({ kind: 'move', earlierH: -1.5 })
    expect(goal('bed 23:30 by 2026-12-10')).toEqual({ kind: 'bed', clockH: 23.5, by: '2026-12-10' })
    expect(goal('social jet lag weekends 01:30-10:00')).toEqual({
      kind: 'socialJetLag',
      free: { onsetH: 1.5, offsetH: 10 },
    })
  })

  it('of a shift rota is a pattern of shifts and days off', () => {
    const nights = { fromH: 22, toH: 6 }
    const simple = { kind: 'rota', runs: [{ days: 3, shift: nights }, { days: 2 }] }
    expect(goal('nights 22:00-06:00 3on2off')).toEqual(simple)
    expect(goal('rota 3x22:00-06:00 2xoff')).toEqual(simple)
    expect(goal('nights 22:00-06:00 3on2off from 2026-12-01')).toEqual({
      ...simple,
      from: '2026-12-01',
    })
  })

  it('shows forms that all can be read', () => {
    for (const form of GOAL_FORMS) expect(parseGoal(form).ok, form).toBe(true)
  })

  it('that cannot be read says what was got and what is expected', () => {
    expect(goal('fly')).toMatch(/^goal: got "fly", expected a goal as "shift \+8h by/)
    expect(goal('shift +80h')).toMatch(/goal "shift": got "\+80h", expected hours from 0.25 to 14/)
    expect(goal('shift +8h by tomorrow')).toMatch(/goal "by": got "tomorrow", expected a date/)
    expect(goal('shift +8h by 2026-02-30')).toMatch(/got "2026-02-30", expected a date/)
    expect(goal('wake 25:00')).toMatch(/goal "wake": got "25:00", expected a time as 06:30/)
    expect(goal('nights 22:00-06:00')).toMatch(/goal "nights": got .*expected a rota as/)
    expect(goal('rota 99xoff')).toMatch(/with a shift in them/)
    expect(goal('social climbing')).toMatch(/expected social jet lag/)
    expect(goal('')).toMatch(/got "", expected a goal/)
    expect(goal('x'.repeat(1000))).toMatch(/got 1000 letters/)
  })

  it('is written as it is read', () => {
    expect(goalText({ kind: 'shift', hours: -5.5, by: '2026-12-01' })).toBe(
      'shift -5h30 by 2026-12-01',
    )
  })
})
