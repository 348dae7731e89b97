import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { madeUpRequest } from '#test/made-up-plan.ts'
import type { Flight, PlanConstraints, WorkRule } from './constraint.ts'
import { addDays, fixedSpans, momentOf } from './itinerary.ts'
import { makePlan } from './make-plan.ts'
import type { Plan } from './plan.ts'

const HOUR_MS = 3_600_000
const runs = process.env.NOCTURNE_NIGHTLY ? 1000 : 120
const options = { seed: 20261127, numRuns: runs, endOnFailure: true }

const HOME = 'Europe/Berlin'
const starts = fc.integer({ min: 0, max: 364 }).map((day) => addDays('2026-01-01', day))
const clock = fc.integer({ min: 0, max: 47 }).map((half) => half / 2)
const time = (hours: number): string =>
  `${String(Math.floor(hours)).padStart(2, '0')}:${hours % 1 ? '30' : '00'}`
const goals = fc.oneof(
  fc.integer({ min: -28, max: 28 }).map((half) => {
    const hours = Math.abs(half / 2) || 1
    return `shift ${half < 0 ? '-' : '+'}${Math.floor(hours)}h${hours % 1 ? '30' : ''}`
  }),
  clock.map((hours) => `wake ${time(hours)}`),
  clock.map((hours) => `bed ${time(hours)}`),
  fc
    .tuple(clock, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }))
    .map(([from, on, off]) => `nights ${time(from)}-${time((from + 8) % 24)} ${on}on${off}off`),
  fc.constant('social jet lag weekends 01:30-10:00'),
)
const habits = fc.constantFrom(
  { onsetH: 23, offsetH: 7 },
  { onsetH: 1.5, offsetH: 9 },
  { onsetH: 21, offsetH: 4.5 },
)
const work: fc.Arbitrary<WorkRule[]> = fc.array(
  fc
    .tuple(
      fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
      clock,
      fc.integer({ min: 1, max: 24 }),
    )
    .map(([weekdays, fromH, halves]) => ({ weekdays, fromH, toH: (fromH + halves / 2) % 24 })),
  { maxLength: 1 },
)
const place = fc.constantFrom('America/Los_Angeles', 'Asia/Tokyo', 'Asia/Kathmandu', 'UTC')
const flights = fc.option(
  fc.record({ day: fc.integer({ min: 0, max: 6 }), fromH: clock, hours: clock, place }),
  { nil: undefined },
)
const limits = fc.record({
  lightMaxLux: fc.constantFrom(200, 1000, 10_000),
  sleepMinH: fc.constantFrom(5, 6, 7, 8),
  naps: fc.boolean(),
  caffeine: fc.boolean(),
  melatonin: fc.boolean(),
})

function flightsOf(
  flight: { day: number; fromH: number; hours: number; place: string } | undefined,
  start: string,
): Flight[] {
  if (!flight) return []
  const departMs = momentOf(HOME, addDays(start, flight.day), 10 + flight.fromH)
  const arriveMs = departMs + (2 + flight.hours / 2) * HOUR_MS
  return [{ departMs, departZone: HOME, arriveMs, arriveZone: flight.place }]
}

/** Every limit that a plan breaks without a warning that names it. */
function silentBreaches(plan: Plan, constraints: PlanConstraints): string[] {
  const told = plan.warnings.join('\n')
  const broken: string[] = []
  const check = (kept: boolean, what: string, warning?: RegExp): void => {
    if (!kept && !warning?.test(told)) broken.push(what)
  }
  // A day that a flight over the date line gives twice has two sleeps.
  const nights = plan.days.flatMap(({ advice }) =>
    advice
      .filter(({ kind }) => kind === 'sleep')
      .map(({ fromMs, toMs }) => ({ onsetMs: fromMs, offsetMs: toMs })),
  )
  for (const [i, { onsetMs, offsetMs }] of nights.entries()) {
    const hours = (offsetMs - onsetMs) / HOUR_MS
    check(hours >= constraints.sleepMinH - 0.01, `sleep of ${hours} h`, /No room for/)
    for (const { kind, fromMs, toMs } of plan.fixed) {
      if (kind !== 'work') continue
      check(toMs <= onsetMs || fromMs >= offsetMs, 'sleep at work', /not free/)
    }
    const before = nights[i - 1]
    if (!before) continue
    const moved = (onsetMs + offsetMs - before.onsetMs - before.offsetMs) / 2 / HOUR_MS - 24
    check(moved >= -1.01, `sleep ${-moved} h earlier`, /can move earlier/)
    check(moved <= 2.01, `sleep ${moved} h later`, /can move later/)
  }
  for (const { advice, predicted } of plan.days) {
    const { medianMs, lo80Ms, hi80Ms } = predicted.cbtmin
    const unsure = (hi80Ms - lo80Ms) / 2 > HOUR_MS
    const mg = advice.reduce((sum, one) => sum + (one.kind === 'caffeine' ? one.level! : 0), 0)
    check(mg <= 400, `${mg} mg of caffeine`)
    check(advice.filter(({ first }) => first).length === 1, 'not one first thing')
    for (const one of advice) {
      const { kind, fromMs, toMs, level } = one
      const asleep = nights.some(({ onsetMs, offsetMs }) => fromMs < offsetMs && toMs > onsetMs)
      if (kind === 'seekLight' || kind === 'avoidLight' || kind === 'nap') {
        check(!asleep, `${kind} while asleep`)
        check(toMs - fromMs >= HOUR_MS / 2, `${kind} of less than half an hour`)
      }
      if (kind === 'seekLight') {
        const napping = advice.some((nap) => {
          return nap.kind === 'nap' && nap.fromMs < toMs && nap.toMs > fromMs
        })
        check(!napping, 'light in a nap')
        check(level! <= Math.max(constraints.lightMaxLux, 400), `${level} lux`)
        const near = fromMs < medianMs + HOUR_MS / 2 - 1 && toMs > medianMs - HOUR_MS / 2 + 1
        check(!(unsure && near), 'light at an uncertain low point')
      }
      if (kind === 'caffeine') {
        check(predicted.sleep.onsetMs - fromMs >= 8 * HOUR_MS, 'caffeine before sleep')
      }
      check(constraints.caffeine || !/affeine/.test(kind), 'caffeine without asking')
      check(constraints.melatonin || kind !== 'melatonin', 'melatonin without asking')
      check(constraints.naps || kind !== 'nap', 'a nap without asking')
    }
  }
  const dates = plan.days.map(({ date }) => date)
  check([...new Set(dates)].sort().join() === dates.join(), `dates ${dates.join()}`)
  return broken
}

describe('a plan, whatever the goal, the sleeper, the work and the flight', () => {
  it('keeps every hard limit, or says which it cannot keep', () => {
    fc.assert(
      fc.property(
        goals,
        starts,
        habits,
        work,
        flights,
        limits,
        (goal, start, habit, rules, flight, rest) => {
          const own = { ...rest, work: rules, flights: flightsOf(flight, start) }
          const request = madeUpRequest(goal, {
            start: `${start} 10:00`,
            zone: HOME,
            habit,
            constraints: own,
          })
          const plan = makePlan(request)
          if (!plan.ok) {
            expect(plan.problem.where).toBe('flight')
            return
          }
          expect(plan.value.days.length).toBeGreaterThan(1)
          expect(silentBreaches(plan.value, request.constraints)).toEqual([])
        },
      ),
      options,
    )
  }, 600_000)

  it('has no sleep on a flight by day', () => {
    const plan = makePlan(
      madeUpRequest('shift -9h', {
        start: '2026-06-01 10:00',
        constraints: {
          flights: flightsOf(
            { day: 2, fromH: 0, hours: 20, place: 'America/Los_Angeles' },
            '2026-06-01',
          ),
        },
      }),
    )
    const [flight] = flightsOf(
      { day: 2, fromH: 0, hours: 20, place: 'America/Los_Angeles' },
      '2026-06-01',
    )
    const nights = plan.ok ? plan.value.days.map((day) => day.predicted.sleep) : []
    expect(nights.length).toBeGreaterThan(3)
    for (const { onsetMs, offsetMs } of nights) {
      expect(offsetMs <= flight!.departMs || onsetMs >= flight!.arriveMs).toBe(true)
    }
  })

  it('of work is found on the days of the week it is said for, both DST nights included', () => {
    const rules: WorkRule[] = [
      { weekdays: [true, true, true, true, true, false, false], fromH: 9, toH: 17 },
    ]
    const from = momentOf(HOME, '2026-03-23', 0)
    const spans = fixedSpans({ home: HOME, flights: [] }, rules, from, from + 14 * 24 * HOUR_MS)
    expect(spans).toHaveLength(10)
    for (const { fromMs, toMs } of spans) expect(toMs - fromMs).toBe(8 * HOUR_MS)
  })
})
