import { describe, expect, it } from 'vitest'
import { goodFacts, leasesOf, MadeUpNight, wideTerms } from '#test/made-up-governor.ts'
import { govern, newGovernor, restartedGovernor } from './governor.ts'
import { modeNow } from './governor-state.ts'
import { ABSOLUTE_LIMITS, STARTING_LIMITS } from './guardrail.ts'
import { REASONS } from './reason.ts'

const START = {
  atMs: 0,
  token: 7,
  mode: 'natural',
  suspended: false,
  held: undefined,
  lampsHeld: false,
  consent: undefined,
  revoked: [],
  limits: ABSOLUTE_LIMITS,
  laterLimits: undefined,
  granted: [],
  seq: 0,
  ask: 0,
  lateUntilMs: 0,
  wakeRang: false,
  wakeStopped: false,
  fadeDbA: Number.POSITIVE_INFINITY,
  sound: {
    energy: 0,
    minutes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    minute: -1,
    stimulatedMin: 0,
    levelDbA: Number.NaN,
    levelSinceMs: Number.NaN,
    lastStartMs: Number.NaN,
    train: 0,
    cues: 0,
  },
  sleep: {
    goodSinceMs: Number.NaN,
    nremSinceMs: Number.NaN,
    deepSinceMs: Number.NaN,
    remSinceMs: Number.NaN,
    aroused: false,
    arousalEndMs: Number.NaN,
    arousals: [],
  },
  actuator: {
    heartbeatAtMs: Number.NaN,
    awaited: '',
    awaitedUntilMs: Number.NaN,
    missed: 0,
  },
  wellAtMs: 0,
  alarmed: 0,
}

describe('the start of a night', () => {
  it('is natural, without consent, lease or memory (N17)', () => {
    expect(newGovernor(7)).toEqual(START)
    expect(modeNow(newGovernor(7))).toBe('natural')
  })

  it('holds the device’s ceilings to the absolute ones (N14)', () => {
    const limits = { ...STARTING_LIMITS, soundDbA: 99, soundLaeqDbA: Number.NaN }
    expect(newGovernor(1, limits).limits).toEqual({
      ...STARTING_LIMITS,
      soundDbA: 60,
      soundLaeqDbA: 30,
    })
  })

  it('after a restart within the night is natural, and what was heard and stopped counts (N53)', () => {
    const night = new MadeUpNight().inControl()
    expect(night.ask()).toBe('ALLOWED')
    night.put({ kind: 'revoke', atMs: night.atMs, consentId: 'old' })
    night.put({
      kind: 'facility',
      atMs: night.atMs,
      word: { say: 'lower-limits', limits: { soundDbA: 50 } },
    })
    night.put({ kind: 'stop', atMs: night.atMs, by: 'manual-light' })
    const before = night.state
    const after = restartedGovernor(before, 2)
    expect(after).toEqual({
      ...START,
      atMs: 600_000,
      token: 2,
      lampsHeld: true,
      revoked: ['old'],
      limits: { ...ABSOLUTE_LIMITS, soundDbA: 50 },
      seq: 1,
      ask: 1,
      sound: before.sound,
      wellAtMs: 600_000,
    })
    const stopped = { ...before, held: 'STOPPED' as const, wakeRang: true, wakeStopped: true }
    const sleep = { ...before.sleep, aroused: true, arousalEndMs: 5, arousals: [5] }
    const again = restartedGovernor(
      { ...stopped, sleep, fadeDbA: 30, laterLimits: before.limits },
      3,
    )
    expect(again).toMatchObject({ held: 'STOPPED', wakeRang: true, wakeStopped: true, fadeDbA: 30 })
    expect(again.sleep).toEqual({ ...START.sleep, arousalEndMs: 5, arousals: [5] })
    expect(again.laterLimits).toEqual(before.limits)
    expect([after, after.sleep, again].every(Object.isFrozen)).toBe(true)
  })
})

describe('a verdict', () => {
  it('that allows names the lease, every rule and every number that it was held to', () => {
    const night = new MadeUpNight().inControl()
    const verdict = night.put(night.wish({ id: 'the first' }))
    expect(verdict).toEqual({
      kind: 'allowed',
      repeated: false,
      lease: {
        id: '1.1',
        seq: 1,
        token: 1,
        issuedAtMs: 600_000,
        notAfterMs: 605_000,
        actuator: 'sound',
        action: 'click',
        maxLevel: 40,
        fallback: 'natural',
        consentId: 'c1',
        reason: 'the first',
      },
      rules: (
        'N23 N28 N55 N62 N56 N17 N46 N11 N12 N13 N16 N50 N51 N45 N49 N47 N60 N61 N63 N66 N67 N68 ' +
        'N69 N65 N33 N38 N36 N35 N30 N34 N32 N31'
      ).split(' '),
      bounds: [
        ['N28', 'PROPOSAL_STALE', 0, 2000],
        ['N28', 'PROPOSAL_EARLY', 50, 2000],
        ['N51', 'ACTUATOR_SILENT', 0, 3000],
        ['N45', 'SIGNAL_GAP', 10, 1000],
        ['N45', 'RATE_ERROR', 0.1, 2],
        ['N67', 'NEAR_WAKING', 600_100, 27_000_000],
        ['N68', 'SILENT_NIGHT_DUE', 0, 5],
        ['N69', 'REST_NIGHTS_DUE', 0, 13],
        ['N65', 'NIGHT_USED_UP', 1, 240],
        ['N33', 'UNCALIBRATED', 80, 85],
        ['N38', 'LATENCY', 3, 20],
        ['N36', 'SOUND_TOO_LONG', 50, 100],
        ['N30', 'TOO_LOUD', 40, 60],
        ['N34', 'TOO_STEEP', 40, 45],
        ['N32', 'DOSE_SHORT', expect.closeTo(1_516_666.67, 1), expect.closeTo(1.2e9, 3)],
        ['N31', 'DOSE_NIGHT', expect.closeTo(1_516_666.67, 1), expect.closeTo(2.88e10, 3)],
      ].map(([rule, code, value, most]) => ({ rule, code, value, most })),
    })
  })

  it('that refuses names the first rule, in the fixed order, that was broken', () => {
    const night = new MadeUpNight().inControl()
    night.over = { aroused: undefined, soundWakes: true, gapMs: 2000 }
    expect(night.put(night.wish({ level: 99 }))).toEqual({
      kind: 'refused',
      code: 'SIGNAL_GAP',
      rule: 'N45',
    })
  })

  it('the same wish again has the same lease, and is counted once (N25)', () => {
    const night = new MadeUpNight().inControl()
    const first = night.put(night.wish({ id: 'one' }))
    const { sound, seq } = night.state
    const second = night.put(night.wish({ id: 'one', level: 60 }))
    expect(second).toEqual({
      kind: 'allowed',
      repeated: true,
      lease: first?.kind === 'allowed' && first.lease,
      rules: ['N25'],
      bounds: [],
    })
    expect([night.state.sound, night.state.seq]).toEqual([sound, seq])
  })

  it('the code of every reason has a rule and a sentence for a person', () => {
    const codes = Object.keys(REASONS) as (keyof typeof REASONS)[]
    for (const code of codes) {
      expect(REASONS[code].rule).toMatch(/^N\d\d$/)
      expect(REASONS[code].says).toMatch(/^[A-Z].*\.$/)
    }
    expect(new Set(codes.map((code) => REASONS[code].says)).size).toBe(codes.length)
  })
})

describe('a turn', () => {
  it('leaves the state before it as it was, and freezes the next all through', () => {
    const night = new MadeUpNight().inControl()
    const before = night.state
    const copy = structuredClone(before)
    const facts = goodFacts(night.atMs, { aroused: true })
    const { state } = govern(before, { kind: 'tick', atMs: night.atMs + 5 }, facts)
    expect(night.ask()).toBe('ALLOWED')
    expect(before).toEqual(copy)
    for (const made of [state, night.state]) {
      expect(Object.isFrozen(made)).toBe(true)
      for (const part of [made.sound, made.sleep, made.actuator, made.granted, made.limits]) {
        expect(Object.isFrozen(part)).toBe(true)
      }
      const { consent, sound, revoked, sleep } = made
      expect(
        [consent, consent?.actuators, consent?.hours, consent?.ceilings, consent?.conditions].every(
          Object.isFrozen,
        ),
      ).toBe(true)
      expect([sound.minutes, revoked, sleep.arousals].every(Object.isFrozen)).toBe(true)
    }
    expect(leasesOf(night.state).every(Object.isFrozen)).toBe(true)
  })

  it('freezes what it made in every kind of event', () => {
    const night = new MadeUpNight().inControl()
    const { atMs } = night
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen))
    night.ask()
    const inputs = [
      { kind: 'heartbeat', atMs, token: 1 },
      { kind: 'effect', atMs, leaseId: '1.1', effect: 'confirmed' },
      { kind: 'effect', atMs, leaseId: '1.1', effect: 'failed' },
      { kind: 'revoke', atMs, consentId: 'other' },
      { kind: 'limits', atMs, limits: { ...ABSOLUTE_LIMITS, soundDbA: 50 }, awake: true },
      { kind: 'limits', atMs, limits: ABSOLUTE_LIMITS, awake: true },
      { kind: 'tick', atMs: atMs + 5000 },
    ] as const
    for (const input of inputs) {
      night.put(input)
      expect([input.kind, frozen(night.state)]).toEqual([input.kind, true])
    }
    night.over = { aroused: true }
    night.put({ kind: 'tick', atMs: atMs + 5001 })
    expect([night.state.sleep.arousals.length, frozen(night.state)]).toEqual([1, true])
    night.over = { wallMs: wideTerms().validUntilMs }
    night.put({ kind: 'tick', atMs: atMs + 5002 })
    expect([night.state.revoked.length, frozen(night.state)]).toEqual([2, true])
    const other = new MadeUpNight().inControl()
    const verdict = other.put(other.wish())
    expect(verdict?.kind === 'allowed' && Object.isFrozen(verdict.rules)).toBe(true)
  })

  it('keeps nothing of a consent that its caller could still change', () => {
    const terms = wideTerms()
    const night = new MadeUpNight().inControl(terms)
    ;(terms.actuators as string[]).length = 0
    expect(night.ask()).toBe('ALLOWED')
  })

  it('a time that runs back, or is no number, stands still', () => {
    const night = new MadeUpNight().inControl()
    for (const atMs of [0, 599_999, Number.NaN]) {
      expect(govern(night.state, { kind: 'tick', atMs }, goodFacts(0)).state.atMs).toBe(600_000)
    }
  })

  it('says nothing when nothing happened', () => {
    expect(govern(newGovernor(1), { kind: 'tick', atMs: 1 }, {})).toEqual({
      state: expect.objectContaining({ atMs: 1 }),
      notes: [],
    })
  })
})
