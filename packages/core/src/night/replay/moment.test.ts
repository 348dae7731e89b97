import { describe, expect, it } from 'vitest'
import { boxOf, toyRecords } from '#test/made-up-box.ts'
import { toyHeader, toyInputs } from '#test/toy-loop.ts'
import { bytesSource } from '../../signal/source.ts'
import type { BoxRecord } from '../box/record.ts'
import type { LoopInput } from '../loop/input.ts'
import { type Moment, momentOf } from './moment.ts'
import { momentAccount, momentText } from './moment-account.ts'
import { momentFigure } from './moment-figure.ts'
import { deviceTimeOfClock, nightClock } from './night-time.ts'

const INPUTS = toyInputs(120)
const RECORDS = toyRecords(toyHeader(), INPUTS)

async function momentAt(atMs: number, records: readonly BoxRecord[] = RECORDS): Promise<Moment> {
  const moment = await momentOf(
    boxOf(records).map((bytes) => bytesSource(bytes)),
    atMs,
  )
  if (!moment.ok) throw new Error(JSON.stringify(moment.problem))
  return moment.value
}

describe('A moment of a night', () => {
  it('has the decision of its second, an allowed one before others', async () => {
    const { decision } = await momentAt(45_000)
    expect(decision!.atMs).toBeGreaterThanOrEqual(45_000)
    expect(decision!.atMs).toBeLessThan(46_000)
    expect((await momentAt(0)).decision).toBeUndefined()
  })

  it('has the signal ten seconds around it, sample for sample, NaN in gaps', async () => {
    const moment = await momentAt(15_000)
    expect(moment.columns[0]!.length).toBeGreaterThanOrEqual(19 * 64)
    expect(moment.columns[0]!.length).toBeLessThanOrEqual(21 * 64)
    for (const input of INPUTS) {
      if (input.kind !== 'samples') continue
      const at = input.first - moment.first
      if (at < 0 || at + 16 > moment.columns[0]!.length) continue
      expect(moment.columns[0]!.slice(at, at + 16)).toEqual(input.columns[0])
    }
    const gap = 41 * 16 - moment.first
    expect(moment.columns[0]!.subarray(gap, gap + 64).every(Number.isNaN)).toBe(true)
    expect(moment.sample).toBe(15 * 64)
  })

  it('is told in words: the rule, the numbers and their bounds, what came from outside', async () => {
    const account = momentAccount(await momentAt(45_000))
    expect(account.at).toBe('23:14:05')
    expect(account.inputs.release).toBe('nocturne 0.1.0')
    expect(account.inputs.heard).toContainEqual({ at: '23:14:00', kind: 'latency' })
    const delta = account.inputs.gates.find(({ parameter }) => parameter === 'least30sDeltaUv')!
    expect(delta).toMatchObject({ limit: 7, unit: 'uV', bound: 'at least' })
    expect(delta.holds).toBe(delta.value >= 7)
    const spread = account.inputs.gates.find(({ parameter }) => parameter === 'mostPhaseSdDeg')!
    expect([spread.value, spread.holds]).toEqual([Number.NaN, false])
    const text = momentText(account)
    expect(text).toContain('23:14:05  not done: NOT_DEEP')
    expect(text).toContain('Rule: N50')
    expect(text).toMatch(/fails {2}slow waves over 30 s: [\d.]+ uV, at least 7/)
    expect(text).toContain('spread of its phase: unknown')
  })

  it('says so when nothing was decided yet, and when something was done', async () => {
    expect(momentAccount(await momentAt(0)).reason).toMatch(/Nothing had been decided/)
    const allowed = RECORDS.flatMap((r) =>
      r.kind === 'event' && r.event.kind === 'decision' && r.event.decision.allowed
        ? [r.event.decision]
        : [],
    )
    const account = momentAccount(await momentAt(allowed[2]!.atMs))
    expect(account.decision).toEqual(allowed[2])
    expect(momentText(account)).toContain('allowed\nEvery rule held')
  })

  it('follows the wall clock when it was set, and what was consented to until then', async () => {
    const clock: LoopInput = { kind: 'clock', atMs: 20_000, stepMs: 5000 }
    const revoke: LoopInput = { kind: 'revoke', atMs: 20_000, consentId: 'none' }
    const at = INPUTS.findIndex(({ atMs }) => atMs > 20_000)
    const inputs = [...INPUTS.slice(0, at), clock, revoke, ...INPUTS.slice(at)]
    const moment = await momentAt(50_000, toyRecords(toyHeader(), inputs))
    expect(moment.decision!.atMs).toBeGreaterThanOrEqual(45_000)
    expect(moment.decision!.atMs).toBeLessThan(46_000)
    expect(moment.consents).toEqual([])
  })

  it('is not told of a time that the box does not reach', async () => {
    const sources = boxOf(RECORDS).map((bytes) => bytesSource(bytes))
    for (const atMs of [-1, 130_000]) {
      const moment = await momentOf(sources, atMs)
      expect(!moment.ok && moment.problem.code).toBe('MOMENT_OUTSIDE')
    }
  })

  it('is a picture with a title and the account as its description', async () => {
    const svg = momentFigure(await momentAt(85_000), { theme: 'light', background: true })
    expect(svg).toContain('<title id="moment-title">23:14:45')
    expect(svg).toContain('Rule: N50')
    expect(svg).not.toContain('NaN')
    // One dot for each decision of twenty seconds, a mark for each sound.
    expect(svg.match(/<circle [^>]*r="3.5"/g)).toHaveLength(20)
    expect(svg.match(/l-5,9h10Z/g)!.length).toBeGreaterThan(3)
  })
})

describe('The clock of a night', () => {
  it('turns local time into device time and back, past midnight too', () => {
    const header = toyHeader()
    expect(nightClock(header, 0)).toBe('23:13:20')
    expect(deviceTimeOfClock(header, '23:13:20')).toBe(0)
    expect(deviceTimeOfClock(header, '00:00:00')).toBe(46 * 60_000 + 40_000)
    expect(nightClock(header, deviceTimeOfClock(header, '02:14:07')!)).toBe('02:14:07')
    expect(deviceTimeOfClock(header, '23:13:19')).toBe(86_399_000)
    for (const text of ['', '24:00:00', '02:60:00', '02:14:60', 'noon']) {
      expect(deviceTimeOfClock(header, text)).toBeUndefined()
    }
  })

  it('knows the nights on which the clocks change', () => {
    const autumn = {
      startMs: Date.UTC(2026, 9, 24, 21),
      timeZone: 'Europe/Berlin',
      offsets: [
        { fromMs: Date.UTC(2026, 9, 24, 21), offsetMs: 7_200_000 },
        { fromMs: Date.UTC(2026, 9, 25, 1), offsetMs: 3_600_000 },
      ],
    }
    expect(nightClock(autumn, 3 * 3_600_000)).toBe('02:00:00')
    expect(nightClock(autumn, 4 * 3_600_000)).toBe('02:00:00')
    // 02:30 came twice: the first; 03:30 came once, five hours and a half after 23:00.
    expect(deviceTimeOfClock(autumn, '02:30')).toBe(3.5 * 3_600_000)
    expect(deviceTimeOfClock(autumn, '03:30')).toBe(5.5 * 3_600_000)
    const spring = {
      startMs: Date.UTC(2026, 2, 28, 22),
      timeZone: 'Europe/Berlin',
      offsets: [
        { fromMs: Date.UTC(2026, 2, 28, 22), offsetMs: 3_600_000 },
        { fromMs: Date.UTC(2026, 2, 29, 1), offsetMs: 7_200_000 },
      ],
    }
    expect(deviceTimeOfClock(spring, '03:30')).toBe(3.5 * 3_600_000)
    expect(nightClock(spring, 3 * 3_600_000)).toBe('03:00:00')
  })
})
