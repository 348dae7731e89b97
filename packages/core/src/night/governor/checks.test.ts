import { describe, expect, it } from 'vitest'
import { goodFacts, IN_REM, MadeUpNight, NIGHT_MS, wideTerms } from '#test/made-up-governor.ts'
import type { Facts } from './facts.ts'
import { govern, newGovernor } from './governor.ts'
import type { GovernorState } from './governor-state.ts'
import { ABSOLUTE_LIMITS } from './guardrail.ts'
import { type Action, type Actuator, LEASE_MS, type Lease } from './lease.ts'
import type { Proposal } from './proposal.ts'
import { BARRED_BY, type Condition, type ConsentTerms } from './terms.ts'

type Over = {
  readonly wish?: Partial<Proposal>
  readonly facts?: Facts
  readonly state?: Partial<GovernorState>
  readonly terms?: Partial<ConsentTerms>
}

const CONTROL = new MadeUpNight().inControl().state
const REM = (() => {
  const night = new MadeUpNight().inControl()
  night.over = IN_REM
  return night.pass(125_000).state
})()

const WISHES: Readonly<Record<Action, Partial<Proposal>>> = {
  click: {},
  cue: { actuator: 'cue', action: 'cue', level: 35, durationMs: 800 },
  wake: { action: 'wake', level: 60, durationMs: 30_000 },
  lamp: { actuator: 'light', action: 'lamp', level: 5, durationMs: 300_000 },
  fade: { action: 'fade', level: 40, durationMs: 60_000 },
  warmth: { actuator: 'warmth', action: 'warmth', level: 33, durationMs: 60_000 },
}

/** What becomes of an action in a night in which everything is well but this. */
function asked(action: Action, { wish, facts, state, terms }: Over = {}): string | Lease {
  const base = action === 'cue' ? REM : CONTROL
  const sleep: Facts = action === 'cue' ? IN_REM : {}
  const alarm: Facts = action === 'wake' ? { wakeAtMs: base.atMs } : {}
  const consent = terms === undefined ? base.consent : { ...base.consent!, ...terms }
  const night = new MadeUpNight({ ...base, consent, ...state })
  const verdict = govern(
    night.state,
    night.wish({ ...WISHES[action], ...wish }),
    goodFacts(night.atMs, { ...sleep, ...alarm, ...facts }),
  ).verdict
  if (verdict?.kind === 'refused') return verdict.code
  return verdict?.kind === 'allowed' ? verdict.lease : 'nothing'
}

function ask(action: Action, over: Over = {}): string {
  const answer = asked(action, over)
  return typeof answer === 'string' ? answer : 'ALLOWED'
}

const ALL: readonly Action[] = ['click', 'cue', 'wake', 'lamp', 'fade', 'warmth']
const NO_ALARM = ALL.filter((action) => action !== 'wake')
const SOUNDS = ['click', 'cue'] as const

/** Each of these is refused with this code for each action; what differs only a little is not. */
function refuses(code: string, actions: readonly Action[], bad: Over[], good: Over[]): void {
  for (const action of actions) {
    for (const over of bad) expect([action, over, ask(action, over)]).toEqual([action, over, code])
    for (const over of good) {
      expect([action, over, ask(action, over)]).toEqual([action, over, 'ALLOWED'])
    }
  }
}

const facts = (over: Facts): Over => ({ facts: over })
/** The signal was lost and is good again since now. */
const LOST: Over = { state: { suspended: true, sleep: newGovernor(1).sleep } }
const wish = (over: Partial<Proposal>): Over => ({ wish: over })
const state = (over: Partial<GovernorState>): Over => ({ state: over })

describe('a wish', () => {
  it('of every kind is allowed when everything is well', () => refuses('', ALL, [], [{}]))

  it('is one of known things with known numbers (N23)', () => {
    const other: Actuator[] = ['sound', 'light', 'cue', 'warmth']
    const table = {
      click: ['sound'],
      cue: ['cue'],
      wake: ['sound', 'light'],
      lamp: ['light'],
      fade: ['sound'],
      warmth: ['warmth'],
    } as const
    for (const action of ALL) {
      for (const actuator of other) {
        const allowed = (table[action] as readonly string[]).includes(actuator)
        expect(ask(action, wish({ actuator }))).toBe(allowed ? 'ALLOWED' : 'PROPOSAL_SHAPE')
      }
    }
    const bad = [
      { id: '' },
      { level: Number.NaN },
      { level: -1 },
      { level: Number.POSITIVE_INFINITY },
      { durationMs: 0 },
      { durationMs: -1 },
      { durationMs: Number.NaN },
      { madeAtMs: Number.NaN },
      { startsAtMs: Number.NaN },
      { startsAtMs: Number.POSITIVE_INFINITY },
      { flashHz: Number.NaN },
    ]
    refuses('PROPOSAL_SHAPE', ALL, bad.map(wish), [])
    expect(ask('click', wish({ level: 0 }))).toBe('ALLOWED')
    expect(ask('click', wish({ durationMs: 0.1 }))).toBe('ALLOWED')
  })

  it('expires after two seconds, and is for the next two (N28)', () => {
    const at = (action: Action): number => (action === 'cue' ? REM : CONTROL).atMs
    for (const action of ALL) {
      const now = at(action)
      const made = (madeAtMs: number): string => ask(action, wish({ madeAtMs }))
      expect([made(now - 2000), made(now - 2001)]).toEqual(['ALLOWED', 'PROPOSAL_STALE'])
      expect([made(now + 2000), made(now + 2001)]).toEqual(['ALLOWED', 'PROPOSAL_STALE'])
      const starts = (startsAtMs: number): string => ask(action, wish({ startsAtMs }))
      expect([starts(now), starts(now + 2000)]).toEqual(['ALLOWED', 'ALLOWED'])
      expect([starts(now - 0.1), starts(now + 2000.1)]).toEqual([
        'PROPOSAL_EARLY',
        'PROPOSAL_EARLY',
      ])
    }
  })

  it('does nothing in a night that was stopped, or held for arousals (N55, N62)', () => {
    refuses('STOPPED', NO_ALARM, [state({ held: 'STOPPED' })], [])
    refuses('THREE_AROUSALS', NO_ALARM, [state({ held: 'THREE_AROUSALS' })], [])
    refuses('', ['wake'], [], [state({ held: 'STOPPED' }), state({ held: 'THREE_AROUSALS' })])
  })

  it('for a lamp does nothing after one was changed by hand, the alarm’s too (N56)', () => {
    refuses('LAMPS_STOPPED', ['lamp'], [state({ lampsHeld: true })], [])
    refuses('', ['click', 'cue', 'fade', 'warmth', 'wake'], [], [state({ lampsHeld: true })])
    expect(ask('wake', { wish: { actuator: 'light' }, state: { lampsHeld: true } })).toBe(
      'LAMPS_STOPPED',
    )
  })

  it('does nothing outside control (N17)', () => {
    const modes = [state({ mode: 'natural' }), state({ mode: 'guidance' })]
    refuses('NOT_IN_CONTROL', NO_ALARM, modes, [])
    refuses('', ['wake'], [], modes)
  })

  it('does nothing while the signal is lost (N46)', () => {
    refuses('SIGNAL_LOST', NO_ALARM, [LOST], [])
    refuses('', ['wake'], [], [LOST])
  })

  it('does nothing outside the dates of the consent (N11)', () => {
    const { validFromMs, validUntilMs } = wideTerms()
    const [before, at] = [{ wallMs: validFromMs - 1 }, { wallMs: validFromMs }].map(facts)
    refuses('CONSENT_EXPIRED', NO_ALARM, [before!, facts({ wallMs: undefined })], [at!])
    refuses('NOT_IN_CONTROL', NO_ALARM, [facts({ wallMs: validUntilMs })], [])
    refuses('CONSENT_EXPIRED', NO_ALARM, [facts({ wallMs: Number.NaN })], [])
  })

  it('does nothing outside the hours of the consent, over midnight too (N12)', () => {
    const hours = (fromMin: number, toMin: number, localMin: number | undefined): Over => ({
      terms: { hours: { fromMin, toMin } },
      facts: { localMin },
    })
    const bad = [
      hours(1320, 420, 1319),
      hours(1320, 420, 420),
      hours(1320, 420, 700),
      hours(60, 420, 59),
      hours(60, 420, 420),
      hours(60, 420, undefined),
      hours(60, 420, Number.NaN),
      hours(0, 0, -1),
      hours(0, 0, 1440),
      hours(0, 0, undefined),
    ]
    const good = [
      hours(1320, 420, 1320),
      hours(1320, 420, 1439),
      hours(1320, 420, 0),
      hours(1320, 420, 419),
      hours(60, 420, 60),
      hours(60, 420, 419),
      hours(0, 0, 0),
      hours(0, 0, 1439),
      hours(700, 700, 5),
    ]
    refuses('OUT_OF_HOURS', NO_ALARM, bad, good)
  })

  it('does nothing with an actuator that was not consented to (N13)', () => {
    for (const action of NO_ALARM) {
      const own = WISHES[action].actuator ?? 'sound'
      const others = (['sound', 'light', 'cue', 'warmth'] as const).filter((name) => name !== own)
      expect(ask(action, { terms: { actuators: others } })).toBe('ACTUATOR_NOT_CONSENTED')
      expect(ask(action, { terms: { actuators: [own] } })).toBe('ALLOWED')
    }
  })

  it('does nothing that a condition of the sleeper rules out (N16)', () => {
    const table: Readonly<Record<Condition, string>> = {
      apnoea: 'sound cue warmth',
      bipolar: 'cue light',
      epilepsy: 'sound light cue',
      insomnia: 'sound cue',
      migraine: 'light',
      nightmares: 'cue',
      photosensitive: 'light',
      pregnant: 'sound cue warmth',
      psychosis: 'sound cue',
      tinnitus: 'sound cue',
      'under-18': 'sound light cue warmth',
    }
    expect(Object.keys(table).sort()).toEqual(Object.keys(BARRED_BY).sort())
    for (const [condition, barred] of Object.entries(table)) {
      for (const action of NO_ALARM) {
        const isBarred = barred.split(' ').includes(WISHES[action].actuator ?? 'sound')
        const conditions = [condition as Condition]
        expect([condition, action, ask(action, { terms: { conditions } })]).toEqual([
          condition,
          action,
          isBarred ? 'CONDITION' : 'ALLOWED',
        ])
      }
    }
  })

  it('does nothing while the loop is late (N50) or the actuator silent (N51)', () => {
    for (const action of NO_ALARM) {
      const base = action === 'cue' ? REM : CONTROL
      const late = (lateUntilMs: number): string => ask(action, state({ lateUntilMs }))
      expect([late(base.atMs), late(base.atMs + 1)]).toEqual(['ALLOWED', 'LOOP_LATE'])
      const beat = (heartbeatAtMs: number): string =>
        ask(action, state({ actuator: { ...base.actuator, heartbeatAtMs } }))
      expect([beat(base.atMs - 3000), beat(base.atMs - 3001), beat(Number.NaN)]).toEqual([
        'ALLOWED',
        'ACTUATOR_SILENT',
        'ACTUATOR_SILENT',
      ])
    }
    expect(ask('wake', state({ lateUntilMs: 1e9 }))).toBe('ALLOWED')
  })

  it('does nothing on a signal with a gap, at a wrong rate, or not known to be fit (N45, N49)', () => {
    refuses(
      'SIGNAL_GAP',
      NO_ALARM,
      [{ gapMs: 1001 }, { gapMs: undefined }, { gapMs: Number.NaN }].map(facts),
      [{ gapMs: 1000 }, { gapMs: 0 }].map(facts),
    )
    refuses(
      'RATE_ERROR',
      NO_ALARM,
      [{ rateErrorPct: 2.1 }, { rateErrorPct: -2.1 }, { rateErrorPct: undefined }].map(facts),
      [{ rateErrorPct: 2 }, { rateErrorPct: -2 }].map(facts),
    )
    refuses(
      'SIGNAL_UNKNOWN',
      NO_ALARM,
      [{ flat: undefined }, { clipped: undefined }, { gapMs: -1 }].map(facts),
      [],
    )
  })

  it('in sleep does nothing on a stage that is unknown or old (N47)', () => {
    const bad = [{ stageAgeMs: 10_001 }, { stageAgeMs: undefined }, { stageAgeMs: -1 }].map(facts)
    refuses('STAGE_STALE', SOUNDS, bad, [facts({ stageAgeMs: 10_000 })])
    refuses('', ['lamp', 'fade', 'warmth', 'wake'], [], bad)
  })
})

describe('a sound', () => {
  it('is not made when it is not known whether the sleeper stirred (N49)', () => {
    const bad = facts({ aroused: undefined })
    refuses('AROUSAL_UNKNOWN', SOUNDS, [bad], [])
    refuses('', ['lamp', 'fade', 'warmth', 'wake'], [], [bad])
  })

  it('is not made for a minute after an arousal (N60), nor before two settled ones (N61)', () => {
    for (const action of SOUNDS) {
      const base = action === 'cue' ? REM : CONTROL
      const { atMs } = base
      const after = (arousalMs: number, settledMs: number): string =>
        ask(action, {
          state: {
            sleep: {
              ...base.sleep,
              arousalEndMs: atMs - arousalMs,
              deepSinceMs: action === 'click' ? atMs - settledMs : Number.NaN,
              remSinceMs: action === 'cue' ? atMs - settledMs : Number.NaN,
            },
          },
        })
      expect(ask(action, facts({ aroused: true }))).toBe('AROUSAL')
      expect(after(59_999, 400_000)).toBe('AROUSAL')
      expect(after(60_000, 400_000)).toBe('NOT_SETTLED')
      expect(after(119_999, 400_000)).toBe('NOT_SETTLED')
      expect(after(120_000, 400_000)).toBe('ALLOWED')
      expect(after(400_000, 119_999)).toBe('NOT_SETTLED')
      expect(after(400_000, 120_000)).toBe('ALLOWED')
    }
  })

  it('is made only while the record says that sounds do not wake this sleeper (N63)', () => {
    const bad = [{ soundWakes: true }, { soundWakes: undefined }].map(facts)
    refuses('SOUND_WAKES', SOUNDS, bad, [])
  })

  it('of the clicks is made after four minutes of non-REM sleep (N66)', () => {
    const { atMs, sleep } = CONTROL
    const since = (nremSinceMs: number): string =>
      ask('click', state({ sleep: { ...sleep, nremSinceMs } }))
    expect([since(atMs - 240_000), since(atMs - 239_999)]).toEqual([
      'ALLOWED',
      'TOO_EARLY_IN_SLEEP',
    ])
    expect(ask('click', facts({ nrem: 0.2 }))).toBe('NOT_ASLEEP')
    expect(ask('click', facts({ wake: 0.5 }))).toBe('NOT_ASLEEP')
  })

  it('of the cues is made after two minutes of REM sleep (N70)', () => {
    const { atMs, sleep } = REM
    const since = (remSinceMs: number): string =>
      ask('cue', state({ sleep: { ...sleep, remSinceMs } }))
    expect([since(atMs - 120_000), since(atMs - 119_999)]).toEqual(['ALLOWED', 'NOT_IN_REM'])
    expect(ask('cue', facts({ rem: 0.1 }))).toBe('NOT_IN_REM')
  })

  it('ends half an hour before waking, or before the consented hours end (N67)', () => {
    for (const action of SOUNDS) {
      const { atMs } = action === 'cue' ? REM : CONTROL
      const endMs = atMs + 50 + (action === 'cue' ? 800 : 50)
      const wake = (
        wakeAtMs: number | undefined,
        terms: Partial<ConsentTerms> = {},
        f: Facts = {},
      ) => ask(action, { facts: { wakeAtMs, ...f }, terms })
      expect([wake(endMs + 1_800_000), wake(endMs + 1_799_999)]).toEqual(['ALLOWED', 'NEAR_WAKING'])
      expect([wake(undefined), wake(Number.NaN)]).toEqual(['ALLOWED', 'ALLOWED'])
      const hours = { hours: { fromMin: 0, toMin: 431 } }
      const whole = { wallMs: NIGHT_MS, localMin: 400 }
      expect(wake(undefined, hours, whole)).toBe('ALLOWED')
      expect(wake(undefined, hours, { ...whole, localMin: 401 })).toBe('NEAR_WAKING')
      const left = action === 'cue' ? 59_150 : 59_900
      expect(wake(undefined, hours, { ...whole, wallMs: NIGHT_MS + left })).toBe('ALLOWED')
      expect(wake(undefined, hours, { ...whole, wallMs: NIGHT_MS + left + 1 })).toBe('NEAR_WAKING')
    }
  })

  it('is not made in the seventh night in a row that would have it (N68)', () => {
    const bad = [{ sinceSilent: 6 }, { sinceSilent: undefined }, { sinceSilent: Number.NaN }]
    refuses('SILENT_NIGHT_DUE', SOUNDS, bad.map(facts), [facts({ sinceSilent: 5 })])
  })

  it('is not made in the fifteenth night in a row in control (N69)', () => {
    const bad = [{ nightsInRow: 14 }, { nightsInRow: undefined }].map(facts)
    refuses('REST_NIGHTS_DUE', SOUNDS, bad, [facts({ nightsInRow: 13 })])
  })

  it('is made in at most so many minutes of a night (N65)', () => {
    for (const action of SOUNDS) {
      const { sound, atMs } = action === 'cue' ? REM : CONTROL
      const minute = Math.floor(atMs / 60_000)
      const used = (stimulatedMin: number, last: number, most = 240): string =>
        ask(action, {
          state: { sound: { ...sound, stimulatedMin, minute: last } },
          terms: { ceilings: { ...ABSOLUTE_LIMITS, stimulationMin: most } },
        })
      expect([used(239, 0), used(240, 0), used(240, minute)]).toEqual([
        'ALLOWED',
        'NIGHT_USED_UP',
        'ALLOWED',
      ])
      expect([used(0, 0, 0), used(9, 0, 10), used(10, 0, 10)]).toEqual([
        'NIGHT_USED_UP',
        'ALLOWED',
        'NIGHT_USED_UP',
      ])
    }
  })

  it('is made only by an output whose loudness is known, and at most 85 dB(A) (N33)', () => {
    const bad = [{ fullScaleDbA: undefined }, { fullScaleDbA: 85.1 }, { fullScaleDbA: Number.NaN }]
    refuses('UNCALIBRATED', ['click', 'cue', 'fade'], bad.map(facts), [facts({ fullScaleDbA: 85 })])
    refuses('', ['wake', 'lamp', 'warmth'], [], bad.map(facts))
  })

  it('that aims at a wave needs a delay that is measured and steady to 20 ms (N38)', () => {
    const bad = [{ latencySdMs: undefined }, { latencySdMs: 20.1 }].map(facts)
    refuses('LATENCY', ['click'], bad, [facts({ latencySdMs: 20 })])
    refuses('', ['cue', 'fade', 'wake'], [], bad)
  })

  it('lasts 100 ms as a click, 10 s as a cue, 60 s as a piece of a fade (N36)', () => {
    for (const [action, most] of [
      ['click', 100],
      ['cue', 10_000],
      ['fade', 60_000],
    ] as const) {
      const [bad, good] = [most + 0.1, most].map((durationMs) => wish({ durationMs, level: 20 }))
      refuses('SOUND_TOO_LONG', [action], [bad!], [good!])
    }
  })

  it('comes .9 s after the one before, and 2.4 s after five in a train (N35)', () => {
    const { sound, atMs } = CONTROL
    const after = (ms: number, train: number): string =>
      ask('click', state({ sound: { ...sound, lastStartMs: atMs + 50 - ms, train } }))
    expect([after(900, 1), after(899.9, 1), after(900, 4)]).toEqual([
      'ALLOWED',
      'SOUND_TOO_SOON',
      'ALLOWED',
    ])
    expect([after(2399, 5), after(2400, 5), after(2399, 6)]).toEqual([
      'SOUND_TOO_SOON',
      'ALLOWED',
      'SOUND_TOO_SOON',
    ])
    const cue = (ms: number): string =>
      ask('cue', state({ sound: { ...REM.sound, lastStartMs: REM.atMs + 50 - ms, train: 1 } }))
    expect([cue(899), cue(900), cue(20_000)]).toEqual(['SOUND_TOO_SOON', 'CUES_USED_UP', 'ALLOWED'])
  })

  it('is at most as loud as the lowest ceiling: absolute, device, consent, full scale (N30)', () => {
    const loud = (action: Action, level: number, over: Over = {}): string => {
      const base = action === 'cue' ? REM : CONTROL
      const sound = { ...base.sound, levelDbA: level, levelSinceMs: 0 }
      const durationMs = action === 'cue' ? 100 : 50
      return ask(action, { ...over, wish: { level, durationMs }, state: { sound, ...over.state } })
    }
    for (const action of SOUNDS) {
      expect([loud(action, 60), loud(action, 60.1)]).toEqual(['ALLOWED', 'TOO_LOUD'])
      const limits = { ...ABSOLUTE_LIMITS, soundDbA: 50 }
      const device = { state: { limits } }
      expect([loud(action, 50, device), loud(action, 51, device)]).toEqual(['ALLOWED', 'TOO_LOUD'])
      const consent = { terms: { ceilings: limits } }
      expect([loud(action, 50, consent), loud(action, 51, consent)]).toEqual([
        'ALLOWED',
        'TOO_LOUD',
      ])
      const scale = facts({ fullScaleDbA: 48 })
      expect([loud(action, 48, scale), loud(action, 49, scale)]).toEqual(['ALLOWED', 'TOO_LOUD'])
    }
  })

  it('begins a night at 45 dB(A) at most, and rises 1 dB after a minute (N34)', () => {
    for (const action of SOUNDS) {
      const { sound, atMs } = action === 'cue' ? REM : CONTROL
      const first = (level: number): string => ask(action, wish({ level, durationMs: 50 }))
      expect([first(45), first(45.1)]).toEqual(['ALLOWED', 'TOO_STEEP'])
      const then = (level: number, sinceMs: number): string =>
        ask(action, {
          wish: { level, durationMs: 50 },
          state: { sound: { ...sound, levelDbA: 40, levelSinceMs: atMs - sinceMs } },
        })
      expect([then(40, 0), then(20, 0), then(40.1, 59_999)]).toEqual([
        'ALLOWED',
        'ALLOWED',
        'TOO_STEEP',
      ])
      expect([then(41, 60_000), then(41.1, 600_000)]).toEqual(['ALLOWED', 'TOO_STEEP'])
    }
  })

  it('fits in a third of an hour’s share of the dose within ten minutes (N32)', () => {
    for (const action of SOUNDS) {
      const { sound, atMs } = action === 'cue' ? REM : CONTROL
      const minute = Math.floor(atMs / 60_000)
      const own = { level: 40, durationMs: 50 }
      const charge = 1_516_667
      const filled = (energy: number, index: number, passed: number): string =>
        ask(action, {
          wish: own,
          state: {
            sound: {
              ...sound,
              minutes: sound.minutes.map((_, i) => (i === index ? energy : 0)),
              minute: minute - passed,
            },
          },
        })
      const most = 1.2e9 - charge
      for (const index of [0, 5, 10]) {
        expect([filled(most, index, 0), filled(most + 10, index, 0)]).toEqual([
          'ALLOWED',
          'DOSE_SHORT',
        ])
      }
      expect([filled(1.2e9, 0, 10), filled(1.2e9, 0, 11), filled(1.2e9, 3, 7)]).toEqual([
        'DOSE_SHORT',
        'ALLOWED',
        'DOSE_SHORT',
      ])
      expect([filled(1.2e9, 3, 8), filled(1.2e9, 0, 5000)]).toEqual(['ALLOWED', 'ALLOWED'])
    }
  })

  it('fits in the dose of the night, at the lowest of the ceilings (N31)', () => {
    for (const action of SOUNDS) {
      const { sound } = action === 'cue' ? REM : CONTROL
      const used = (energy: number, laeq = 30): string =>
        ask(action, {
          wish: { level: 40, durationMs: 50 },
          state: { sound: { ...sound, energy } },
          terms: { ceilings: { ...ABSOLUTE_LIMITS, soundLaeqDbA: laeq } },
        })
      expect([used(2.88e10 - 1_516_667), used(2.88e10 - 1_516_000)]).toEqual([
        'ALLOWED',
        'DOSE_NIGHT',
      ])
      expect([used(2.8e9, 20), used(2.88e9, 20)]).toEqual(['ALLOWED', 'DOSE_NIGHT'])
    }
  })

  it('of the cues is not made within fourteen nights of a morning of distress (N71)', () => {
    const bad = [{ sinceDistress: 13 }, { sinceDistress: undefined }, { sinceDistress: Number.NaN }]
    refuses('CUE_DISTRESS', ['cue'], bad.map(facts), [facts({ sinceDistress: 14 })])
    refuses('', ['click'], [], bad.map(facts))
  })

  it('of the cues is made sixty times in a night at most (N72)', () => {
    const cues = (count: number): Over => state({ sound: { ...REM.sound, cues: count } })
    refuses('CUES_USED_UP', ['cue'], [cues(60)], [cues(59)])
  })

  it('that fades does so at bedtime, below 45 dB(A), and never louder than before (N74)', () => {
    const { atMs } = CONTROL
    const bedtime = (sinceMs: number | undefined): string =>
      ask('fade', facts({ bedtimeAtMs: sinceMs === undefined ? undefined : atMs - sinceMs }))
    expect([bedtime(-10_800_000), bedtime(-10_800_001)]).toEqual(['ALLOWED', 'FADE_WINDOW'])
    expect([bedtime(3_600_000), bedtime(3_600_001)]).toEqual(['ALLOWED', 'FADE_WINDOW'])
    expect([bedtime(undefined), bedtime(Number.NaN)]).toEqual(['FADE_WINDOW', 'FADE_WINDOW'])
    const dose = (energy: number): string =>
      ask('fade', {
        wish: { level: 30, durationMs: 10_000 },
        state: { sound: { ...CONTROL.sound, energy } },
        terms: { ceilings: { ...ABSOLUTE_LIMITS, soundLaeqDbA: 20 } },
      })
    expect([dose(2.88e9 - 10_125_000), dose(2.88e9 - 10_124_000)]).toEqual([
      'ALLOWED',
      'DOSE_NIGHT',
    ])
    const fades = (level: number, fadeDbA: number): string =>
      ask('fade', { wish: { level }, state: { fadeDbA } })
    expect([fades(45, 90), fades(45.1, 90), fades(30, 30), fades(30.1, 30)]).toEqual([
      'ALLOWED',
      'FADE_WINDOW',
      'ALLOWED',
      'FADE_WINDOW',
    ])
  })
})

describe('a lamp', () => {
  it('is dim from three hours before bedtime until 45 min before waking (N40)', () => {
    const { atMs } = CONTROL
    const lit = (level: number, f: Facts): string => ask('lamp', { wish: { level }, facts: f })
    const evening = { bedtimeAtMs: atMs + 10_800_000 }
    expect([lit(10, evening), lit(10.1, evening)]).toEqual(['ALLOWED', 'TOO_BRIGHT'])
    const earlier = { bedtimeAtMs: atMs + 10_800_001 }
    expect([lit(250, earlier), lit(250.1, earlier)]).toEqual(['ALLOWED', 'TOO_BRIGHT'])
    const dawn = { wakeAtMs: atMs + 2_700_000 }
    expect([lit(250, dawn), lit(251, dawn)]).toEqual(['ALLOWED', 'TOO_BRIGHT'])
    expect(lit(11, { wakeAtMs: atMs + 2_700_001 })).toBe('TOO_BRIGHT')
    expect(lit(11, { bedtimeAtMs: undefined, wakeAtMs: undefined })).toBe('TOO_BRIGHT')
    expect(lit(11, { bedtimeAtMs: Number.NaN, wakeAtMs: Number.NaN })).toBe('TOO_BRIGHT')
    const ceilings = { ...ABSOLUTE_LIMITS, lightMelanopicLux: 1 }
    expect(ask('lamp', { wish: { level: 2 }, terms: { ceilings } })).toBe('TOO_BRIGHT')
  })

  it('never flashes, and changes once a second at most, the alarm’s too (N41)', () => {
    const { atMs } = CONTROL
    refuses(
      'FLASHING',
      ['lamp'],
      [wish({ flashHz: 0.1 }), wish({ flashHz: -1 })],
      [wish({ flashHz: 0 })],
    )
    const lamp = asked('lamp') as Lease
    const issued = (issuedAtMs: number): Partial<GovernorState> => ({
      granted: [{ lease: { ...lamp, issuedAtMs }, wish: 'before' }],
    })
    expect(ask('lamp', state(issued(atMs - 999)))).toBe('FLASHING')
    expect(ask('lamp', state(issued(atMs - 1000)))).toBe('ALLOWED')
    const alarm = (over: Over): string =>
      ask('wake', { ...over, wish: { actuator: 'light', ...over.wish } })
    expect([alarm(state(issued(atMs - 999))), alarm(wish({ flashHz: 3 })), alarm({})]).toEqual([
      'FLASHING',
      'FLASHING',
      'ALLOWED',
    ])
    expect(ask('wake', state(issued(atMs - 1)))).toBe('ALLOWED')
    const sound = { ...lamp, actuator: 'sound', issuedAtMs: atMs - 1 } as const
    expect(ask('lamp', state({ granted: [{ lease: sound, wish: 'before' }] }))).toBe('ALLOWED')
  })
})

describe('warmth', () => {
  it('is at most the lowest ceiling, and never above 40 degrees (N43)', () => {
    const warm = (level: number, over: Over = {}): string =>
      ask('warmth', { ...over, wish: { level } })
    expect([warm(40), warm(40.1)]).toEqual(['ALLOWED', 'TOO_WARM'])
    const ceilings = { ...ABSOLUTE_LIMITS, warmthC: 34 }
    expect([warm(34, { terms: { ceilings } }), warm(35, { terms: { ceilings } })]).toEqual([
      'ALLOWED',
      'TOO_WARM',
    ])
  })
})

describe('the alarm', () => {
  const { atMs } = CONTROL
  const at = (wakeAtMs: number | undefined, over: Over = {}): string =>
    ask('wake', { ...over, facts: { ...over.facts, wakeAtMs } })

  it('needs a time to wake, and begins half an hour before it at most (N75)', () => {
    expect([at(undefined), at(Number.NaN)]).toEqual(['NO_WAKE_TIME', 'NO_WAKE_TIME'])
    const light = facts({ deep: 0.1 })
    expect([at(atMs + 1_800_000, light), at(atMs + 1_800_001, light)]).toEqual([
      'ALLOWED',
      'WAKE_TOO_EARLY',
    ])
  })

  it('before its time rings only in control, on known light sleep and a good signal (N75)', () => {
    const early = atMs + 1000
    const one = (f: Facts): string => at(early, facts(f))
    expect([one({ deep: 0.29 }), one({ deep: 0.3 }), one({ deep: undefined })]).toEqual([
      'ALLOWED',
      'DEEP_SLEEP',
      'DEEP_SLEEP',
    ])
    expect(one({ deep: 0.1, stageAgeMs: 10_001 })).toBe('DEEP_SLEEP')
    expect(one({ deep: 0.1, gapMs: 1001 })).toBe('DEEP_SLEEP')
    expect(one({ deep: Number.NaN })).toBe('DEEP_SLEEP')
    const light = facts({ deep: 0.1 })
    for (const other of [
      { mode: 'guidance' },
      LOST.state!,
      { held: 'STOPPED' },
    ] satisfies Partial<GovernorState>[]) {
      expect(at(early, { ...light, state: other })).toBe('NOT_IN_CONTROL')
    }
  })

  it('at its time rings whatever else is dead, unknown or stopped (N76)', () => {
    const dead = new MadeUpNight()
    dead.atMs = 5000
    const nothing = { wakeAtMs: 5000 }
    const verdict = govern(dead.state, dead.wish(WISHES.wake), nothing).verdict
    expect(verdict?.kind === 'allowed' && verdict.lease).toMatchObject({
      consentId: 'wake',
      notAfterMs: 65_000,
    })
    expect(govern(dead.state, dead.wish(WISHES.wake), { wakeAtMs: 5001 }).verdict).toMatchObject({
      code: 'NOT_IN_CONTROL',
    })
  })

  it('ends fifteen minutes after its time, and when it was stopped (N77)', () => {
    expect([at(atMs - 899_999), at(atMs - 900_000)]).toEqual(['ALLOWED', 'WAKE_OVER'])
    expect(at(atMs, state({ wakeStopped: true }))).toBe('WAKE_OVER')
    expect(asked('wake', facts({ wakeAtMs: atMs - 880_000 }))).toMatchObject({
      notAfterMs: atMs + 20_000,
    })
  })

  it('is at most 75 dB(A), or 1 000 lux melanopic (N77)', () => {
    refuses('ALARM_TOO_LOUD', ['wake'], [wish({ level: 75.1 })], [wish({ level: 75 })])
    refuses(
      'ALARM_TOO_LOUD',
      ['wake'],
      [wish({ actuator: 'light', level: 1001 })],
      [wish({ actuator: 'light', level: 1000 })],
    )
  })
})

describe('the lease that comes of it', () => {
  it('lives 5 s for a click, 60 s for cue, fade and alarm, 5 min for a lamp, 30 for warmth (N23)', () => {
    expect(LEASE_MS).toEqual({
      click: 5000,
      cue: 60_000,
      wake: 60_000,
      lamp: 300_000,
      fade: 60_000,
      warmth: 1_800_000,
    })
    for (const action of ALL) {
      const lease = asked(action) as Lease
      expect(lease.notAfterMs - lease.issuedAtMs).toBe(LEASE_MS[action])
      expect(lease).toMatchObject({ action, consentId: action === 'wake' ? 'wake' : 'c1' })
    }
  })

  it('of a fade or a lamp ends with what was asked for, of others with its own time (N29)', () => {
    const lives = (action: Action, durationMs: number): number => {
      const lease = asked(action, wish({ durationMs })) as Lease
      return lease.notAfterMs - lease.issuedAtMs
    }
    expect([lives('fade', 11_000), lives('lamp', 20_000)]).toEqual([11_050, 20_050])
    expect([lives('fade', 59_950), lives('lamp', 299_951)]).toEqual([60_000, 300_000])
    expect(lives('cue', 9000)).toBe(LEASE_MS.cue)
    expect(lives('warmth', 60_000)).toBe(LEASE_MS.warmth)
  })

  it('ends no later than the consent, its hours and the time to wake, in whole ms (N23)', () => {
    const { atMs } = CONTROL
    const { validUntilMs } = wideTerms()
    const ends = (over: Over): number => (asked('click', over) as Lease).notAfterMs - atMs
    expect(ends(facts({ wallMs: validUntilMs - 1234 }))).toBe(1234)
    expect(ends(facts({ wallMs: validUntilMs - 0.5 }))).toBe(0)
    const lamp = (f: Facts, toMin: number): number =>
      (asked('lamp', { facts: f, terms: { hours: { fromMin: 0, toMin } } }) as Lease).notAfterMs -
      atMs
    expect(lamp({ localMin: 100, wallMs: NIGHT_MS + 15_000 }, 102)).toBe(105_000)
    expect(lamp({ localMin: 100, wallMs: NIGHT_MS + 15_000 }, 101)).toBe(45_000)
    expect(lamp({ wakeAtMs: atMs + 777 }, 0)).toBe(777)
    expect(lamp({ wakeAtMs: atMs }, 0)).toBe(300_000)
  })
})
