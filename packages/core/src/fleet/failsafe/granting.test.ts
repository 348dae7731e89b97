import { describe, expect, it } from 'vitest'
import type { Mode } from '../../night/governor/mode.ts'
import { orderOf, startFailsafe } from './failsafe.ts'
import {
  CLOCK_DRIFT,
  DEVICE_TICK_S,
  GRANT_TTL_S,
  type GrantFacts,
  grantFor,
  UNSEEN_LEAP_S,
} from './granting.ts'
import { FADE_S } from './softness.ts'

const ORDER = orderOf(startFailsafe())
const FACTS: GrantFacts = {
  boot: 3,
  heardS: 600,
  heardMs: 1_000_000,
  deviceEpoch: 1,
  consent: 'control',
  selfTestOk: true,
  sleepKnown: true,
  staysNatural: false,
  incidentCeiling: 'control',
}
const NOW = 1_000_500

const whyNone = (change: Partial<GrantFacts>, order = ORDER, rung: Mode = 'control') => {
  const granting = grantFor({ ...FACTS, ...change }, order, rung, NOW)
  return granting.give ? granting.grant.ceiling : granting.why
}

describe('who gets a grant', () => {
  it('is a device that was heard, is sound, and whose sleeper consented (F60)', () => {
    expect(grantFor(FACTS, ORDER, 'control', NOW)).toEqual({
      give: true,
      grant: {
        ...{ epoch: 1, id: 1, ceiling: 'control', heardS: 600, ttlS: GRANT_TTL_S, boot: 3 },
        reason: 'normal',
      },
    })
  })

  it('nobody does while the switch is pulled, and nobody for whom a fact is missing (F60)', () => {
    expect(whyNone({}, { ...ORDER, granting: false })).toBe('failsafe')
    expect(whyNone({ staysNatural: true })).toBe('stays-natural')
    expect(whyNone({ deviceEpoch: 2 })).toBe('device-ahead')
    expect(whyNone({ heardS: Number.NaN })).toBe('not-heard')
    expect(whyNone({ heardMs: Number.NaN })).toBe('not-heard')
    expect(whyNone({ heardMs: NOW - GRANT_TTL_S * 1000 })).toBe('not-heard')
    expect(whyNone({ consent: 'natural' })).toBe('no-consent')
    expect(whyNone({ selfTestOk: false })).toBe('self-test')
    expect(whyNone({ incidentCeiling: 'natural' })).toBe('incident')
    expect(whyNone({}, ORDER, 'natural')).toBe('ladder')
  })

  it('the lowest of order, ladder, incident, consent and known sleep is the ceiling (F60)', () => {
    expect(whyNone({}, { ...ORDER, ceiling: 'guidance' })).toBe('guidance')
    expect(whyNone({}, ORDER, 'guidance')).toBe('guidance')
    expect(whyNone({ incidentCeiling: 'guidance' })).toBe('guidance')
    expect(whyNone({ consent: 'guidance' })).toBe('guidance')
    expect(whyNone({ sleepKnown: false })).toBe('guidance')
    expect(whyNone({ sleepKnown: false }, { ...ORDER, ceiling: 'guidance' })).toBe('sleep-unknown')
  })

  it('an incident may shorten its life and nothing lengthens it (F62)', () => {
    const life = (incidentTtlS: number) => {
      const granting = grantFor({ ...FACTS, incidentTtlS }, ORDER, 'control', NOW)
      return granting.give && granting.grant.ttlS
    }
    expect([life(30), life(0), life(900)]).toEqual([30, 1, GRANT_TTL_S])
  })

  it('says why it is low: an incident, a recovery', () => {
    const reason = (change: Partial<GrantFacts>, rung: Mode) => {
      const granting = grantFor({ ...FACTS, ...change }, ORDER, rung, NOW)
      return granting.give && granting.grant.reason
    }
    expect(reason({ incidentCeiling: 'guidance' }, 'control')).toBe('incident')
    expect(reason({}, 'guidance')).toBe('recovery')
  })

  it('is given again when something was heard since, not more than every 15 s (F61)', () => {
    const first = grantFor(FACTS, ORDER, 'control', NOW)
    if (!first.give) throw new Error(first.why)
    const last = { grant: first.grant, atMs: NOW }
    const again = (heardS: number, nowMs: number, rung: Mode = 'control') =>
      grantFor({ ...FACTS, heardS, heardMs: nowMs - 100, last }, ORDER, rung, nowMs)
    expect(again(630, NOW + 14_999)).toEqual({ give: false, why: 'not-due' })
    expect(again(600, NOW + 30_000)).toEqual({ give: false, why: 'not-due' })
    const renewed = again(630, NOW + 30_000)
    expect(renewed.give && [renewed.grant.id, renewed.grant.heardS]).toEqual([2, 630])
    // A lower ceiling does not wait.
    const lower = again(601, NOW + 1000, 'guidance')
    expect(lower.give && [lower.grant.id, lower.grant.ceiling]).toEqual([2, 'guidance'])
  })

  it('begins counting anew in a new epoch', () => {
    const last = { grant: { ...grantOf(), id: 9 }, atMs: NOW }
    const next = grantFor({ ...FACTS, last }, { ...ORDER, epoch: 2 }, 'control', NOW)
    expect(next.give && [next.grant.epoch, next.grant.id]).toEqual([2, 1])
  })

  it('a grant and the fade after it are over within 90 s, on a clock that is 2 % slow (F62)', () => {
    expect(
      (GRANT_TTL_S + DEVICE_TICK_S + UNSEEN_LEAP_S + FADE_S) / (1 - CLOCK_DRIFT),
    ).toBeLessThanOrEqual(90)
    // And on a clock that is 2 % fast two renewals may be lost.
    expect(GRANT_TTL_S / (1 + CLOCK_DRIFT)).toBeGreaterThan(2 * 30 + 15)
  })
})

function grantOf() {
  const granting = grantFor(FACTS, ORDER, 'control', NOW)
  if (!granting.give) throw new Error(granting.why)
  return granting.grant
}
