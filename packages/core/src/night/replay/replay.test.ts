import { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { boxOf, toyRecords } from '#test/made-up-box.ts'
import { toyHeader, toyInputs, toyLoop } from '#test/toy-loop.ts'
import { bytesSource } from '../../signal/source.ts'
import type { BoxRecord } from '../box/record.ts'
import { verifyBox } from '../box/verify.ts'
import type { Consent } from '../consent/consent.ts'
import { signConsent } from '../consent/signature.ts'
import { STARTING_LIMITS } from '../governor/guardrail.ts'
import { type Release, shippedRelease } from '../loop/release.ts'
import { readBehaviour, stimuliBehaviour } from './behaviour.ts'
import { bisect } from './bisect.ts'
import { blame, parameterChanges } from './blame.ts'
import { fieldDifference } from './difference.ts'
import { type Replay, type ReplayOptions, replay } from './replay.ts'

const LOOP = { loop: toyLoop }
const RECORDS = toyRecords(toyHeader(), toyInputs(120))
const BOX = boxOf(RECORDS).map((bytes) => bytesSource(bytes, 'toy.box'))

async function replayed(
  options: Partial<ReplayOptions<ReturnType<typeof toyLoop.start>>> = {},
  sources = BOX,
): Promise<Replay> {
  const result = await replay(sources, { ...LOOP, ...options })
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

function release(parameters: Record<string, number>, version = 'test') {
  const shipped = shippedRelease()
  return { ...shipped, version, parameters: { ...shipped.parameters, ...parameters } }
}

describe('replay', () => {
  it('runs a night again to the last bit (N87)', async () => {
    const result = await replayed()
    expect(result).toMatchObject({ identical: true, differences: 0, spanS: 121 })
    expect(result.decisions).toBe(120)
    expect(result.firstDifference).toBeUndefined()
    expect(result.inputs).toBe(RECORDS.filter(({ kind }) => kind === 'input').length)
  })

  it('runs up to a moment that is asked for', async () => {
    expect(await replayed({ untilMs: 30_500 })).toMatchObject({ identical: true, spanS: 30.5 })
  })

  it('sees a single bit of difference in what the loop says', async () => {
    const changed = RECORDS.map((record, k): BoxRecord => {
      if (k !== RECORDS.findIndex((r) => r.kind === 'event' && r.event.kind === 'stage')) {
        return record
      }
      const event = (record as Extract<BoxRecord, { kind: 'event' }>).event
      return { kind: 'event', event: { ...event, quality: 1 - 2 ** -53 } as typeof event }
    })
    const sources = boxOf(changed).map((bytes) => bytesSource(bytes))
    const result = await replayed({}, sources)
    expect(result).toMatchObject({ identical: false, differences: 1 })
    expect(result.firstDifference).toMatchObject({ field: 'stage.quality', is: 1, atS: 1 })
  })

  it('sees an event that is missing, and one too many', async () => {
    const events = RECORDS.flatMap((r, k) =>
      r.kind === 'event' && r.event.kind === 'command' ? [k] : [],
    )
    const less = RECORDS.filter((_, k) => k !== events[1])
    const more = RECORDS.flatMap((r, k) => (k === events[1] ? [r, r] : [r]))
    for (const [records, was, is] of [
      [less, undefined, 'command'],
      [more, 'command', undefined],
    ] as const) {
      const sources = boxOf(records).map((bytes) => bytesSource(bytes))
      const { firstDifference } = await replayed({}, sources)
      expect(firstDifference).toMatchObject({ field: 'event', was, is })
    }
  })

  it('follows a torn box to its end, and one that lost a block up to there', async () => {
    const [bytes] = boxOf(RECORDS) as [Uint8Array]
    const torn = await replayed({}, [bytesSource(bytes.subarray(0, bytes.length - 2000))])
    expect(torn).toMatchObject({ identical: true, damage: { what: 'torn' } })
    const hurt = bytes.slice()
    for (const at of [20_000, 20_001]) hurt[at] = hurt[at]! ^ 0xff
    const upTo = await replayed({}, [bytesSource(hurt)])
    expect(upTo).toMatchObject({ identical: true, damage: { what: 'block' } })
    expect(upTo.spanS).toBeLessThan(torn.spanS)
    const healed = bytes.slice()
    healed[20_000] = healed[20_000]! ^ 0xff
    const whole = await replayed({}, [bytesSource(healed)])
    expect(whole).toMatchObject({ identical: true, decisions: 120 })
    expect(whole.damage).toBeUndefined()
  })

  it('begins again where inputs were lost to a full disk and the box says so', async () => {
    const [a, b] = [toyInputs(30), toyInputs(30, 2)]
    const moved = b.map((input) => ({ ...input, atMs: input.atMs + 60_000 }))
    const again = toyRecords(toyHeader(), moved).filter(({ kind }) => !/night|sealed/.test(kind))
    const records: BoxRecord[] = [
      ...toyRecords(toyHeader(), a).slice(0, -1),
      { kind: 'restart', atMs: 60_000, why: 'the disk was full' },
      ...again,
    ]
    const sources = boxOf(records).map((bytes) => bytesSource(bytes))
    expect(await replayed({}, sources)).toMatchObject({ identical: true, decisions: 60 })
  })

  it('names the first decision that another release makes otherwise, and what each saw', async () => {
    const result = await replayed({ release: release({ least30sDeltaUv: 12 }) })
    expect(result.identical).toBe(false)
    const { firstDifference: first } = result
    expect(first).toMatchObject({ field: 'decision.code', is: 'NOT_DEEP' })
    expect(first!.decisions!.was!.saw.deltaRmsUv).toBeGreaterThan(7)
    expect(first!.decisions!.is!.saw.deltaRmsUv).toBeLessThan(12)
    const stopped = await replayed({
      release: release({ least30sDeltaUv: 12 }),
      stopAtFirst: true,
    })
    expect(stopped.firstDifference).toEqual(first)
    expect(stopped.inputs).toBeLessThan(result.inputs)
  })

  it('blames the parameter that makes the difference alone', async () => {
    const is = release({ least30sDeltaUv: 12, cueAfterMin: 300, startLevelDb: 40 })
    const { firstDifference } = await replayed({ release: is })
    const was = shippedRelease()
    expect(await blame(BOX, LOOP, { was, is }, firstDifference!)).toEqual([
      { parameter: 'least30sDeltaUv', was: 7, is: 12, unit: 'uV', alone: true },
      { parameter: 'cueAfterMin', was: 270, is: 300, unit: 'min', alone: false },
    ])
  })

  it('takes a parameter that an older release does not name as it is shipped', () => {
    const { fadeMin: _, ...older } = shippedRelease().parameters
    const was = { ...shippedRelease(), parameters: older as Release['parameters'] }
    expect(parameterChanges(was, shippedRelease())).toEqual([])
    expect(parameterChanges(was, release({ fadeMin: 30 }))).toEqual([
      { parameter: 'fadeMin', was: 20, is: 30, unit: 'min' },
    ])
  })

  it('checks again that each consent is what its signer signed, where the box says so (N10)', async () => {
    const startMs = Date.UTC(2026, 10, 27)
    const draft = {
      ...({ mode: 'control', actuators: ['sound'], conditions: [], audience: [] } as const),
      ...{ hours: { fromMin: 1320, toMin: 420 }, ceilings: STARTING_LIMITS },
      ...{ validFromMs: startMs, validUntilMs: startMs + 86_400_000 },
    }
    const signed = await signConsent(webcrypto.subtle, draft, '07'.repeat(32))
    const widened = { ...signed.terms, hours: { fromMin: 0, toMin: 0 } }
    const run = async (consent: Consent, verified = true): Promise<Replay> => {
      const input = { kind: 'consent', atMs: 0, consent, verified } as const
      const records = toyRecords(toyHeader(), [input, ...toyInputs(5)])
      // A box that is made anew: every CRC-32 and SHA-256 of it fits.
      const sources = boxOf(records).map((bytes) => bytesSource(bytes))
      expect(await verifyBox(sources)).toMatchObject({ value: { ok: true } })
      return replayed({ subtle: webcrypto.subtle }, sources)
    }
    expect(await run(signed)).toMatchObject({ identical: true, differences: 0, consents: 1 })
    const firstDifference = { field: 'consent.verified', was: true, is: false, atS: 0, input: 0 }
    for (const forged of [
      { ...signed, terms: widened },
      { ...signed, signature: signed.signature.replace(/^./, (c) => (c === '0' ? '1' : '0')) },
      { ...signed, signer: 'ab'.repeat(32) },
      { ...signed, terms: { ...signed.terms, validUntilMs: Number.NaN } },
    ]) {
      const told = await run(forged)
      expect(told).toMatchObject({ identical: false, differences: 1, firstDifference })
      expect((await run(forged, false)).identical).toBe(true)
    }
    expect((await run(signed, false)).identical).toBe(true)
    const records = toyRecords(toyHeader(), toyInputs(5))
    const without = await replayed(
      {},
      boxOf(records).map((bytes) => bytesSource(bytes)),
    )
    expect(without).not.toHaveProperty('consents')
  })

  it('has no answer where there is no night', async () => {
    const empty = await replay([bytesSource(boxOf([{ kind: 'end', atMs: 0 }])[0]!)], LOOP)
    expect(!empty.ok && empty.problem.code).toBe('BOX_EMPTY')
  })
})

describe('bisect', () => {
  /** Sixteen releases that change harmless things, and from `planted` on the pause. */
  const series = (planted: number) =>
    Array.from({ length: 16 }, (_, k) =>
      release({ cueEveryS: 60 + k, ...(k >= planted && { pauseMs: 6000 }) }, `0.${k}`),
    )

  it('finds the planted release of sixteen in about four runs, and its parameter', async () => {
    for (const planted of [1, 2, 7, 8, 15]) {
      const result = await bisect(BOX, LOOP, series(planted))
      if (!result.ok) throw new Error()
      expect(result.value.index).toBe(planted)
      expect(result.value.release!.version).toBe(`0.${planted}`)
      expect(result.value.changes).toMatchObject([
        { parameter: 'pauseMs', was: 2500, is: 6000, alone: true },
        { parameter: 'cueEveryS', alone: false },
      ])
      // One for the reference, one for the last, four halvings, two parameters.
      expect(result.value.replays).toBeLessThanOrEqual(8)
    }
  })

  it('says when the last release behaves as the first', async () => {
    const result = await bisect(BOX, LOOP, series(99))
    expect(result.ok && result.value).toMatchObject({ changes: [] })
    expect(result.ok && result.value.index).toBeUndefined()
  })

  it('looks for a behaviour: more clicks, or a code at a moment', async () => {
    const clicks = RECORDS.filter((r) => r.kind === 'event' && r.event.kind === 'command').length
    const fewer = await bisect(BOX, LOOP, series(5), stimuliBehaviour('<', clicks))
    expect(fewer.ok && fewer.value.index).toBe(5)
    const already = await bisect(BOX, LOOP, series(5), stimuliBehaviour('>', 0))
    expect(already.ok && already.value.index).toBe(0)
    const decided = RECORDS.flatMap((r) =>
      r.kind === 'event' && r.event.kind === 'decision' ? [r.event.decision] : [],
    )
    const second = decided.filter(({ allowed }) => allowed)[1]!
    const asked = readBehaviour('code PAUSE at 00:01', () => second.atMs)
    if (!asked.ok) throw new Error()
    const paused = await bisect(BOX, LOOP, series(9), asked.value)
    expect(paused.ok && paused.value.index).toBe(9)
  })

  it('reads no behaviour from other words', () => {
    for (const text of ['', 'stimuli = 3', 'code x at 1', 'code PAUSE at noon']) {
      expect(readBehaviour(text, () => undefined).ok).toBe(false)
    }
  })
})

describe('fieldDifference', () => {
  it('knows NaN from a number and 0 from -0, and takes undefined for absent', () => {
    expect(fieldDifference({ a: Number.NaN }, { a: Number.NaN })).toBeUndefined()
    expect(fieldDifference({ a: 0 }, { a: -0 })).toMatchObject({ field: 'a' })
    expect(fieldDifference({ a: undefined }, {})).toBeUndefined()
    expect(fieldDifference({ a: [1, 2] }, { a: [1] })).toEqual({ field: 'a.1', was: 2 })
    expect(fieldDifference([1], { 0: 1 })).toMatchObject({ field: '' })
  })
})
