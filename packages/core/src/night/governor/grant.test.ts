import { describe, expect, it } from 'vitest'
import { goodFacts, IN_REM, leasesOf, MadeUpNight } from '#test/made-up-governor.ts'
import { govern } from './governor.ts'
import type { Proposal } from './proposal.ts'

const LAMP: Partial<Proposal> = { actuator: 'light', action: 'lamp', level: 1 }

describe('what a wish that is allowed leaves behind', () => {
  it('one lease an actuator: a new one takes the old one’s place, the number rises (N26)', () => {
    const night = new MadeUpNight().inControl()
    night.ask()
    night.ask(LAMP)
    expect(leasesOf(night.state).map(({ id }) => id)).toEqual(['1.1', '1.2'])
    night.pass(1000)
    night.ask()
    expect(leasesOf(night.state).map(({ id, seq }) => [id, seq])).toEqual([
      ['1.2', 2],
      ['1.3', 3],
    ])
    expect(night.state.seq).toBe(3)
  })

  it('the sound is charged to the night and to its minute (N31, N32)', () => {
    const night = new MadeUpNight().inControl()
    const { minutes } = night.state.sound
    expect(night.ask()).toBe('ALLOWED')
    const one = night.state.sound.energy
    expect(one).toBeCloseTo(1_516_666.67, 1)
    expect(night.state.sound).toMatchObject({
      stimulatedMin: 1,
      minute: 10,
      levelDbA: 40,
      train: 1,
    })
    night.pass(1000)
    night.ask()
    expect(night.state.sound).toMatchObject({ energy: 2 * one, stimulatedMin: 1, cues: 0 })
    expect(night.state.sound.minutes).toEqual([2 * one, ...minutes.slice(1)])
    night.pass(180_000)
    night.ask()
    expect(night.state.sound).toMatchObject({ stimulatedMin: 2, minute: 13 })
    expect(night.state.sound.minutes).toEqual([one, 0, 0, 2 * one, ...minutes.slice(4)])
    night.pass(1_200_000)
    night.ask()
    expect(night.state.sound.minutes).toEqual([one, ...minutes.slice(1)])
    expect(night.state.sound.energy).toBeCloseTo(4 * one, 3)
  })

  it('a sound belongs to the minute of device time in which it begins', () => {
    const night = new MadeUpNight().inControl()
    const minuteOf = (startsInMs: number): number => {
      const wish = night.wish({ startsAtMs: night.atMs + startsInMs })
      return govern(night.state, wish, goodFacts(night.atMs)).state.sound.minute
    }
    night.pass(59_000)
    expect([minuteOf(999), minuteOf(999.9), minuteOf(1000)]).toEqual([10, 10, 11])
  })

  it('each minute with a sound in it counts once (N65)', () => {
    const night = new MadeUpNight().inControl()
    const counted: number[] = []
    for (let i = 0; i < 6; i++) {
      expect(night.ask()).toBe('ALLOWED')
      counted.push(night.state.sound.stimulatedMin)
      night.pass(30_000)
    }
    expect(counted).toEqual([1, 1, 2, 2, 3, 3])
  })

  it('the level counts from when it was first this', () => {
    const night = new MadeUpNight().inControl()
    const startMs = night.atMs
    night.ask()
    expect(night.state.sound.levelSinceMs).toBe(startMs)
    night.pass(5000)
    night.ask()
    expect(night.state.sound.levelSinceMs).toBe(startMs)
    night.pass(5000)
    night.ask({ level: 39 })
    expect(night.state.sound).toMatchObject({ levelDbA: 39, levelSinceMs: startMs + 10_000 })
  })

  it('five in a train, less than 2.4 s apart, and then a pause (N35)', () => {
    const night = new MadeUpNight().inControl()
    const heard: string[] = []
    for (let i = 0; i < 9; i++) {
      heard.push(night.ask())
      night.pass(1000)
    }
    const soon = 'SOUND_TOO_SOON'
    expect(heard).toEqual([...new Array(5).fill('ALLOWED'), soon, soon, 'ALLOWED', 'ALLOWED'])
    expect(night.state.sound.train).toBe(2)
    night.pass(1400)
    night.ask()
    expect(night.state.sound.train).toBe(1)
    night.pass(1000)
    night.pass(1399)
    night.ask()
    expect(night.state.sound.train).toBe(2)
  })

  it('a cue is counted, and charged by its length', () => {
    const night = new MadeUpNight().inControl()
    night.over = IN_REM
    night.pass(125_000)
    expect(night.ask({ actuator: 'cue', action: 'cue', level: 40, durationMs: 1250 })).toBe(
      'ALLOWED',
    )
    expect(night.state.sound).toMatchObject({ cues: 1, energy: 13_750_000, stimulatedMin: 1 })
    expect(night.state.actuator.awaitedUntilMs).toBe(night.atMs + 50 + 15_000)
  })

  it('a fade remembers its level, and its energy is the night’s like any other (N74)', () => {
    const night = new MadeUpNight().inControl()
    const { sound } = night.state
    expect(night.ask({ action: 'fade', level: 40, durationMs: 30_000 })).toBe('ALLOWED')
    const charged = { ...sound, energy: sound.energy + 301_250_000 }
    expect([night.state.fadeDbA, night.state.sound]).toEqual([40, charged])
    expect(Object.isFrozen(night.state.sound)).toBe(true)
    night.pass(1000)
    expect(night.ask({ action: 'fade', level: 41, durationMs: 30_000 })).toBe('FADE_WINDOW')
    expect(night.ask(LAMP)).toBe('ALLOWED')
    expect(night.state.fadeDbA).toBe(40)
  })

  it('its effect is awaited for 5 s, a cue’s 15, a lamp’s 10, warmth’s 60; one at a time (N52)', () => {
    for (const [over, ms] of [
      [{}, 5000],
      [{ action: 'fade', durationMs: 30_000 }, 5000],
      [LAMP, 10_000],
      [{ actuator: 'warmth', action: 'warmth', level: 30 }, 60_000],
    ] as const) {
      const night = new MadeUpNight().inControl()
      expect(night.ask(over)).toBe('ALLOWED')
      expect(night.state.actuator).toMatchObject({
        awaited: '1.1',
        awaitedUntilMs: night.atMs + 50 + ms,
      })
      night.ask({ actuator: 'warmth', action: 'warmth', level: 31 })
      expect(night.state.actuator.awaited).toBe('1.1')
    }
  })

  it('the alarm is known to have rung, and nothing else rings it (N77)', () => {
    const night = new MadeUpNight().inControl()
    night.ask()
    expect(night.state.wakeRang).toBe(false)
    night.over = { wakeAtMs: night.atMs }
    night.ask({ action: 'wake', level: 60 })
    expect([night.state.wakeRang, night.state.sound.stimulatedMin]).toEqual([true, 1])
  })
})
