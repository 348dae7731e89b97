import { describe, expect, it } from 'vitest'
import { madeUpPlan, madeUpRequest } from '#test/made-up-plan.ts'
import { hourOfDayAt } from '../../math/time-zone.ts'
import { parseFlight } from './constraint.ts'
import { makePlan } from './make-plan.ts'
import type { Advice, Plan } from './plan.ts'
import { formerPlan, isoText, planDocument, readPlanDocument } from './plan-document.ts'
import { planText } from './plan-text.ts'

const HOUR_MS = 3_600_000
const START = '2026-11-27 08:00'

function lightOf(plan: Plan): Advice[] {
  const advice = plan.days.flatMap((day) => day.advice)
  return advice.filter(({ kind }) => kind === 'seekLight' || kind === 'avoidLight')
}

function flight(text: string) {
  const parsed = parseFlight(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}

describe('a plan', () => {
  const east = madeUpPlan('shift +8h by 2026-12-06', { start: START })

  it('moves sleep to the goal at no more than an hour earlier a day', () => {
    const sleeps = east.days.map(({ predicted }) => predicted.sleep)
    for (let i = 1; i < sleeps.length; i++) {
      const moved = (sleeps[i]!.onsetMs - sleeps[i - 1]!.onsetMs) / HOUR_MS - 24
      expect(moved).toBeGreaterThanOrEqual(-1.01)
    }
    const last = sleeps.at(-1)!
    expect(hourOfDayAt('Europe/Berlin', last.onsetMs)).toBeCloseTo(15, 0)
    expect(east.reentrainedOn).toMatch(/^2026-12-0[4-8]$/)
    expect(east.direction).toBe(1)
  })

  it('seeks light after the low point and keeps it dim before it when the clock goes earlier', () => {
    for (const { kind, fromMs, toMs, reason } of lightOf(east)) {
      expect(reason).toMatch(/low point/)
      const day = east.days.find(({ advice }) => advice.some((one) => one.fromMs === fromMs))!
      const middle = (fromMs + toMs) / 2 - day.predicted.cbtmin.medianMs
      const since = (((middle / HOUR_MS) % 24) + 24) % 24
      if (kind === 'seekLight') expect(since).toBeLessThan(12)
      else expect(since).toBeGreaterThan(10)
    }
  })

  it('asks for a few things a day, marks one, and says what each costs to skip', () => {
    for (const { advice } of east.days) {
      expect(advice.length).toBeLessThanOrEqual(5)
      expect(advice.filter(({ first }) => first)).toHaveLength(1)
      expect(advice.at(-1)!.kind).toBe('sleep')
      for (const one of advice) expect(one.skipCost.length).toBeGreaterThan(10)
    }
    for (const { skipCostH } of lightOf(east)) expect(skipCostH).toBeGreaterThanOrEqual(0.25)
  })

  it('has every date once, in order', () => {
    for (const plan of [east, madeUpPlan('nights 22:00-06:00 3on2off', { start: START })]) {
      const dates = plan.days.map(({ date }) => date)
      expect([...new Set(dates)].sort()).toEqual(dates)
    }
  })

  it('is the same for the same request', () => {
    const again = madeUpPlan('shift +8h by 2026-12-06', { start: START })
    expect(again).toEqual(east)
  })

  it('goes the quicker way round for half a day', () => {
    const half = madeUpPlan('shift 12h', { start: START })
    expect(half.direction).toBe(-1)
    expect(half.headline).toMatch(/12 h later/)
  })

  it('holds a clock that is already there without light advice', () => {
    const steady = madeUpPlan('social jet lag weekends 01:30-10:00', { start: START })
    expect(lightOf(steady)).toEqual([])
    for (const { predicted } of steady.days) {
      expect(hourOfDayAt('Europe/Berlin', predicted.sleep.offsetMs)).toBeLessThanOrEqual(8)
    }
    expect(planText(steady)).toMatch(/Light as on any day/)
  })

  it('says when a date cannot be met', () => {
    const soon = madeUpPlan('shift +8h by 2026-11-29', { start: START })
    expect(soon.warnings.join(' ')).toMatch(/days after Sunday 29 November: sleep moves at most/)
  })

  it('begins later when there is nothing to do yet', () => {
    const far = madeUpPlan('wake 06:30 from 2027-02-01', { start: START })
    expect(far.warnings[0]).toMatch(/^Nothing to change before .*2[0-9] January|3[01] January/)
    expect(far.days[0]!.date > '2027-01-20').toBe(true)
  })

  it('of a past date, an unknown zone or nobody is refused', () => {
    const past = makePlan(madeUpRequest('shift +8h by 2026-11-01', { start: START }))
    expect(past).toMatchObject({ ok: false, problem: { where: 'goal "by"', got: '2026-11-01' } })
    const request = madeUpRequest('shift +8h', { start: START })
    expect(makePlan({ ...request, zone: 'Mars/Base' })).toMatchObject({ ok: false })
    const nobody = { ...request.posterior, draws: [] }
    expect(makePlan({ ...request, posterior: nobody })).toMatchObject({ ok: false })
  })
})

describe('a plan with a flight', () => {
  const day = flight('2026-12-01 13:00 Europe/Berlin -> 2026-12-01 16:20 America/New_York')
  const night = flight('2026-12-01 20:00 America/New_York -> 2026-12-02 09:30 Europe/Berlin')

  it('has no sleep on a flight by day, and lands in the zone of the place', () => {
    const plan = madeUpPlan('shift -6h', { start: START, constraints: { flights: [day] } })
    for (const { predicted, date, zone } of plan.days) {
      const { onsetMs, offsetMs } = predicted.sleep
      expect(offsetMs <= day.departMs || onsetMs >= day.arriveMs).toBe(true)
      expect(zone).toBe(date < '2026-12-01' ? 'Europe/Berlin' : 'America/New_York')
    }
    const home = hourOfDayAt('America/New_York', plan.days.at(-1)!.predicted.sleep.onsetMs)
    expect(Math.abs(home - 23)).toBeLessThanOrEqual(1.5)
  })

  it('sleeps on a flight through the night', () => {
    const plan = madeUpPlan('shift +6h', {
      start: START,
      zone: 'America/New_York',
      constraints: { flights: [night] },
    })
    const aboard = plan.days.filter(({ predicted: { sleep } }) => {
      return sleep.onsetMs < night.arriveMs && sleep.offsetMs > night.departMs
    })
    expect(aboard).toHaveLength(1)
  })
})

describe('the document of a plan', () => {
  const plan = madeUpPlan('wake 06:00 from 2026-11-30', { start: START })
  const document = JSON.parse(JSON.stringify(planDocument({ ...plan, solverMs: 12.3 })))

  it('has the fields other programs rely on', () => {
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining(['days', 'reentrainedOn', 'solverMs']),
    )
    for (const day of document.days) {
      expect(day.date).toMatch(/^\d{4}-\d\d-\d\d$/)
      for (const one of day.advice) {
        expect(one.from).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/)
        expect(Date.parse(one.to)).toBeGreaterThan(Date.parse(one.from))
        expect(typeof one.reason).toBe('string')
        expect(typeof one.skipCost).toBe('string')
      }
      const { median, lo80, hi80 } = day.predicted.cbtmin
      for (const clock of [median, lo80, hi80]) {
        expect(clock.hours).toBeGreaterThanOrEqual(0)
        expect(clock.hours).toBeLessThan(24)
        expect(clock.text).toMatch(/^\d\d:\d\d$/)
      }
      expect(Date.parse(lo80.at)).toBeLessThanOrEqual(Date.parse(hi80.at))
      expect(Date.parse(day.predicted.sleep.to)).toBeGreaterThan(
        Date.parse(day.predicted.sleep.from),
      )
    }
  })

  it('is read back for the plan of the next day, which keeps to it', () => {
    const back = readPlanDocument(document)
    expect(back).toEqual({ ok: true, value: formerPlan(plan) })
    const next = madeUpPlan('wake 06:00 from 2026-11-30', {
      start: '2026-11-28 08:00',
      previous: formerPlan(plan),
    })
    const before = new Map(plan.days.map((day) => [day.date, day.predicted.sleep.onsetMs]))
    for (const { date, predicted } of next.days) {
      const was = before.get(date)
      if (was !== undefined) {
        expect(Math.abs(predicted.sleep.onsetMs - was) / HOUR_MS).toBeLessThanOrEqual(0.5)
      }
    }
  })

  it('that is none is refused with what was got', () => {
    for (const bad of [null, [], {}, { days: [1] }, { days: [{ date: '2026-12-01' }] }]) {
      expect(readPlanDocument(bad).ok).toBe(false)
    }
    const advice = [{ kind: 'dance', from: '2026-12-01T00:00:00Z', to: '2026-12-01T01:00:00Z' }]
    expect(readPlanDocument({ days: [{ date: '2026-12-01', advice }] })).toMatchObject({
      ok: false,
      problem: { where: 'plan days[0].advice[0]' },
    })
  })

  it('says moments with the offset of the place', () => {
    const ms = Date.UTC(2026, 11, 1, 12, 30)
    expect(isoText('America/New_York', ms)).toBe('2026-12-01T07:30:00-05:00')
    expect(isoText('UTC', ms)).toBe('2026-12-01T12:30:00+00:00')
  })
})
