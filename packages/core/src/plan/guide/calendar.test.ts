import ICAL from 'ical.js'
import { describe, expect, it } from 'vitest'
import { madeUpPlan } from '#test/made-up-plan.ts'
import { planCalendar } from './calendar.ts'
import { parseFlight } from './constraint.ts'
import type { Plan } from './plan.ts'
import { formerPlan } from './plan-document.ts'

const STAMP = Date.UTC(2026, 10, 27, 12)
const flight = parseFlight('2026-12-01 13:00 Europe/Berlin -> 2026-12-01 16:20 America/New_York')
if (!flight.ok) throw new Error('the flight of the test')

const west = madeUpPlan('shift -6h', {
  start: '2026-11-29 08:00',
  constraints: { flights: [flight.value], caffeine: true },
})
const springs = madeUpPlan('wake 06:00 from 2026-03-30', { start: '2026-03-27 08:00' })
const autumn = madeUpPlan('bed 22:00 by 2026-10-26', { start: '2026-10-23 08:00' })
const strange: Plan = {
  ...autumn,
  goal: 'a; b, c\\d ü'.repeat(30),
  days: autumn.days.map((day) => ({
    ...day,
    advice: day.advice.map((one) => ({
      ...one,
      reason: `${'🌙 schlafe; früh, c\\\\d\n'.repeat(20)}\u0007`,
    })),
  })),
}
const plans = { west, springs, autumn, strange }

type Event = { uid: string; start: number; end: number; alarms: number; sequence: number }

function eventsOf(text: string): Event[] {
  const calendar = new ICAL.Component(ICAL.parse(text))
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component)
    return {
      uid: event.uid,
      start: event.startDate.toJSDate().getTime(),
      end: event.endDate.toJSDate().getTime(),
      alarms: component.getAllSubcomponents('valarm').length,
      sequence: Number(component.getFirstPropertyValue('sequence')),
    }
  })
}

describe('the calendar of a plan', () => {
  for (const [name, plan] of Object.entries(plans)) {
    const text = planCalendar(plan, { stampMs: STAMP })

    it(`is read by another program to the second, each piece with an alarm (${name})`, () => {
      const advice = plan.days.flatMap((day) => day.advice)
      const events = eventsOf(text)
      expect(events).toHaveLength(advice.length)
      for (const [i, { fromMs, toMs }] of advice.entries()) {
        expect(events[i]!.start).toBe(fromMs)
        expect(events[i]!.end).toBe(Math.max(toMs, fromMs + 60_000))
        expect(events[i]!.alarms).toBe(1)
      }
      expect(new Set(events.map(({ uid }) => uid)).size).toBe(events.length)
    })

    it(`keeps to the letter of RFC 5545 (${name})`, () => {
      const lines = text.split('\r\n')
      expect(lines.pop()).toBe('')
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
      for (const line of lines) expect(Buffer.byteLength(line, 'utf8')).toBeLessThanOrEqual(75)
      const whole = text.replaceAll('\r\n ', '').split('\r\n').slice(0, -1)
      for (const line of whole) expect(line).toMatch(/^[A-Z-]+(;[A-Z]+=[^:;]+)*:[^\n]*$/)
      const times = whole.filter((line) => /^DT(START|END|STAMP):/.test(line))
      for (const line of times) expect(line).toMatch(/:\d{8}T\d{6}Z$/)
      const nesting = whole.filter((line) => /^(BEGIN|END):/.test(line))
      expect(nesting[0]).toBe('BEGIN:VCALENDAR')
      expect(nesting.at(-1)).toBe('END:VCALENDAR')
    })
  }

  it('carries any text whole', () => {
    const text = planCalendar(strange, { stampMs: STAMP })
    const calendar = new ICAL.Component(ICAL.parse(text))
    const first = calendar.getFirstSubcomponent('vevent')!
    const advice = strange.days[0]!.advice[0]!
    expect(first.getFirstPropertyValue('description')).toBe(
      `${advice.reason.replace('\u0007', '')}\n${advice.skipCost}`,
    )
  })

  it('moves the events there are when a newer plan is imported, and cancels those that are gone', () => {
    const shorter: Plan = { ...west, days: west.days.slice(1) }
    const later = STAMP + 24 * 3_600_000
    const before = eventsOf(planCalendar(west, { stampMs: STAMP }))
    const text = planCalendar(shorter, { stampMs: later, previous: formerPlan(west) })
    const after = eventsOf(text)
    expect(new Set(after.map(({ uid }) => uid))).toEqual(new Set(before.map(({ uid }) => uid)))
    expect(after[0]!.sequence).toBeGreaterThan(before[0]!.sequence)
    expect(text.match(/STATUS:CANCELLED/g)).toHaveLength(west.days[0]!.advice.length)
  })

  it('is the same bytes for the same plan and stamp', () => {
    expect(planCalendar(west, { stampMs: STAMP })).toBe(planCalendar(west, { stampMs: STAMP }))
  })
})

describe('a plan across a change of the clock', () => {
  it('keeps the local hour of the goal in spring and in autumn', () => {
    const wakeText = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Berlin',
      hour: '2-digit',
      minute: '2-digit',
    })
    const last = springs.days.at(-1)!.predicted.sleep
    expect(wakeText.format(last.offsetMs)).toBe('06:00')
    expect(wakeText.format(autumn.days.at(-1)!.predicted.sleep.onsetMs)).toBe('22:00')
  })
})
