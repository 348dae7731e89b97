import { describe, expect, it } from 'vitest'
import { AWAKE, goodFacts, IN_REM, MadeUpNight, wideTerms } from '#test/made-up-governor.ts'
import type { Facts } from './facts.ts'
import { govern, newGovernor } from './governor.ts'
import { modeNow, type SleepMemory } from './governor-state.ts'

/** A night in control in which a click's lease stands. */
function clicking(): MadeUpNight {
  const night = new MadeUpNight().inControl()
  expect(night.ask()).toBe('ALLOWED')
  night.confirm()
  night.notes.length = 0
  return night
}

/** One tick `ms` later under these facts. */
function tick(night: MadeUpNight, ms: number, facts: Facts = {}): MadeUpNight {
  night.over = facts
  night.atMs += ms
  night.put({ kind: 'tick', atMs: night.atMs })
  return night
}

describe('a lease', () => {
  it('lapses by itself at its end, without a message and without a word (N24)', () => {
    const night = clicking()
    tick(tick(night, 2500), 2499)
    expect(night.state.granted.length).toBe(1)
    tick(night, 1)
    expect([night.state.granted, night.notes]).toEqual([[], []])
  })
})

describe('a loop that fell silent (N50)', () => {
  it('for more than three seconds ends every lease and is late for ten', () => {
    expect(tick(clicking(), 3000).notes).toEqual([])
    const night = tick(clicking(), 3001)
    expect(night.notes).toEqual([{ kind: 'mute', code: 'LOOP_LATE', leaseIds: ['1.1'] }])
    expect(night.state.lateUntilMs).toBe(night.atMs + 10_000)
    night.pass(9999)
    expect(night.ask()).toBe('LOOP_LATE')
    night.pass(1)
    expect(night.ask()).toBe('TOO_EARLY_IN_SLEEP')
    night.pass(231_000)
    expect(night.ask()).toBe('ALLOWED')
  })
})

describe('what was not seen (N50)', () => {
  it('for more than three seconds is no sleep, and no good signal either', () => {
    expect(tick(clicking(), 3000).state.sleep.nremSinceMs).toBe(1000)
    const night = tick(clicking(), 3001)
    const { goodSinceMs, nremSinceMs, deepSinceMs } = night.state.sleep
    expect([goodSinceMs, nremSinceMs, deepSinceMs]).toEqual([Number.NaN, Number.NaN, Number.NaN])
  })
})

describe('what is remembered of sleep', () => {
  /** Since when, after these facts in turn, ten seconds of device time apart. */
  const after = (...steps: Facts[]): SleepMemory => {
    let state = newGovernor(1)
    for (const [i, over] of steps.entries()) {
      state = govern(state, { kind: 'tick', atMs: 1000 * (i + 1) }, goodFacts(0, over)).state
    }
    return state.sleep
  }

  it('a stage begins at a probability of .5 and ends below .3 (N66)', () => {
    const since = (...values: number[]) => after(...values.map((nrem) => ({ nrem }))).nremSinceMs
    expect([since(0.49), since(0.5), since(0.5, 0.3), since(0.5, 0.29)]).toEqual([
      Number.NaN,
      1000,
      1000,
      Number.NaN,
    ])
    expect(since(0.5, 0.2, 0.4)).toBeNaN()
    expect(since(0.9, 0.2, 0.5, 0.9)).toBe(3000)
    expect(after({ deep: 0.5, rem: 0.6 }, { deep: 0.3, rem: 0.2 })).toMatchObject({
      deepSinceMs: 1000,
      remSinceMs: Number.NaN,
    })
    expect(after({ rem: 0.5 })).toMatchObject({ remSinceMs: 1000, nremSinceMs: 1000 })
  })

  it('P(W) + P(N1) above .4, or unknown, ends every stage (N66)', () => {
    expect(after({ wake: 0.4 }).nremSinceMs).toBe(1000)
    for (const wake of [0.41, undefined, Number.NaN])
      expect(after({}, { wake }).nremSinceMs).toBeNaN()
  })

  it('a stage that is unknown or more than ten seconds old ends what was known (N47)', () => {
    expect(after({ stageAgeMs: 10_000 }).nremSinceMs).toBe(1000)
    expect(after({ stageAgeMs: 0 }).nremSinceMs).toBe(1000)
    for (const stageAgeMs of [10_001, -1, undefined, Number.NaN]) {
      expect(after({}, { stageAgeMs }).nremSinceMs).toBeNaN()
    }
    expect(after({}, { nrem: undefined }).nremSinceMs).toBeNaN()
    expect(after({}, { stageAgeMs: 20_000 }).deepSinceMs).toBeNaN()
    expect(after(IN_REM, { ...IN_REM, stageAgeMs: 20_000 }).remSinceMs).toBeNaN()
    expect(after({}, { nrem: Number.NaN }).nremSinceMs).toBeNaN()
  })

  it('the signal is good when gap, rate, flatness and clipping are known to be so (N45, N49)', () => {
    const good: Facts[] = [{ gapMs: 1000 }, { gapMs: 0 }, { rateErrorPct: -2 }, { rateErrorPct: 2 }]
    for (const facts of good) expect(after(facts).goodSinceMs).toBe(1000)
    const bad: Facts[] = [
      { gapMs: 1001 },
      { gapMs: -1 },
      { gapMs: undefined },
      { gapMs: Number.NaN },
      { rateErrorPct: 2.01 },
      { rateErrorPct: -2.01 },
      { rateErrorPct: undefined },
      { rateErrorPct: Number.NaN },
      { flat: true },
      { flat: undefined },
      { clipped: true },
      { clipped: undefined },
    ]
    for (const facts of bad) expect(after({}, facts).goodSinceMs).toBeNaN()
  })

  it('an arousal ends when it was last seen; unknown neither begins nor ends one', () => {
    expect(after({ aroused: true }, { aroused: true }, {})).toMatchObject({
      aroused: false,
      arousalEndMs: 2000,
    })
    expect(after({ aroused: true }, { aroused: undefined })).toMatchObject({
      aroused: true,
      arousalEndMs: 1000,
    })
    expect(after({}, { aroused: undefined }).arousalEndMs).toBeNaN()
  })
})

describe('a signal that is lost (N46)', () => {
  it('by a gap of more than ten seconds, flat or clipped, makes natural at once', () => {
    for (const facts of [{ gapMs: 10_001 }, { flat: true }, { clipped: true }]) {
      const night = tick(clicking(), 100, facts)
      expect(night.notes).toEqual([
        { kind: 'mute', code: 'SIGNAL_LOST', leaseIds: ['1.1'] },
        { kind: 'mode', from: 'control', to: 'natural', code: 'SIGNAL_LOST' },
      ])
      expect([modeNow(night.state), night.state.mode]).toEqual(['natural', 'control'])
    }
    for (const facts of [{ gapMs: 10_000 }, { gapMs: undefined }, { flat: undefined }]) {
      expect(tick(clicking(), 100, facts).notes).toEqual([])
    }
  })

  it('until it was good for five minutes without a break', () => {
    const night = tick(clicking(), 100, { flat: true })
    night.over = {}
    night.pass(200_000)
    tick(night, 1000, { gapMs: 1500 })
    night.over = {}
    night.pass(300_000)
    expect(night.ask()).toBe('SIGNAL_LOST')
    expect(modeNow(night.state)).toBe('natural')
    night.pass(1000)
    expect([night.ask(), night.notes.at(-1)]).toEqual([
      'ALLOWED',
      { kind: 'mode', from: 'natural', to: 'control', code: 'SIGNAL_LOST' },
    ])
  })

  it('never comes back above what the sleeper has set (N18)', () => {
    const night = tick(clicking(), 100, { clipped: true })
    night.put({ kind: 'facility', atMs: night.atMs, word: { say: 'natural', reason: '' } })
    night.over = {}
    night.pass(400_000)
    expect([night.state.suspended, modeNow(night.state)]).toEqual([false, 'natural'])
  })
})

describe('an arousal', () => {
  it('ends clicks and cues at once, not lamps (N60)', () => {
    const night = clicking()
    night.ask({ actuator: 'light', action: 'lamp', level: 1 })
    expect(tick(night, 100, { aroused: true }).notes).toEqual([
      { kind: 'mute', code: 'AROUSAL', leaseIds: ['1.1'] },
    ])
    const cueing = new MadeUpNight().inControl()
    cueing.over = IN_REM
    cueing.pass(125_000)
    expect(cueing.ask({ actuator: 'cue', action: 'cue' })).toBe('ALLOWED')
    cueing.notes.length = 0
    expect(tick(cueing, 100, { ...IN_REM, aroused: true }).notes).toMatchObject([
      { kind: 'mute', code: 'AROUSAL' },
    ])
  })

  /** Sounds and arousals so long after one another; what holds the night then. */
  const aroused = (gapsMs: readonly number[], afterSoundMs = 1000): MadeUpNight => {
    const night = new MadeUpNight().inControl()
    for (const gapMs of gapsMs) {
      night.over = {}
      night.pass(gapMs)
      expect(night.ask()).toBe('ALLOWED')
      night.pass(afterSoundMs)
      const { atMs } = night
      night.over = { aroused: true }
      night.put({ kind: 'tick', atMs })
      night.put({ kind: 'tick', atMs })
    }
    return night
  }

  it('within ten seconds after a sound three times in half an hour holds the night (N62)', () => {
    expect(aroused([1000, 600_000]).state.held).toBeUndefined()
    const night = aroused([1000, 600_000, 600_000])
    expect([night.state.held, modeNow(night.state)]).toEqual(['THREE_AROUSALS', 'natural'])
    expect(night.notes.slice(-2)).toEqual([
      { kind: 'mute', code: 'AROUSAL', leaseIds: ['1.3'] },
      { kind: 'mode', from: 'control', to: 'natural', code: 'THREE_AROUSALS' },
    ])
    night.over = {}
    night.pass(600_000)
    expect(night.ask()).toBe('THREE_AROUSALS')
  })

  it('the third after more than half an hour does not, and of four the last three count (N62)', () => {
    expect(aroused([1000, 899_000, 899_000]).state.held).toBe('THREE_AROUSALS')
    expect(aroused([1000, 899_000, 899_001]).state.held).toBeUndefined()
    const four = aroused([1000, 899_000, 900_000, 600_000])
    expect([four.state.held, four.state.sleep.arousals.length]).toEqual(['THREE_AROUSALS', 3])
  })

  it('that no sound preceded within ten seconds does not count (N62)', () => {
    expect(aroused([1000, 600_000, 600_000], 10_050).state.held).toBe('THREE_AROUSALS')
    expect(aroused([1000, 600_000, 600_000], 10_051).state.held).toBeUndefined()
    const night = new MadeUpNight().inControl()
    tick(night, 100, { aroused: true })
    expect(night.state.sleep.arousals).toEqual([])
  })

  it('three of them end what else is going on, and a stop stays a stop (N62)', () => {
    const night = aroused([1000, 600_000])
    night.over = {}
    night.pass(600_000)
    night.ask()
    night.ask({ actuator: 'light', action: 'lamp', level: 1 })
    night.notes.length = 0
    tick(night, 100, { aroused: true })
    expect(night.notes.map((note) => note.kind === 'mute' && [note.code, note.leaseIds])).toEqual([
      ['AROUSAL', ['1.3']],
      ['THREE_AROUSALS', ['1.4']],
      false,
    ])
    const stopped = aroused([1000, 600_000])
    stopped.over = {}
    stopped.pass(600_000)
    stopped.ask()
    stopped.put({ kind: 'stop', atMs: stopped.atMs, by: 'button' })
    tick(stopped, 100, { aroused: true })
    expect(stopped.state.held).toBe('STOPPED')
  })
})

describe('a consent that runs out', () => {
  it('in the night is gone, and a clock that goes back does not bring it again (N11)', () => {
    const night = clicking()
    const { validUntilMs } = wideTerms()
    expect(tick(night, 100, { wallMs: validUntilMs - 1 }).notes).toEqual([])
    tick(night, 100, { wallMs: Number.NaN })
    expect(night.notes).toEqual([])
    tick(night, 100, { wallMs: validUntilMs })
    expect(night.notes).toEqual([
      { kind: 'mute', code: 'CONSENT_EXPIRED', leaseIds: ['1.1'] },
      { kind: 'mode', from: 'control', to: 'natural', code: 'CONSENT_EXPIRED' },
    ])
    expect([night.state.consent, night.state.revoked]).toEqual([undefined, ['c1']])
    night.over = { ...AWAKE }
    night.put({ kind: 'consent', atMs: night.atMs, terms: wideTerms(), verified: true })
    expect(night.notes.at(-1)).toEqual({ kind: 'ignored', code: 'CONSENT_REVOKED' })
  })
})

describe('an effect that is not confirmed (N52)', () => {
  it('in its time is missed; three in a row are an incident', () => {
    const night = new MadeUpNight().inControl()
    for (let i = 1; i <= 3; i++) {
      expect(night.ask()).toBe('ALLOWED')
      for (let s = 0; s < 2; s++) {
        tick(night, 2500)
        night.put({ kind: 'heartbeat', atMs: night.atMs, token: 1 })
      }
      tick(night, 50)
      expect(night.state.actuator.missed).toBe(i - 1)
      tick(night, 1)
      expect(night.state.actuator.missed).toBe(i % 3)
      expect(night.state.actuator.awaited).toBe('')
    }
    expect(night.notes.slice(-2)).toEqual([
      { kind: 'mode', from: 'control', to: 'natural', code: 'EFFECT_UNCONFIRMED' },
      { kind: 'alarm', code: 'EFFECT_UNCONFIRMED', level: 3 },
    ])
  })
})

describe('the follower (N58)', () => {
  /** The alarms of a night in which this goes on, and after how many ms each came. */
  const alarms = (over: Facts, beating: boolean, ms: number): (readonly [number, number])[] => {
    const night = new MadeUpNight().inControl()
    const found: (readonly [number, number])[] = []
    const startMs = night.atMs
    night.over = over
    while (night.atMs < startMs + ms) {
      night.notes.length = 0
      night.atMs += 1000
      night.put({ kind: 'tick', atMs: night.atMs })
      if (beating) night.put({ kind: 'heartbeat', atMs: night.atMs, token: 1 })
      for (const note of night.notes) {
        if (note.kind !== 'alarm') continue
        expect(note.code).toBe('INCIDENT_STILL')
        found.push([note.level, night.atMs - startMs])
      }
    }
    return found
  }

  it('is called after 5, 15 and 30 minutes of control without a good signal', () => {
    expect(alarms({ gapMs: 2000 }, true, 2_400_000)).toEqual([
      [1, 300_000],
      [2, 900_000],
      [3, 1_800_000],
    ])
  })

  it('and without an actuator that lives', () => {
    expect(alarms({}, false, 1_000_000)).toEqual([
      [1, 303_000],
      [2, 903_000],
    ])
  })

  it('and when effects are missing', () => {
    const night = new MadeUpNight().inControl()
    night.ask()
    night.put({ kind: 'effect', atMs: night.atMs, leaseId: '1.1', effect: 'failed' })
    night.pass(300_000)
    expect(night.notes.filter(({ kind }) => kind === 'alarm')).toEqual([
      { kind: 'alarm', code: 'INCIDENT_STILL', level: 1 },
    ])
    night.ask()
    night.confirm()
    night.pass(310_000)
    expect([night.state.alarmed, night.state.wellAtMs]).toEqual([0, night.atMs])
  })

  it('is not called while all is well, nor outside control, nor in a night that was stopped', () => {
    expect(alarms({}, true, 1_000_000)).toEqual([])
    const natural = new MadeUpNight()
    natural.over = { gapMs: 2000 }
    natural.pass(400_000)
    expect(natural.notes).toEqual([])
    const third = clicking()
    third.state = { ...third.state, held: 'THREE_AROUSALS' }
    third.over = { gapMs: 2000 }
    third.pass(400_000)
    expect(third.notes).toEqual([])
  })

  it('is called once for a long gap between two calls, at the level that is due', () => {
    const night = clicking()
    tick(night, 1000, { gapMs: 2000 })
    tick(night, 1_000_000, { gapMs: 2000 })
    expect(night.notes.filter(({ kind }) => kind === 'alarm')).toEqual([
      { kind: 'alarm', code: 'INCIDENT_STILL', level: 2 },
    ])
  })
})
