import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GovernorWorld } from '#test/governor-world.ts'
import { goodFacts, leasesOf, MadeUpNight, wideTerms } from '#test/made-up-governor.ts'
import { govern } from './governor.ts'
import type { FacilityWord } from './governor-event.ts'
import { modeNow } from './governor-state.ts'
import { LIMIT_NAMES } from './limits.ts'
import { modeRank } from './mode.ts'

const nightly = Boolean(process.env.NOCTURNE_NIGHTLY)

/** Steps of the random nights; each night is broken by everything the fault model knows. */
const STEPS = nightly ? 10_000_000 : 300_000

describe('random nights with loss, duplicates, delays, clock steps, bad facts, two controllers and power cuts', () => {
  it('break no rule of SPEC.md, as seen from outside', () => {
    let steps = 0
    const allowed: Record<string, number> = {}
    const refused: Record<string, number> = {}
    const faults: Record<string, number> = {}
    const noticed: Record<string, number> = {}
    const add = (to: Record<string, number>, from: Readonly<Record<string, number>>): void => {
      for (const [name, count] of Object.entries(from)) to[name] = (to[name] ?? 0) + count
    }
    for (let seed = 1; steps < STEPS; seed++) {
      const report = new GovernorWorld(seed).run(20_000)
      expect(report.breaches).toEqual([])
      steps += report.steps
      add(allowed, report.allowed)
      add(refused, report.refused)
      add(faults, report.faults)
      add(noticed, report.noticed)
    }
    if (nightly) console.log(JSON.stringify({ steps, allowed, refused, faults }))
    for (const action of ['click', 'cue', 'lamp', 'fade', 'warmth', 'wake']) {
      expect(allowed[action]).toBeGreaterThan(5)
    }
    expect(Object.keys(refused).length).toBeGreaterThan(35)
    expect(Object.keys(faults).length).toBe(9)
    // Of every reason the watcher would have noticed the contrary: it is not blind.
    expect(Object.keys(noticed).sort()).toEqual(Object.keys(refused).sort())
  }, 1_200_000)
})

describe('a seed that once failed', () => {
  it('40: a loop silent for twelve minutes had counted as twelve minutes of sleep (N50)', () => {
    expect(new GovernorWorld(40).run(20_000).breaches).toEqual([])
  })
})

const ceiling = fc.oneof(
  fc.double({ min: -100, max: 400 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
)
const word: fc.Arbitrary<FacilityWord> = fc.oneof(
  fc.constant<FacilityWord>({ say: 'natural', reason: 'drill' }),
  fc.constant<FacilityWord>({ say: 'guidance', reason: 'drill' }),
  fc
    .record(Object.fromEntries(LIMIT_NAMES.map((name) => [name, ceiling])), { requiredKeys: [] })
    .map((limits): FacilityWord => ({ say: 'lower-limits', limits })),
)

/** Melanopic lux of the lamp that shines in some of the nights. */
const LAMP_LUX = 5

/** A night in control, or one that is not, in which a click, a lamp or nothing goes on. */
function someNight(mode: string, actions: readonly string[]): MadeUpNight {
  const night = mode === 'none' ? new MadeUpNight().pass(600_000) : new MadeUpNight().inControl()
  if (mode === 'guidance') {
    night.put({ kind: 'mode', atMs: night.atMs, to: 'guidance', awake: false, ask: 9 })
  }
  if (actions.includes('click')) night.ask()
  if (actions.includes('lamp')) night.ask({ actuator: 'light', action: 'lamp', level: LAMP_LUX })
  return night
}

describe('a monitoring centre (N22)', () => {
  it('by no sequence of messages raises a level, starts stimulation or widens a consent', () => {
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 20 }),
        fc.constantFrom('control', 'guidance', 'none'),
        fc.subarray(['click', 'lamp']),
        fc.double({ min: 0, max: 70, noNaN: true }),
        (words, mode, actions, level) => {
          const night = someNight(mode, actions)
          const before = night.state
          const { atMs } = night
          let state = before
          for (const said of words) {
            state = govern(state, { kind: 'facility', atMs, word: said }, goodFacts(atMs)).state
          }
          expect(modeRank(modeNow(state))).toBeLessThanOrEqual(modeRank(modeNow(before)))
          for (const name of LIMIT_NAMES) {
            expect(state.limits[name]).toBeLessThanOrEqual(before.limits[name])
          }
          expect(state.consent).toBe(before.consent)
          expect(state.laterLimits).toBe(before.laterLimits)
          const ids = leasesOf(before).map(({ id }) => id)
          for (const { id } of leasesOf(state)) expect(ids).toContain(id)
          expect(state.seq).toBe(before.seq)
          // Whatever is allowed afterwards was allowed before, but a lamp no brighter than the one
          // whose lease ended: from darkness to it is a smaller step than from that lamp to it.
          const shone = actions.includes('lamp') ? LAMP_LUX : 0
          const facts = goodFacts(atMs)
          for (const over of [
            { level },
            { action: 'lamp', actuator: 'light', level: level / 5 } as const,
            { action: 'warmth', actuator: 'warmth', level } as const,
          ]) {
            const wish = night.wish({ startsAtMs: atMs + 1000, ...over })
            const then = govern(state, wish, facts).verdict
            const first = govern(before, wish, facts).verdict
            const dimmer = wish.action === 'lamp' && wish.level <= shone
            if (then?.kind === 'allowed' && !dimmer) expect(first?.kind).toBe('allowed')
          }
        },
      ),
      { seed: 4, numRuns: nightly ? 5000 : 100 },
    )
  })
})

describe('a consent that expires in the midst of a train (N11, N23)', () => {
  it('is the end of sound within one lease, whatever the loop wishes and with every message lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 20, max: 1000 }),
        (ms, dt) => {
          const night = new MadeUpNight().inControl()
          const { validUntilMs } = wideTerms()
          const startMs = night.atMs
          let soundsUntilMs = 0
          let clicks = 0
          for (let atMs = startMs; atMs < startMs + 40_000; atMs += dt) {
            night.atMs = atMs
            night.over = { wallMs: validUntilMs - ms + (atMs - startMs) }
            night.put({ kind: 'heartbeat', atMs, token: 1 })
            const verdict = night.put(night.wish())
            night.confirm()
            if (verdict?.kind !== 'allowed') continue
            clicks++
            soundsUntilMs = Math.max(soundsUntilMs, verdict.lease.notAfterMs)
          }
          expect(clicks).toBeGreaterThan(0)
          expect(soundsUntilMs).toBeLessThanOrEqual(startMs + ms)
          expect([night.state.granted, modeNow(night.state)]).toEqual([[], 'natural'])
        },
      ),
      { seed: 5, numRuns: nightly ? 2000 : 40 },
    )
  })
})

describe('unknown (N49)', () => {
  it('never allows: of the facts of a click that is allowed each that is needed, made unknown, ends it', () => {
    const night = new MadeUpNight().inControl()
    const { atMs, state } = night
    const wish = night.wish()
    const needed = (
      'wake nrem stageAgeMs aroused soundWakes gapMs rateErrorPct flat clipped fullScaleDbA ' +
      'latencySdMs wallMs localMin nightsInRow sinceSilent'
    ).split(' ')
    const unknowns = fc.subarray(Object.keys(goodFacts(0)), { minLength: 1 })
    fc.assert(
      fc.property(unknowns, fc.constantFrom(undefined, Number.NaN), (names, unknown) => {
        const over = Object.fromEntries(names.map((name) => [name, unknown]))
        const verdict = govern(state, wish, goodFacts(atMs, over)).verdict
        const isNeeded = names.some((name) => needed.includes(name))
        expect(verdict?.kind).toBe(isNeeded ? 'refused' : 'allowed')
      }),
      { seed: 6, numRuns: nightly ? 5000 : 300 },
    )
  })
})

describe('loss, repetition and order of commands (N24, N25, N26)', () => {
  it('an answer does not depend on what became of the command before, and repeating adds nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 30 }), (repeats) => {
        const once = new MadeUpNight().inControl()
        const often = new MadeUpNight().inControl()
        for (const times of repeats) {
          const wish = once.wish()
          once.put(wish)
          for (let i = 0; i < times; i++) often.put(wish)
          expect(often.state).toEqual(once.state)
          once.pass(1000)
          often.pass(1000)
        }
      }),
      { seed: 7, numRuns: nightly ? 1000 : 10 },
    )
  })
})
