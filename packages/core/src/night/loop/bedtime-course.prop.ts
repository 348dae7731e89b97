import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  commandsOf,
  LOOP_START_MS,
  loopConsent,
  loopHeader,
  runLoop,
  steadyStager,
} from '#test/made-up-loop.ts'
import { ABSOLUTE_LIMITS } from '../governor/guardrail.ts'
import { isBedtimeFade } from './bedtime-course.ts'
import type { LoopInput } from './input.ts'
import { shippedRelease } from './release.ts'

const SEED = 20261127
/** Nights in a quick run, and in `npm run nightly`. */
const NIGHTS = process.env.NOCTURNE_NIGHTLY ? 500 : 8

const limits = fc.record({
  soundDbA: fc.constantFrom(20, 33.3, 60),
  soundLaeqDbA: fc.constantFrom(12, 30, 30),
  lightMelanopicLux: fc.constantFrom(0, 0.5, 10),
  warmthC: fc.constant(40),
  stimulationMin: fc.constantFrom(0, 240),
})
const actuators = fc.subarray(['sound', 'light', 'cue', 'warmth'] as const, { minLength: 2 })
const consent = fc
  .record({ actuators, ceilings: limits, fromMin: fc.constantFrom(0, 0, 1320, 1321) })
  .map(({ fromMin, ...terms }) => {
    const made = loopConsent(86_400_000)
    const hours = { fromMin, toMin: fromMin === 0 ? 0 : fromMin + 2 }
    return { ...made, terms: { ...made.terms, ...terms, id: 'mine', hours } }
  })
const stager = fc.constantFrom(
  undefined,
  steadyStager([0.9, 0.05, 0.03, 0.01, 0.01]),
  steadyStager([0.1, 0.1, 0.7, 0.05, 0.05]),
)
/** What may be said within such a night; the consent of {@link consent} is asked for first. */
const word: fc.Arbitrary<LoopInput> = fc.oneof(
  fc.constant({ kind: 'stop', atMs: 0, by: 'button' } as const),
  fc.constant({ kind: 'stop', atMs: 0, by: 'manual-light' } as const),
  fc.constant({ kind: 'revoke', atMs: 0, consentId: 'mine' } as const),
  fc.constant({ kind: 'rival', atMs: 0 } as const),
  limits.map((each) => ({ kind: 'limits', atMs: 0, limits: each, awake: true }) as const),
  fc
    .record({ to: fc.constantFrom('natural' as const, 'control' as const), ask: fc.nat(99) })
    .map(({ to, ask }) => ({ kind: 'mode', atMs: 0, to, awake: true, ask }) as const),
)
const night = fc.record({
  consent,
  stager,
  fadeMin: fc.constantFrom(1, 1.3, 4),
  fadeSoundDb: fc.constantFrom(0, 25, 45),
  fadeLightLux: fc.constantFrom(0, 1, 10),
  bedtimeS: fc.option(fc.integer({ min: -1000, max: 70 }), { nil: undefined, freq: 7 }),
  words: fc.array(fc.tuple(fc.integer({ min: 20_000, max: 400_000 }), word), { maxLength: 4 }),
})

describe('a bedtime fade in a night of anything', () => {
  it('never rises, ends within its time, begins once, and is nothing outside the consent (N78, N79)', () => {
    let pieces = 0
    fc.assert(
      fc.property(night, (made) => {
        const { fadeMin, fadeSoundDb, fadeLightLux, bedtimeS } = made
        const release = shippedRelease()
        const parameters = {
          ...release.parameters,
          predictor: 1,
          fadeMin,
          fadeSoundDb,
          fadeLightLux,
        }
        const { bedtimeMs: _, ...rest } = loopHeader({ release: { ...release, parameters } })
        const bedtimeMs = LOOP_START_MS + 1000 * (bedtimeS ?? 0)
        const first: [number, LoopInput][] = [
          [1, { kind: 'consent', atMs: 0, consent: made.consent, verified: true }],
          [1, { kind: 'mode', atMs: 0, to: 'control', awake: true, ask: 100 }],
        ]
        const told = runLoop({
          ...{ minutes: 2, pieceSamples: 32, stager: made.stager },
          header: bedtimeS === undefined ? rest : { ...rest, bedtimeMs },
          words: [...first, ...made.words.sort((a, b) => a[0] - b[0])].map(([atMs, input]) => ({
            ...{ atMs, input },
          })),
        })
        const commands = commandsOf(told).filter(({ lease }) => isBedtimeFade(lease))
        pieces += commands.length
        const { terms } = made.consent
        for (const actuator of ['sound', 'light'] as const) {
          const mine = commands.filter(({ lease }) => lease.actuator === actuator)
          const wanted = actuator === 'sound' ? fadeSoundDb : fadeLightLux
          const ceiling = actuator === 'sound' ? 'soundDbA' : 'lightMelanopicLux'
          if (!terms.actuators.includes(actuator) || wanted === 0 || bedtimeS === undefined) {
            expect(mine).toEqual([])
          }
          const lasts = actuator === 'sound' ? 11_000 : 20_000
          const beganMs = (mine[0]?.lease.notAfterMs ?? 0) - lasts
          let before = Math.min(wanted, terms.ceilings[ceiling], ABSOLUTE_LIMITS[ceiling])
          for (const [k, { lease, level }] of mine.entries()) {
            expect(level).toBeLessThanOrEqual(before)
            before = level
            expect(lease.reason).toBe(`bedtime-${actuator}-${k}`)
            expect(lease.consentId).toBe('mine')
            expect(lease.notAfterMs - beganMs).toBeLessThanOrEqual(fadeMin * 60_000 + 1)
            expect(lease.issuedAtMs).toBeGreaterThanOrEqual(1000 * bedtimeS!)
            const { fromMin, toMin } = terms.hours
            const startMin = 22 * 60
            if (fromMin !== toMin) {
              expect(lease.issuedAtMs).toBeGreaterThanOrEqual((fromMin - startMin) * 60_000)
              expect(lease.notAfterMs).toBeLessThanOrEqual((toMin - startMin) * 60_000)
            }
          }
        }
        endedFor(told)
      }),
      { seed: SEED, numRuns: NIGHTS },
    )
    expect(pieces).toBeGreaterThan(NIGHTS)
  })
})

/** After a lease of a fade was muted, that actuator has no further one. */
function endedFor(told: ReturnType<typeof runLoop>): void {
  const held = new Map<string, string>()
  const over = new Set<string>()
  for (const { events } of told) {
    for (const event of events) {
      if (event.kind === 'note' && event.note.kind === 'mute') {
        for (const id of event.note.leaseIds) over.add(held.get(id) ?? '')
      }
      if (event.kind !== 'command' || !isBedtimeFade(event.lease)) continue
      expect(over.has(event.lease.actuator)).toBe(false)
      held.set(event.lease.id, event.lease.actuator)
    }
  }
}
