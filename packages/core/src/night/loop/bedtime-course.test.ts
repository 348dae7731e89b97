import { describe, expect, it } from 'vitest'
import {
  commandsOf,
  LOOP_HZ,
  LOOP_START_MS,
  type LoopNight,
  loopConsent,
  loopHeader,
  runLoop,
  steadyStager,
} from '#test/made-up-loop.ts'
import { newGovernor } from '../governor/governor.ts'
import { ABSOLUTE_LIMITS } from '../governor/guardrail.ts'
import type { LiveStagerModel } from '../watch/live-stager.ts'
import { isBedtimeFade } from './bedtime-course.ts'
import type { LoopEvent } from './event.ts'
import type { NightHeader } from './header.ts'
import type { LoopInput } from './input.ts'
import { startNight, step } from './night-loop.ts'
import { type ParameterName, shippedRelease } from './release.ts'

const WAKE = [0.9, 0.05, 0.03, 0.01, 0.01]
const N2 = [0.05, 0.1, 0.8, 0.03, 0.02]
const AWAKE = steadyStager(WAKE)
const BOTH = { fadeSoundDb: 40, fadeLightLux: 8, fadeMin: 1.5 }
/** A night of fades needs no phase: the plainest predictor, in pieces of a quarter of a second. */
const PLAIN = { predictor: 1 }

type Told = readonly { readonly events: readonly LoopEvent[] }[]

/** A header whose release has these fades. */
function fading(
  parameters: Partial<Record<ParameterName, number>> = BOTH,
  changes: Partial<NightHeader> = {},
): NightHeader {
  const release = shippedRelease()
  const named = { ...release, parameters: { ...release.parameters, ...PLAIN, ...parameters } }
  return loopHeader({ release: named, ...changes })
}

function evening(night: Partial<LoopNight> = {}): ReturnType<typeof runLoop> {
  return runLoop({ minutes: 2.1, pieceSamples: 32, header: fading(), stager: AWAKE, ...night })
}

function fadesOf(told: Told, actuator: 'sound' | 'light'): ReturnType<typeof commandsOf> {
  return commandsOf(told).filter(({ lease }) => isBedtimeFade(lease) && lease.actuator === actuator)
}

/** Codes of the decisions about fades, in order, each as often as it was written. */
function codesOf(told: Told): string[] {
  return told.flatMap(({ events }) =>
    events.flatMap((event) =>
      event.kind === 'decision' && event.decision.code.startsWith('FADE')
        ? [event.decision.code]
        : [],
    ),
  )
}

/** A stager that sees N2 between two seconds, and wake before and after. */
function asleep(fromS: number, toS: number): LiveStagerModel {
  return {
    ...AWAKE,
    begin: ({ rateHz }) => {
      const opinion = { probabilities: Float32Array.from(WAKE), quality: 1, about: 0 }
      return {
        opinion,
        skip: () => undefined,
        take: (sample, _columns, from, to) => {
          const second = (sample + to - from) / rateHz
          if (!Number.isInteger(second)) return -1
          opinion.probabilities.set(second > fromS && second <= toS ? N2 : WAKE)
          opinion.about = second * rateHz
          return to - 1
        },
      }
    },
  }
}

describe('a bedtime fade', () => {
  const told = evening()
  const [sound, light] = [fadesOf(told, 'sound'), fadesOf(told, 'light')]

  it('is off unless release and consent both have it (N78)', () => {
    expect(commandsOf(evening({ minutes: 0.6, header: loopHeader() }))).toEqual([])
    const only = (actuators: readonly ('sound' | 'light' | 'cue')[]): string[] => {
      const consent = loopConsent(86_400_000)
      const narrow = { ...consent, terms: { ...consent.terms, id: 'c2', actuators } }
      const words = [
        { kind: 'consent', atMs: 0, consent: narrow, verified: true },
        { kind: 'mode', atMs: 0, to: 'control', awake: true, ask: 2 },
      ] as const
      const night = evening({ minutes: 0.6, words: words.map((input) => ({ atMs: 1, input })) })
      return [...new Set(commandsOf(night).map(({ lease }) => lease.action))]
    }
    expect([only(['cue']), only(['sound']), only(['light'])]).toEqual([[], ['fade'], ['lamp']])
  })

  it('falls from lease to lease, each short, and is over within its time (N79, N29)', () => {
    for (const [pieces, first, everyMs, lastsMs] of [
      [sound, 40, 10_000, 11_000],
      [light, 8, 15_000, 20_000],
    ] as const) {
      expect(pieces.length).toBe(Math.floor((90_000 - lastsMs) / everyMs) + 1)
      expect(pieces[0]!.level).toBe(first)
      for (const [k, { lease, level }] of pieces.entries()) {
        expect(lease.notAfterMs - lease.issuedAtMs).toBeLessThanOrEqual(lastsMs + 1600)
        if (k > 0) expect(level).toBeLessThan(pieces[k - 1]!.level)
      }
      const beganMs = pieces[0]!.lease.notAfterMs - lastsMs
      expect(pieces.at(-1)!.lease.notAfterMs - beganMs).toBeLessThanOrEqual(90_000)
      for (const [k, { lease }] of pieces.entries()) {
        expect(lease.notAfterMs).toBe(beganMs + k * everyMs + lastsMs)
      }
    }
    expect(codesOf(told)).toEqual(['FADE_OVER', 'FADE_OVER'])
  })

  it('has no hole: a piece comes before the one before it has ended', () => {
    for (const pieces of [sound, light]) {
      for (const [k, { lease }] of pieces.slice(1).entries()) {
        expect(lease.issuedAtMs).toBeLessThan(pieces[k]!.lease.notAfterMs - 1000)
      }
    }
  })

  it('is the same in pieces of a sixteenth and of a quarter of a second, and run again (N87)', () => {
    expect(evening()).toEqual(told)
    const fine = evening({ pieceSamples: 8 })
    for (const actuator of ['sound', 'light'] as const) {
      expect(fadesOf(fine, actuator)).toEqual(fadesOf(told, actuator))
    }
    expect(codesOf(fine)).toEqual(codesOf(told))
  })

  it('of a lamp that is not there is not wished for, once and for the night, and the noise goes on (N54)', () => {
    const told = evening({ header: fading(BOTH, { noLamp: true }) })
    const dark = told.flatMap(({ events }) =>
      events.filter((event) => event.kind === 'decision' && event.decision.code === 'NO_LAMP'),
    )
    expect([dark.length, fadesOf(told, 'light').length]).toEqual([1, 0])
    const heard = (of: Told): unknown[] =>
      fadesOf(of, 'sound').map(({ level, heardAt }) => [level, heardAt])
    expect(heard(told)).toEqual(heard(evening()))
    expect(codesOf(told)).toEqual(['FADE_OVER'])
  })

  it('begins at the lowest of all ceilings where the release wants more (N40)', () => {
    const consent = loopConsent(86_400_000)
    const ceilings = { ...ABSOLUTE_LIMITS, lightMelanopicLux: 1 }
    const low = { ...consent, terms: { ...consent.terms, id: 'c2', ceilings } }
    const limits = { ...ABSOLUTE_LIMITS, soundDbA: 30 }
    const words = [
      { kind: 'consent', atMs: 0, consent: low, verified: true },
      { kind: 'limits', atMs: 0, limits, awake: true },
      { kind: 'mode', atMs: 0, to: 'control', awake: true, ask: 2 },
    ] as const
    const night = evening({ minutes: 0.6, words: words.map((input) => ({ atMs: 1, input })) })
    expect(fadesOf(night, 'sound')[0]!.level).toBe(30)
    expect(fadesOf(night, 'light')[0]!.level).toBe(1)
  })

  it('is the same in every arm: what is aimed at tonight is nothing to it (N83)', () => {
    const none = evening({ header: fading(BOTH, { aim: { kind: 'none' } }) })
    expect(fadesOf(none, 'sound')).toEqual(sound)
    expect(fadesOf(none, 'light')).toEqual(light)
  })
})

describe('the begin of a bedtime fade', () => {
  const beginMs = (changes: Partial<NightHeader>, night: Partial<LoopNight> = {}): number => {
    const header = fading({ ...BOTH, fadeLightLux: 0 }, changes)
    return (
      commandsOf(evening({ minutes: 0.6, header, ...night }))[0]?.lease.issuedAtMs ?? Number.NaN
    )
  }

  it('is bedtime, or the begin of the night where that is later (N78)', () => {
    expect(beginMs({ bedtimeMs: LOOP_START_MS + 33_000 })).toBe(33_000)
    const soon = beginMs({ bedtimeMs: LOOP_START_MS - 3_000_000 })
    expect(soon).toBeLessThan(70_000)
    expect(beginMs({})).toBe(soon)
  })

  it('is never: without a known bedtime, after a restart, or in sleep (N78)', () => {
    const { bedtimeMs: _, ...unknown } = fading()
    expect(commandsOf(evening({ minutes: 0.6, header: unknown }))).toEqual([])
    expect(beginMs({ resumed: newGovernor(1) })).toBeNaN()
    const deep = evening({
      header: fading(BOTH, { bedtimeMs: LOOP_START_MS + 122_000 }),
      stager: steadyStager([0.01, 0.02, 0.6, 0.35, 0.02]),
    })
    expect(commandsOf(deep)).toEqual([])
    expect(codesOf(deep)).toEqual(['FADE_MISSED', 'FADE_MISSED'])
    const late = evening({ header: fading(BOTH, { bedtimeMs: LOOP_START_MS - 3_000_000 }) })
    expect(fadesOf(late, 'sound').length).toBeGreaterThan(0)
    // A quarter of an hour is waited, and no more.
    const waited: { events: readonly LoopEvent[] }[] = []
    let state = startNight(fading(), { stager: undefined })
    const take = (input: LoopInput): void => {
      const [next, events] = step(state, input)
      state = next
      waited.push({ events })
    }
    take({ kind: 'consent', atMs: 0, consent: loopConsent(86_400_000), verified: true })
    for (const second of [899, 902, 904]) {
      const columns = [new Float32Array(LOOP_HZ).fill(Number.NaN)]
      take({ kind: 'samples', atMs: second * 1000, first: second * LOOP_HZ, columns })
      if (second === 899) expect(codesOf(waited)).toEqual([])
    }
    expect(commandsOf(waited)).toEqual([])
    expect(codesOf(waited)).toEqual(['FADE_MISSED', 'FADE_MISSED'])
  })
})

describe('the end of a bedtime fade', () => {
  const [sound, light] = [8, 5]
  const LONG = { ...BOTH, fadeMin: 20 }
  const long = (night: Partial<LoopNight>): ReturnType<typeof runLoop> =>
    evening({ header: fading(LONG), ...night })

  it('comes within one lease of two minutes of N2, and a wake after it begins nothing (N79)', () => {
    const night = long({ minutes: 4.5, stager: asleep(80, 225) })
    for (const actuator of ['sound', 'light'] as const) {
      const last = fadesOf(night, actuator).at(-1)!.lease
      expect(last.issuedAtMs).toBeGreaterThan(180_000)
      expect(last.issuedAtMs).toBeLessThan(80_000 + 122_000)
      expect(last.notAfterMs).toBeLessThan(80_000 + 122_000 + 20_000)
    }
    expect(codesOf(night)).toEqual(['FADE_ASLEEP', 'FADE_ASLEEP'])
  })

  it('is the fixed one where the stage is unknown, and N1 or REM is no sleep to it (N79)', () => {
    for (const stager of [undefined, steadyStager([0.3, 0.6, 0.08, 0.01, 0.01])]) {
      const night = evening({ stager })
      expect(codesOf(night)).toEqual(['FADE_OVER', 'FADE_OVER'])
      expect(fadesOf(night, 'sound').length).toBe(sound)
    }
  })

  it('is a stop, a revoked consent, a centre’s natural or a lowered ceiling: at once, for the night (N79, N55, N15)', () => {
    const ends: LoopInput[] = [
      { kind: 'stop', atMs: 0, by: 'button' },
      { kind: 'revoke', atMs: 0, consentId: 'c1' },
      { kind: 'facility', atMs: 0, word: { say: 'natural', reason: 'drill' } },
      {
        ...{ kind: 'limits', atMs: 0, awake: true },
        limits: { ...ABSOLUTE_LIMITS, soundDbA: 20, lightMelanopicLux: 0 },
      },
    ]
    const again = { atMs: 0, kind: 'mode', to: 'control', awake: true, ask: 9 } as const
    for (const input of ends) {
      const night = long({
        minutes: 1.4,
        words: [
          { atMs: 60_000, input },
          { atMs: 70_000, input: again },
        ],
      })
      const at = night.findIndex((each) => each.input.kind === input.kind && each.input.atMs > 1)
      const muted = night[at]!.events.flatMap((event) =>
        event.kind === 'note' && event.note.kind === 'mute' ? event.note.leaseIds : [],
      )
      expect([input.kind, muted.length]).toEqual([input.kind, 2])
      expect(commandsOf(night.slice(0, at)).length).toBeGreaterThan(4)
      expect(commandsOf(night.slice(at))).toEqual([])
      expect(codesOf(night)).toEqual(['FADE_ENDED', 'FADE_ENDED'])
    }
  })

  it('of the lamp is a hand at it, and the noise goes on (N56)', () => {
    const hand = { kind: 'stop', atMs: 0, by: 'manual-light' } as const
    const night = evening({ words: [{ atMs: 50_000, input: hand }] })
    expect(fadesOf(night, 'light').at(-1)!.lease.issuedAtMs).toBeLessThan(50_000)
    expect(fadesOf(night, 'sound').length).toBe(sound)
    expect(codesOf(night)).toEqual(['FADE_ENDED', 'FADE_OVER'])
  })

  it('is the first refusal, also one that would have passed (N79)', () => {
    const asked = fadesOf(long({ minutes: 1.2 }), 'sound')[3]!.lease.issuedAtMs
    const bend = (x: number, sample: number): number => {
      const sinceMs = (sample * 1000) / LOOP_HZ - asked
      return sinceMs > -3000 && sinceMs < 500 ? Number.NaN : x
    }
    const night = long({ minutes: 1.2, bend })
    expect(fadesOf(night, 'sound').length).toBe(3)
  })

  it('is where the dose of the night is used up (N74)', () => {
    const limits = { ...ABSOLUTE_LIMITS, soundLaeqDbA: 8 }
    const night = evening({ minutes: 1.9, header: fading(BOTH, { limits }) })
    const pieces = fadesOf(night, 'sound')
    // 8 dB(A) over 8 h are 1.82e8 ms at 0 dB.
    expect(pieces.length).toBeLessThan(sound)
    const spent = pieces.reduce((sum, { level }) => sum + 11_000 * 10 ** (level / 10), 0)
    expect(spent).toBeLessThanOrEqual(1.82e8)
    expect(spent).toBeGreaterThan(1.2e8)
    expect(fadesOf(night, 'light').length).toBe(light)
  })
})
