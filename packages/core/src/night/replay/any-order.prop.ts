import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEEP, LOOP_HZ, loopConsent, loopHeader } from '#test/made-up-loop.ts'
import { deepSleep } from '../../../../../bench/deep-sleep.ts'
import { bytesSource } from '../../signal/source.ts'
import { plainText } from '../box/plain-text.ts'
import type { BoxRecord } from '../box/record.ts'
import { BoxWriter } from '../box/writer.ts'
import type { LoopEvent } from '../loop/event.ts'
import type { NightHeader } from '../loop/header.ts'
import type { LoopInput } from '../loop/input.ts'
import { GENERIC_RIDGE } from '../phase/generic-ridge.ts'
import type { LiveStagerModel } from '../watch/live-stager.ts'
import { nightOf } from './night-of.ts'
import { replay } from './replay.ts'

const SEED = 20261127
const WAVES = deepSleep({ seconds: 600, rateHz: LOOP_HZ, seed: 4 })
const MINUTES = 7
/** Nights in a quick run, and in `npm run nightly`. */
const NIGHTS = process.env.NOCTURNE_NIGHTLY ? 500 : 15

/** What may come next, without its time. */
type Coming =
  | { readonly kind: 'word'; readonly word: Record<string, unknown> }
  | { readonly kind: 'signal'; readonly length: number; readonly jump: number; readonly bend: Bend }
  | { readonly kind: 'restart' }

type Bend = 'waves' | 'missing' | 'holes' | 'still' | 'clipped'

const some = fc.oneof(
  fc.double({ min: -1e4, max: 1e4 }),
  fc.constantFrom(Number.NaN, 0, -0, 5e-324, Number.POSITIVE_INFINITY),
)
const limits = fc.record({
  soundDbA: fc.constantFrom(20, 41.5, 60, Number.NaN),
  soundLaeqDbA: fc.constantFrom(0, 30),
  lightMelanopicLux: fc.constantFrom(0, 10),
  warmthC: fc.constant(40),
  stimulationMin: fc.constantFrom(0, 240),
})
const mode = fc.constantFrom('natural', 'guidance', 'control')
const consent = fc
  .tuple(fc.constantFrom('c1', 'c2', 'c3'), fc.integer({ min: 1000, max: 3e6 }))
  .map(([id, lastsMs]) => {
    const made = loopConsent(lastsMs)
    return { ...made, terms: { ...made.terms, id } }
  })
const word: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.constant({ kind: 'tick' }),
  fc.record({ kind: fc.constant('heartbeat'), token: fc.constantFrom(0, 1, 1, 1, 2) }),
  fc.record({ kind: fc.constant('consent'), consent, verified: fc.boolean() }),
  fc.record({ kind: fc.constant('revoke'), consentId: fc.constantFrom('c1', 'c2', 'x') }),
  fc.record({ kind: fc.constant('stop'), by: fc.constantFrom('button', 'manual-light') }),
  fc.record({ kind: fc.constant('mode'), to: mode, awake: fc.boolean(), ask: fc.nat(9) }),
  fc.record({
    kind: fc.constant('facility'),
    word: fc.oneof(
      fc.record({ say: fc.constantFrom('natural', 'guidance'), reason: fc.string() }),
      fc.record({ say: fc.constant('lower-limits'), limits }),
    ),
  }),
  fc.record({
    kind: fc.constant('actuator'),
    leaseId: fc.constantFrom('1.1', '1.2', '', 'x'),
    effect: fc.constantFrom('confirmed', 'failed', 'ended'),
  }),
  fc.record({ kind: fc.constant('latency'), meanMs: some, sdMs: some }),
  fc.constant({ kind: 'rival' }),
  fc.record({ kind: fc.constant('limits'), limits, awake: fc.boolean() }),
  fc.record({ kind: fc.constant('clock'), stepMs: some }),
)
const signal: fc.Arbitrary<Coming> = fc.record({
  kind: fc.constant('signal' as const),
  length: fc.integer({ min: 0, max: 200 }),
  jump: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -80, max: 2000 }) },
  ),
  bend: fc.constantFrom<Bend>('waves', 'waves', 'missing', 'holes', 'still', 'clipped'),
})
const coming: fc.Arbitrary<Coming> = fc.oneof(
  { weight: 4, arbitrary: signal },
  { weight: 4, arbitrary: word.map((said) => ({ kind: 'word' as const, word: said })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
)
const header: fc.Arbitrary<NightHeader> = fc
  .record({
    aim: fc.constantFrom<NightHeader['aim']>(
      { kind: 'target' },
      { kind: 'random-phase', seed: 7 },
      { kind: 'none' },
    ),
    seed: fc.nat(1000),
    wakeS: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
    personal: fc.option(fc.constant(GENERIC_RIDGE), { nil: undefined }),
    history: fc.constantFrom(loopHeader().history, {}),
  })
  .map(({ wakeS, personal, history, ...rest }) => {
    const { startMs, release } = loopHeader()
    const fades = rest.seed % 2
    const loud = { fadeSoundDb: 40 * fades, fadeLightLux: 5 * fades, fadeMin: 3 }
    return loopHeader({
      ...rest,
      release: { ...release, parameters: { ...release.parameters, ...loud } },
      ...(wakeS === undefined ? {} : { wakeMs: startMs + 1000 * wakeS }),
      ...(personal === undefined ? {} : { personal }),
      ...(history === undefined ? {} : { history }),
    })
  })

function columnOf(
  { length, bend }: Extract<Coming, { kind: 'signal' }>,
  from: number,
): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const wave = WAVES[Math.max(0, from + i) % WAVES.length]!
    if (bend === 'missing' || (bend === 'holes' && i % 7 < 2)) return Number.NaN
    if (bend === 'still') return 3
    return bend === 'clipped' ? Math.sign(wave) * 500 : wave
  })
}

type Run = { readonly records: readonly BoxRecord[]; readonly events: readonly LoopEvent[] }

/** Runs a night as a shell would, writing down what it does. */
function runOf(
  head: NightHeader,
  list: readonly Coming[],
  stager: LiveStagerModel | undefined,
): Run {
  const loop = nightOf({ stager })
  const records: BoxRecord[] = [{ kind: 'night', header: head }]
  const told: LoopEvent[] = []
  let state = loop.start(head)
  let [atMs, next] = [0, 0]
  for (const each of list) {
    if (each.kind === 'restart') {
      state = loop.start(head)
      records.push({ kind: 'restart', atMs, why: 'test' })
      continue
    }
    let input: LoopInput
    if (each.kind === 'signal') {
      const first = Math.max(0, next + each.jump)
      next = Math.max(next, first + each.length)
      atMs = Math.max(atMs, Math.floor((next * 1000) / LOOP_HZ))
      input = { kind: 'samples', atMs, first, columns: [columnOf(each, first)] }
    } else input = { ...each.word, atMs } as unknown as LoopInput
    const [moved, events] = loop.step(state, input)
    state = moved
    records.push({ kind: 'input', input })
    for (const event of events) records.push({ kind: 'event', event })
    told.push(...events)
  }
  records.push({ kind: 'end', atMs })
  return { records, events: told }
}

async function comesAgain(run: Run, stager: LiveStagerModel | undefined): Promise<void> {
  const writer = new BoxWriter()
  for (const record of run.records) writer.append(record)
  const bytes = Buffer.concat(writer.taken().map((piece) => piece.bytes))
  const again = await replay([bytesSource(Uint8Array.from(bytes), 'night.box')], {
    loop: nightOf({ stager }),
  })
  expect(again.ok && again.value.firstDifference).toBeUndefined()
  expect(again).toMatchObject({ ok: true, value: { identical: true, differences: 0 } })
}

describe('a night of anything in any order', () => {
  it('comes again to the last bit, from memory and from its box (N87)', async () => {
    await fc.assert(
      fc.asyncProperty(
        header,
        fc.array(coming, { maxLength: 150 }),
        fc.boolean(),
        async (head, list, staged) => {
          const stager = staged ? DEEP : undefined
          const run = runOf(head, list, stager)
          expect(plainText(runOf(head, list, stager).events)).toBe(plainText(run.events))
          await comesAgain(run, stager)
        },
      ),
      { seed: SEED, numRuns: NIGHTS },
    )
  })

  it('gives no command but the alarm without a consent found good (N10)', () => {
    fc.assert(
      fc.property(header, fc.array(coming, { maxLength: 150 }), (head, list) => {
        const never = list.filter(
          (each) => each.kind !== 'word' || each.word.kind !== 'consent' || !each.word.verified,
        )
        for (const event of runOf(head, never, DEEP).events) {
          if (event.kind === 'command') expect(event.lease.action).toBe('wake')
        }
      }),
      { seed: SEED, numRuns: NIGHTS },
    )
  })

  it('comes again where words fall into deep sleep with clicks (N87)', async () => {
    let clicks = 0
    await fc.assert(
      fc.asyncProperty(
        header.filter(({ aim, history }) => aim.kind !== 'none' && history?.soundWakes === false),
        fc.array(fc.tuple(fc.integer({ min: 2700, max: 3300 }), word), { maxLength: 6 }),
        async ({ wakeMs: _wake, ...head }, words) => {
          const list = nightWith(words)
          const run = runOf(head, list, DEEP)
          clicks += run.events.filter(({ kind }) => kind === 'command').length
          await comesAgain(run, DEEP)
        },
      ),
      { seed: SEED, numRuns: Math.ceil(NIGHTS / 15) },
    )
    expect(clicks).toBeGreaterThan(5)
  })
})

/** Seven minutes of deep sleep in control, with words at some of its pieces. */
function nightWith(words: readonly (readonly [number, Record<string, unknown>])[]): Coming[] {
  const say = (said: Record<string, unknown>): Coming => ({ kind: 'word', word: said })
  const list: Coming[] = [
    say({ kind: 'latency', meanMs: 50, sdMs: 2 }),
    say({ kind: 'consent', consent: loopConsent(86_400_000), verified: true }),
    say({ kind: 'mode', to: 'control', awake: true, ask: 10 }),
  ]
  for (let piece = 0; piece < MINUTES * 60 * 8; piece++) {
    for (const [at, said] of words) if (at === piece) list.push(say(said))
    if (piece % 8 === 0) list.push(say({ kind: 'heartbeat', token: 1 }))
    list.push({ kind: 'signal', length: LOOP_HZ / 8, jump: 0, bend: 'waves' })
  }
  return list
}
