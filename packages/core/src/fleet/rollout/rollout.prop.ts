import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aimedRelease, newerAim, type RolloutAim } from './aim.ts'
import { RINGS, rolloutPlan } from './plan.ts'
import { aimOf, openRollout, rolloutStep } from './rollout.ts'
import type { RolloutInput, RolloutState } from './state.ts'

const plan = rolloutPlan({ id: 'r2', release: 2, baseline: 1, seed: 'a' })
if (!plan.ok) throw new Error('no plan')
const PLAN = plan.value

type Told = Omit<RolloutInput, 'atMs'> & { readonly afterH: number }

const operator = fc.constantFrom('ann', 'ben', 'eve')
const events = fc.nat({ max: 3000 })
const input = fc.oneof(
  fc.record({
    kind: fc.constant('rehearsed'),
    ring: fc.constantFrom('twin', 'replay'),
    passed: fc.nat({ max: 20 }).map((lot) => lot > 0),
    digest: fc.constant('d'),
  }),
  fc.record({
    kind: fc.constant('counts'),
    nights: fc.nat({ max: 50 }),
    counts: events.map((n) =>
      (['adverse-dream', 'restless-night', 'grant-refused', 'device-fault'] as const).map(
        (metric) => ({
          ...{ metric, stratum: 'all', canaryEvents: n, baselineEvents: n },
          ...{ canaryExposure: 1, baselineExposure: 1 },
        }),
      ),
    ),
  }),
  fc.record({
    kind: fc.constant('critical'),
    metric: fc.constant('missed-expiry'),
    device: fc.constant('d'),
    release: fc.nat({ max: 20 }).map((lot) => (lot === 0 ? 2 : 1)),
  }),
  fc.record({
    kind: fc.constantFrom('approve', 'approve', 'approve', 'approve', 'pause', 'resume', 'resume'),
    operator,
  }),
  fc.record({ kind: fc.constant('tick') }),
)
const words = fc.array(
  fc.tuple(input, fc.constantFrom(0, 1, 25)).map(([one, afterH]) => ({ ...one, afterH }) as Told),
  { maxLength: 150, size: 'max' },
)

/** From the first rehearsal, or from colleagues on. */
const course = fc.tuple(fc.boolean(), words).map(([isRehearsed, told]): readonly Told[] => {
  const passed = { kind: 'rehearsed', passed: true, digest: 'd', afterH: 0 } as const
  const rehearsals = ['twin', 'replay'].map((ring) => ({ ...passed, ring }) as Told)
  return isRehearsed ? [...rehearsals, ...told] : told
})

/** Every state of a course with what was told before it. */
function states(
  told: readonly Told[],
): { before: RolloutState; after: RolloutState; aims: RolloutAim[] }[] {
  let state = openRollout(PLAN, 0)
  let atMs = 0
  return told.map(({ afterH, ...rest }) => {
    atMs += afterH * 3_600_000
    const before = state
    const { state: after, effects } = rolloutStep(before, { ...rest, atMs } as RolloutInput)
    state = after
    return { before, after, aims: effects.flatMap((e) => (e.kind === 'aim' ? [e.aim] : [])) }
  })
}

const PARAMETERS = { seed: 17, numRuns: 400 }

describe('a rollout that is told anything in any order', () => {
  it('never goes forward by more than a ring, nor back, nor on after a stop (F40, F48)', () => {
    const seen = { stops: 0, rings: 0 }
    fc.assert(
      fc.property(course, (told) => {
        for (const { before, after } of states(told)) {
          expect([0, 1]).toContain(after.ring - before.ring)
          if (after.ring > before.ring) seen.rings++
          if (before.status !== 'stopped') continue
          expect(after).toBe(before)
          seen.stops++
        }
      }),
      PARAMETERS,
    )
    expect(Math.min(seen.stops, seen.rings)).toBeGreaterThan(100)
  })

  it('leaves a ring of people after a day, and goes past 10 % only at the word of two (F44, F45)', () => {
    let large = 0
    fc.assert(
      fc.property(course, (told) => {
        let since = 0
        let atMs = 0
        let words = new Set<string>()
        for (const [k, { before, after }] of states(told).entries()) {
          const one = told[k]! as Told & { readonly operator?: string }
          atMs += one.afterH * 3_600_000
          if (one.kind === 'approve') words.add(one.operator!)
          if (after.ring === before.ring) continue
          if (RINGS[before.ring]!.kind === 'people')
            expect(atMs - since).toBeGreaterThanOrEqual(86_400_000)
          if (RINGS[after.ring]!.share > 0.1) {
            expect(words.size).toBeGreaterThanOrEqual(2)
            large++
          }
          since = atMs
          words = new Set()
        }
      }),
      PARAMETERS,
    )
    expect(large).toBeGreaterThan(20)
  })

  it('gives aims whose revisions rise, of which only the last counts, in whatever order they come', () => {
    fc.assert(
      fc.property(course, fc.nat(), (told, shuffle) => {
        const aims = states(told).flatMap((step) => step.aims)
        for (let k = 1; k < aims.length; k++) {
          expect(aims[k]!.revision).toBeGreaterThan(aims[k - 1]!.revision)
        }
        const mixed = [...aims].sort(
          (a, b) => ((a.revision * shuffle) % 7) - ((b.revision * shuffle) % 7),
        )
        let held: RolloutAim | undefined
        for (const aim of mixed) held = newerAim(held, aim)
        expect(held).toEqual(aims.at(-1))
        const last = states(told).at(-1)?.after
        if (aims.length > 0) expect(held).toEqual(aimOf(last!))
      }),
      PARAMETERS,
    )
  })

  it('never wants a release for a device that takes no updates, and wants it back of all after a stop (F46)', () => {
    const device = { place: 0.01, isStaff: true, takesUpdates: false }
    fc.assert(
      fc.property(course, (told) => {
        for (const { after } of states(told)) {
          const aim = aimOf(after)
          if (aim === undefined) continue
          expect(aimedRelease(aim, { ...device, running: 1 })).toBe(1)
          const isStopped = after.status === 'stopped'
          expect(aimedRelease(aim, { ...device, running: 2 })).toBe(isStopped ? 1 : 2)
        }
      }),
      PARAMETERS,
    )
  })
})
