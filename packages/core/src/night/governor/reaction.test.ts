import { describe, expect, it } from 'vitest'
import {
  AWAKE,
  goodFacts,
  IN_REM,
  leasesOf,
  MadeUpNight,
  NIGHT_MS,
  wideTerms,
} from '#test/made-up-governor.ts'
import type { Facts } from './facts.ts'
import { govern, newGovernor } from './governor.ts'
import type { Stopper } from './governor-event.ts'
import { modeNow } from './governor-state.ts'
import { ABSOLUTE_LIMITS, STARTING_LIMITS } from './guardrail.ts'
import type { Mode } from './mode.ts'
import type { ConsentTerms } from './terms.ts'

/** A night in control in which a click's lease stands. */
function clicking(): MadeUpNight {
  const night = new MadeUpNight().inControl()
  expect(night.ask()).toBe('ALLOWED')
  night.notes.length = 0
  return night
}

/** An awake sleeper with this consent asks for a mode; what holds then, and what was said. */
function askFor(to: Mode, facts: Facts = {}, terms: ConsentTerms = wideTerms(), awake = true) {
  const night = new MadeUpNight()
  night.over = { ...AWAKE, ...facts }
  night.put({ kind: 'consent', atMs: 0, terms, verified: true })
  night.notes.length = 0
  night.put({ kind: 'mode', atMs: 0, to, awake, ask: 1 })
  return [modeNow(night.state), ...night.notes.map(({ code }) => code)]
}

describe('a consent', () => {
  const take = (over: Partial<ConsentTerms>, verified = true, facts: Facts = {}) => {
    const night = new MadeUpNight()
    night.over = facts
    night.put({ kind: 'consent', atMs: 0, terms: wideTerms(over), verified })
    return [night.state.consent?.id, ...night.notes]
  }

  it('whose signature is not known to be good is none (N10)', () => {
    expect(take({}, false)).toEqual([undefined, { kind: 'ignored', code: 'NO_CONSENT' }])
    expect(take({}, 'yes' as never)).toEqual([undefined, { kind: 'ignored', code: 'NO_CONSENT' }])
    expect(take({})).toEqual(['c1'])
  })

  it('for more than thirty nights, or for none, is none (N11)', () => {
    const from = NIGHT_MS
    const day = 86_400_000
    const until = (validUntilMs: number) => take({ validFromMs: from, validUntilMs })
    expect(until(from + 30 * day)).toEqual(['c1'])
    const refused = [undefined, { kind: 'ignored', code: 'CONSENT_TOO_LONG' }]
    expect(until(from + 30 * day + 1)).toEqual(refused)
    expect(until(from)).toEqual(refused)
    expect(until(Number.NaN)).toEqual(refused)
  })

  it('that ran out is none; when the date is not known it waits (N11)', () => {
    const over = { validFromMs: NIGHT_MS - 1000, validUntilMs: NIGHT_MS }
    expect(take(over)).toEqual([undefined, { kind: 'ignored', code: 'CONSENT_EXPIRED' }])
    expect(take(over, true, { wallMs: undefined })).toEqual(['c1'])
    expect(take(over, true, { wallMs: NIGHT_MS - 1 })).toEqual(['c1'])
  })

  it('with a ceiling beyond the absolute guardrails is none (N14)', () => {
    for (const [name, most] of Object.entries(ABSOLUTE_LIMITS)) {
      const ceilings = { ...ABSOLUTE_LIMITS, [name]: most + 1 }
      expect(take({ ceilings })).toEqual([undefined, { kind: 'ignored', code: 'CONSENT_CEILINGS' }])
    }
  })

  it('that was taken back never comes back (N15)', () => {
    const night = clicking()
    night.put({ kind: 'revoke', atMs: night.atMs, consentId: 'c1' })
    expect(night.notes).toEqual([
      { kind: 'mute', code: 'CONSENT_REVOKED', leaseIds: ['1.1'] },
      { kind: 'mode', from: 'control', to: 'natural', code: 'CONSENT_REVOKED' },
    ])
    expect([night.state.consent, night.state.revoked]).toEqual([undefined, ['c1']])
    night.put({ kind: 'consent', atMs: night.atMs, terms: wideTerms(), verified: true })
    expect(night.notes.at(-1)).toEqual({ kind: 'ignored', code: 'CONSENT_REVOKED' })
    expect(night.state.consent).toBeUndefined()
  })

  it('another’s being taken back changes nothing, and twice is once (N15)', () => {
    const night = clicking()
    for (let i = 0; i < 2; i++) night.put({ kind: 'revoke', atMs: night.atMs, consentId: 'c2' })
    expect([night.notes, night.state.revoked, modeNow(night.state)]).toEqual([
      [],
      ['c2'],
      'control',
    ])
  })

  it('after thirty-two that ended in a night no further one is taken (N15)', () => {
    const night = new MadeUpNight()
    for (let i = 0; i < 31; i++) night.put({ kind: 'revoke', atMs: 0, consentId: `x${i}` })
    night.put({ kind: 'consent', atMs: 0, terms: wideTerms({ id: 'a' }), verified: true })
    expect(night.state.consent?.id).toBe('a')
    for (let i = 0; i < 9; i++) night.put({ kind: 'revoke', atMs: 0, consentId: `y${i}` })
    expect(night.state.revoked.length).toBe(32)
    night.put({ kind: 'consent', atMs: 0, terms: wideTerms({ id: 'b' }), verified: true })
    expect(night.state.consent?.id).toBe('a')
    expect(night.notes).toEqual([{ kind: 'ignored', code: 'CONSENT_REVOKED' }])
  })

  it('that is new in control makes the mode natural until it is asked for again (N19)', () => {
    const night = clicking()
    night.put({ kind: 'consent', atMs: night.atMs, terms: wideTerms({ id: 'c2' }), verified: true })
    expect(night.notes).toEqual([
      { kind: 'mute', code: 'NO_CONSENT', leaseIds: ['1.1'] },
      { kind: 'mode', from: 'control', to: 'natural', code: 'NO_CONSENT' },
    ])
    expect(night.state.consent?.id).toBe('c2')
  })

  it('keeps the conditions and the hours that were signed (N12, N16)', () => {
    const night = new MadeUpNight().inControl(
      wideTerms({ conditions: ['tinnitus'], hours: { fromMin: 60, toMin: 50 } }),
    )
    expect(night.ask()).toBe('CONDITION')
    expect(night.state.consent).toEqual(
      wideTerms({ conditions: ['tinnitus'], hours: { fromMin: 60, toMin: 50 } }),
    )
  })

  it('that comes again, even with other words under its id, changes nothing', () => {
    const night = clicking()
    const terms = wideTerms({ ceilings: STARTING_LIMITS })
    night.put({ kind: 'consent', atMs: night.atMs, terms, verified: true })
    expect([night.notes, modeNow(night.state)]).toEqual([[], 'control'])
    expect(night.state.consent?.ceilings).toEqual(ABSOLUTE_LIMITS)
  })
})

describe('a mode', () => {
  it('rises for a sleeper who is awake, asks, and consented to it (N19)', () => {
    expect(askFor('control')).toEqual(['control', 'ASKED'])
    expect(askFor('guidance')).toEqual(['guidance', 'ASKED'])
  })

  it('does not rise for one who sleeps, or is not known to have asked awake (N19)', () => {
    expect(askFor('control', {}, wideTerms(), false)).toEqual(['natural', 'MODE_ASLEEP'])
    expect(askFor('control', { nrem: 0.5, rem: 0 })).toEqual(['natural', 'MODE_ASLEEP'])
    expect(askFor('control', { nrem: 0.2, rem: 0.3 })).toEqual(['natural', 'MODE_ASLEEP'])
    expect(askFor('control', { nrem: 0.2, rem: 0.29 })).toEqual(['control', 'ASKED'])
    expect(askFor('control', { ...IN_REM, stageAgeMs: 10_001 })).toEqual(['control', 'ASKED'])
    expect(askFor('control', { nrem: undefined, rem: undefined })).toEqual(['control', 'ASKED'])
  })

  it('does not rise above the consent, before its date, or when the date is unknown (N19)', () => {
    const guidance = wideTerms({ mode: 'guidance' })
    expect(askFor('control', {}, guidance)).toEqual(['natural', 'MODE_NOT_CONSENTED'])
    expect(askFor('guidance', {}, guidance)).toEqual(['guidance', 'ASKED'])
    const later = wideTerms({ validFromMs: NIGHT_MS + 1 })
    expect(askFor('control', {}, later)).toEqual(['natural', 'CONSENT_EXPIRED'])
    const now = wideTerms({ validFromMs: NIGHT_MS })
    expect(askFor('control', {}, now)).toEqual(['control', 'ASKED'])
    expect(askFor('control', { wallMs: undefined })).toEqual(['natural', 'CONSENT_EXPIRED'])
    const none = new MadeUpNight()
    none.over = AWAKE
    none.put({ kind: 'mode', atMs: 0, to: 'guidance', awake: true, ask: 1 })
    expect(none.notes).toEqual([{ kind: 'ignored', code: 'NO_CONSENT' }])
  })

  it('control comes after two clean nights; guidance needs none (N20)', () => {
    expect(askFor('control', { cleanNights: 2 })).toEqual(['control', 'ASKED'])
    expect(askFor('control', { cleanNights: 1 })).toEqual(['natural', 'MODE_NOT_EARNED'])
    expect(askFor('control', { cleanNights: undefined })).toEqual(['natural', 'MODE_NOT_EARNED'])
    expect(askFor('guidance', { cleanNights: undefined })).toEqual(['guidance', 'ASKED'])
  })

  it('an old ask raises nothing, whenever it comes again (N19)', () => {
    const night = clicking()
    night.over = AWAKE
    night.put({ kind: 'facility', atMs: night.atMs, word: { say: 'natural', reason: 'drill' } })
    night.put({ kind: 'mode', atMs: night.atMs, to: 'control', awake: true, ask: 1 })
    expect([modeNow(night.state), night.notes.at(-1)]).toEqual([
      'natural',
      { kind: 'ignored', code: 'MODE_ASKED_BEFORE' },
    ])
    night.put({ kind: 'mode', atMs: night.atMs, to: 'control', awake: true, ask: Number.NaN })
    expect(modeNow(night.state)).toBe('natural')
    night.put({ kind: 'mode', atMs: night.atMs, to: 'control', awake: true, ask: 2 })
    expect([modeNow(night.state), night.state.ask]).toEqual(['control', 2])
  })

  it('a refused ask is used up, and one for less is followed asleep and whatever its number (N18)', () => {
    const night = clicking()
    night.put({ kind: 'mode', atMs: night.atMs, to: 'guidance', awake: false, ask: 0 })
    expect(night.notes).toEqual([
      { kind: 'mute', code: 'ASKED', leaseIds: ['1.1'] },
      { kind: 'mode', from: 'control', to: 'guidance', code: 'ASKED' },
    ])
    night.put({ kind: 'mode', atMs: night.atMs, to: 'control', awake: true, ask: 9 })
    night.over = AWAKE
    night.put({ kind: 'mode', atMs: night.atMs, to: 'control', awake: true, ask: 9 })
    expect(night.notes.slice(2).map(({ code }) => code)).toEqual([
      'MODE_ASLEEP',
      'MODE_ASKED_BEFORE',
    ])
    night.put({ kind: 'mode', atMs: night.atMs, to: 'natural', awake: false, ask: 8 })
    expect([modeNow(night.state), night.state.ask]).toEqual(['natural', 9])
  })

  it('the same mode again changes nothing and ends nothing', () => {
    const night = clicking()
    night.put({ kind: 'mode', atMs: night.atMs, to: 'control', awake: false, ask: 3 })
    expect([night.notes, leasesOf(night.state).length, night.state.ask]).toEqual([[], 1, 3])
  })
})

describe('a stop', () => {
  it('wins at once, whoever makes it, and holds for the night (N55)', () => {
    const stoppers: Stopper[] = ['button', 'tap', 'voice', 'headband-off']
    for (const by of stoppers) {
      const night = clicking()
      night.put({ kind: 'stop', atMs: night.atMs, by })
      expect(night.notes).toEqual([
        { kind: 'mute', code: 'STOPPED', leaseIds: ['1.1'] },
        { kind: 'mode', from: 'control', to: 'natural', code: 'STOPPED' },
      ])
      expect(night.ask()).toBe('STOPPED')
      night.over = AWAKE
      night.put({ kind: 'mode', atMs: night.atMs, to: 'control', awake: true, ask: 50 })
      expect(night.notes.at(-1)).toEqual({ kind: 'ignored', code: 'STOPPED' })
      expect([modeNow(night.state), night.state.mode]).toEqual(['natural', 'natural'])
    }
  })

  it('by hand at a lamp ends the lamps for the night, and nothing else (N56)', () => {
    const night = clicking()
    expect(night.ask({ actuator: 'light', action: 'lamp', level: 1 })).toBe('ALLOWED')
    night.put({ kind: 'stop', atMs: night.atMs, by: 'manual-light' })
    expect(night.notes).toEqual([{ kind: 'mute', code: 'LAMPS_STOPPED', leaseIds: ['1.2'] }])
    night.pass(2000)
    expect(night.ask({ actuator: 'light', action: 'lamp', level: 1 })).toBe('LAMPS_STOPPED')
    expect(night.ask()).toBe('ALLOWED')
  })

  it('before the alarm rings leaves it its time; a button while it rings ends it (N77)', () => {
    const ring = (night: MadeUpNight): string =>
      night.ask({ action: 'wake', level: 60, durationMs: 30_000 })
    for (const [by, ends] of [
      ['button', true],
      ['tap', true],
      ['voice', true],
      ['headband-off', false],
    ] as const) {
      const night = clicking()
      night.put({ kind: 'stop', atMs: night.atMs, by: 'button' })
      night.over = { wakeAtMs: night.atMs }
      expect(ring(night)).toBe('ALLOWED')
      night.notes.length = 0
      night.put({ kind: 'stop', atMs: night.atMs, by })
      expect(night.notes).toEqual(
        ends ? [{ kind: 'mute', code: 'STOPPED', leaseIds: ['1.2'] }] : [],
      )
      expect(ring(night)).toBe(ends ? 'WAKE_OVER' : 'ALLOWED')
    }
  })
})

describe('ceilings', () => {
  const limits = (over: Partial<typeof ABSOLUTE_LIMITS>) => ({ ...ABSOLUTE_LIMITS, ...over })

  it('that are lowered hold at once and end what is above them (N21)', () => {
    const night = clicking()
    night.put({ kind: 'limits', atMs: night.atMs, limits: limits({ soundDbA: 40 }), awake: false })
    expect(night.notes).toEqual([])
    night.put({ kind: 'limits', atMs: night.atMs, limits: limits({ soundDbA: 39 }), awake: true })
    expect(night.notes).toEqual([{ kind: 'mute', code: 'LIMITS_LOWERED', leaseIds: ['1.1'] }])
    expect(night.state.limits.soundDbA).toBe(39)
    expect(Object.isFrozen(night.state.limits)).toBe(true)
    night.pass(2000)
    expect([night.ask(), night.ask({ level: 39 })]).toEqual(['TOO_LOUD', 'ALLOWED'])
  })

  it('each ends only the actuators that it is for (N21)', () => {
    for (const [name, value, ended] of [
      ['soundDbA', 30, ['1.3']],
      ['lightMelanopicLux', 1, ['1.2']],
      ['warmthC', 30, ['1.4']],
      ['stimulationMin', 30, []],
      ['soundLaeqDbA', 20, []],
    ] as const) {
      const night = new MadeUpNight().inControl()
      night.ask()
      night.ask({ actuator: 'light', action: 'lamp', level: 5 })
      night.over = IN_REM
      night.pass(125_000)
      night.ask({ actuator: 'cue', action: 'cue', level: 35 })
      night.ask({ actuator: 'warmth', action: 'warmth', level: 35 })
      night.over = {}
      const { granted } = night.state
      expect(granted.map(({ lease }) => lease.id)).toEqual(['1.2', '1.3', '1.4'])
      night.notes.length = 0
      night.put({
        kind: 'limits',
        atMs: night.atMs,
        limits: limits({ [name]: value }),
        awake: true,
      })
      const muted = night.notes.flatMap((note) => (note.kind === 'mute' ? note.leaseIds : []))
      expect(muted).toEqual(ended)
    }
  })

  it('that rise are kept for the next night, from an awake sleeper, to the absolute ones (N21)', () => {
    const start = new MadeUpNight(newGovernor(1, STARTING_LIMITS))
    start.put({
      kind: 'limits',
      atMs: 0,
      limits: limits({ soundDbA: 70, warmthC: 30 }),
      awake: true,
    })
    expect(start.state.limits).toEqual({ ...STARTING_LIMITS, warmthC: 30 })
    expect(start.state.laterLimits).toEqual(limits({ soundDbA: 60, warmthC: 30 }))
    expect(Object.isFrozen(start.state.laterLimits)).toBe(true)
    expect(start.notes).toEqual([{ kind: 'ignored', code: 'LIMITS_LATER' }])
    const asleep = new MadeUpNight(newGovernor(1, STARTING_LIMITS))
    asleep.put({ kind: 'limits', atMs: 0, limits: ABSOLUTE_LIMITS, awake: false })
    expect([asleep.state.laterLimits, asleep.notes]).toEqual([
      undefined,
      [{ kind: 'ignored', code: 'MODE_ASLEEP' }],
    ])
    expect(asleep.state.limits).toEqual(STARTING_LIMITS)
  })

  it('the same again say nothing and end nothing, a dawn lamp among it', () => {
    const night = new MadeUpNight().inControl()
    night.over = { wakeAtMs: night.atMs + 600_000 }
    expect(night.ask({ actuator: 'light', action: 'lamp', level: 200 })).toBe('ALLOWED')
    night.notes.length = 0
    night.put({ kind: 'limits', atMs: night.atMs, limits: ABSOLUTE_LIMITS, awake: true })
    expect(night.notes).toEqual([])
    night.put({ kind: 'limits', atMs: night.atMs, limits: limits({ warmthC: 39 }), awake: true })
    expect(night.notes).toMatchObject([{ kind: 'mute', code: 'LIMITS_LOWERED' }])
  })
})

describe('a monitoring centre (N22)', () => {
  it('can ask for natural, at once', () => {
    const night = clicking()
    night.put({ kind: 'facility', atMs: night.atMs, word: { say: 'natural', reason: 'incident' } })
    expect(night.notes).toEqual([
      { kind: 'mute', code: 'FACILITY', leaseIds: ['1.1'] },
      { kind: 'mode', from: 'control', to: 'natural', code: 'FACILITY' },
    ])
  })

  it('can ask for guidance, which ends what control began and raises nobody', () => {
    const night = clicking()
    const word = { say: 'guidance', reason: 'recovery' } as const
    night.put({ kind: 'facility', atMs: night.atMs, word })
    expect(night.notes).toEqual([
      { kind: 'mute', code: 'FACILITY', leaseIds: ['1.1'] },
      { kind: 'mode', from: 'control', to: 'guidance', code: 'FACILITY' },
    ])
    night.put({ kind: 'facility', atMs: night.atMs, word })
    expect(modeNow(night.state)).toBe('guidance')
    const natural = new MadeUpNight(newGovernor(1, STARTING_LIMITS))
    natural.put({ kind: 'facility', atMs: 0, word })
    expect([modeNow(natural.state), natural.notes]).toEqual(['natural', []])
  })

  it('can lower ceilings, and what it says above them or by NaN is as unsaid', () => {
    const night = new MadeUpNight(newGovernor(1, STARTING_LIMITS))
    const word = {
      say: 'lower-limits',
      limits: { soundDbA: 44, warmthC: 99, stimulationMin: Number.NaN },
    } as const
    night.put({ kind: 'facility', atMs: 0, word })
    expect(night.state.limits).toEqual({ ...STARTING_LIMITS, soundDbA: 44 })
    expect(night.notes).toEqual([])
  })
})

describe('an actuator', () => {
  it('that echoes our token, or an older one, is alive (N51)', () => {
    for (const token of [1, 0]) {
      const night = new MadeUpNight()
      night.put({ kind: 'heartbeat', atMs: 5, token })
      expect(night.state.actuator.heartbeatAtMs).toBe(5)
      expect(night.notes).toEqual([])
    }
  })

  it('that echoes no token is not known to be alive', () => {
    const night = new MadeUpNight()
    night.put({ kind: 'heartbeat', atMs: 5, token: Number.NaN })
    expect(night.state.actuator.heartbeatAtMs).toBeNaN()
  })

  it('that obeys a newer controller, or tells of one, makes us natural and calls (N27)', () => {
    for (const tell of ['heartbeat', 'rival'] as const) {
      const night = clicking()
      const { atMs } = night
      night.put(tell === 'rival' ? { kind: 'rival', atMs } : { kind: 'heartbeat', atMs, token: 2 })
      expect(night.notes).toEqual([
        { kind: 'mute', code: 'RIVAL', leaseIds: ['1.1'] },
        { kind: 'mode', from: 'control', to: 'natural', code: 'RIVAL' },
        { kind: 'alarm', code: 'RIVAL', level: 3 },
      ])
    }
  })

  it('whose effect is confirmed has missed none (N52)', () => {
    const night = clicking()
    expect(night.state.actuator).toMatchObject({ awaited: '1.1', awaitedUntilMs: 605_050 })
    night.put({ kind: 'effect', atMs: night.atMs, leaseId: 'other', effect: 'confirmed' })
    expect(night.state.actuator.awaited).toBe('1.1')
    night.put({ kind: 'effect', atMs: night.atMs, leaseId: '1.1', effect: 'confirmed' })
    expect(night.state.actuator).toMatchObject({ awaited: '', missed: 0 })
    expect(leasesOf(night.state).length).toBe(1)
  })

  it('that failed is missed once, and its lease ends (N52)', () => {
    const night = clicking()
    for (let i = 0; i < 2; i++) {
      night.put({ kind: 'effect', atMs: night.atMs, leaseId: '1.1', effect: 'failed' })
      expect(night.state.actuator).toMatchObject({ awaited: '', missed: 1 })
    }
    expect(night.notes).toEqual([{ kind: 'mute', code: 'EFFECT_UNCONFIRMED', leaseIds: ['1.1'] }])
  })

  it('that ended one lease leaves the others (N26)', () => {
    const night = clicking()
    night.confirm()
    night.ask({ actuator: 'light', action: 'lamp', level: 1 })
    night.put({ kind: 'effect', atMs: night.atMs, leaseId: '1.1', effect: 'ended' })
    expect(leasesOf(night.state).map(({ id }) => id)).toEqual(['1.2'])
    night.put({ kind: 'effect', atMs: night.atMs, leaseId: '1.2', effect: 'failed' })
    expect([leasesOf(night.state), night.state.actuator.missed]).toEqual([[], 1])
  })

  it('that failed with a lease that was not awaited is missed too, an unknown one is not', () => {
    const night = clicking()
    night.ask({ actuator: 'light', action: 'lamp', level: 1 })
    night.put({ kind: 'effect', atMs: night.atMs, leaseId: '1.2', effect: 'failed' })
    expect(night.state.actuator).toMatchObject({ missed: 1, awaited: '' })
    night.put({ kind: 'effect', atMs: night.atMs, leaseId: '9.9', effect: 'failed' })
    night.put({ kind: 'effect', atMs: night.atMs, leaseId: '', effect: 'failed' })
    expect(night.state.actuator.missed).toBe(1)
  })

  it('that ended a lease has ended it, unheard when it was still awaited (N52)', () => {
    const night = clicking()
    night.put({ kind: 'effect', atMs: night.atMs, leaseId: '1.1', effect: 'ended' })
    expect([night.state.granted, night.state.actuator.missed, night.notes]).toEqual([[], 1, []])
    night.pass(3000)
    night.ask()
    night.confirm()
    night.put({ kind: 'effect', atMs: night.atMs, leaseId: '1.2', effect: 'ended' })
    expect([night.state.granted, night.state.actuator.missed]).toEqual([[], 0])
  })

  it('whose effect failed to be seen three times in a row is an incident (N52)', () => {
    const night = new MadeUpNight().inControl()
    for (let i = 1; i <= 3; i++) {
      expect(night.ask()).toBe('ALLOWED')
      night.put({ kind: 'effect', atMs: night.atMs, leaseId: `1.${i}`, effect: 'failed' })
      night.atMs += 1000
    }
    expect(night.notes.slice(-3)).toEqual([
      { kind: 'mute', code: 'EFFECT_UNCONFIRMED', leaseIds: ['1.3'] },
      { kind: 'mode', from: 'control', to: 'natural', code: 'EFFECT_UNCONFIRMED' },
      { kind: 'alarm', code: 'EFFECT_UNCONFIRMED', level: 3 },
    ])
    expect(night.state.actuator.missed).toBe(0)
  })

  it('that fails to wake leaves the alarm its lease: it is asked again (N76)', () => {
    const night = new MadeUpNight()
    night.over = { wakeAtMs: 0 }
    expect(night.ask({ action: 'wake', level: 60 })).toBe('ALLOWED')
    for (const effect of ['failed', 'ended'] as const) {
      night.put({ kind: 'effect', atMs: 0, leaseId: '1.1', effect })
    }
    expect(leasesOf(night.state).length).toBe(1)
    expect(night.state.actuator).toMatchObject({ awaited: '', missed: 0 })
  })
})

describe('a clock', () => {
  it('that steps by more than 200 ms either way ends every lease (N48)', () => {
    for (const [stepMs, ends] of [
      [200, false],
      [-200, false],
      [201, true],
      [-201, true],
      [Number.NaN, true],
    ] as const) {
      const night = clicking()
      night.put({ kind: 'clock', atMs: night.atMs, stepMs })
      expect(night.notes).toEqual(
        ends ? [{ kind: 'mute', code: 'CLOCK_STEP', leaseIds: ['1.1'] }] : [],
      )
      expect(modeNow(night.state)).toBe('control')
    }
  })

  it('an alarm rings on through clock, rival, facility, revocation and lost signal (N76)', () => {
    const night = clicking()
    night.over = { wakeAtMs: night.atMs }
    night.put(night.wish({ action: 'wake', level: 60 }))
    const { atMs } = night
    night.put({ kind: 'clock', atMs, stepMs: 9999 })
    night.put({ kind: 'rival', atMs })
    night.put({ kind: 'facility', atMs, word: { say: 'natural', reason: '' } })
    night.put({ kind: 'facility', atMs, word: { say: 'lower-limits', limits: { soundDbA: 20 } } })
    night.put({ kind: 'revoke', atMs, consentId: 'c1' })
    night.over = { ...night.over, flat: true, aroused: true }
    night.put({ kind: 'tick', atMs: atMs + 20_000 })
    expect(leasesOf(night.state).map(({ action }) => action)).toEqual(['wake'])
    expect(
      govern(night.state, { kind: 'tick', atMs: atMs + 60_000 }, goodFacts(0)).state.granted,
    ).toEqual([])
  })
})
