import { describe, expect, it } from 'vitest'
import { LOOP_HZ, loopConsent, loopHeader, runLoop } from '#test/made-up-loop.ts'
import type { Lease } from '../../night/governor/lease.ts'
import type { LoopEvent } from '../../night/loop/event.ts'
import type { LoopInput } from '../../night/loop/input.ts'
import type { SeenCause, SeenKind } from '../../night/watch/seen.ts'
import { CHANNEL_NAMES, CHANNELS, type ChannelName, MISSING } from '../telemetry/channel.ts'
import type { DeviceEvent } from '../telemetry/device-event.ts'
import { decodeEvent, encodeEvent } from '../telemetry/device-event-codec.ts'
import { NightEvents, type NightMoment } from './night-events.ts'
import { NightFrames } from './night-frames.ts'

const AT: NightMoment = { nowS: 10, grant: 4, epoch: 2, fell: 'facility' }
const MONTAGE = loopHeader().montage

function stage(which: number, quality = 1): LoopEvent {
  const probabilities = [0, 1, 2, 3, 4].map((k) => (k === which ? 0.9 : 0.025))
  return { kind: 'stage', sample: 0, about: 0, probabilities, quality }
}

function seen(what: SeenKind, cause: SeenCause = 'none'): LoopEvent {
  const place = { sample: 0, from: 0, to: 0, at: 0 }
  return { kind: 'seen', what, cause, amplitudeUv: Number.NaN, ...place }
}

function command(changes: Partial<Lease> = {}, level = 44): LoopEvent {
  const lease: Lease = {
    ...{ id: '1.1', seq: 1, token: 1, issuedAtMs: 0, notAfterMs: 5000, actuator: 'sound' },
    ...{ action: 'click', maxLevel: 45, fallback: 'natural', consentId: 'c'.repeat(16) },
    ...{ reason: 'test', ...changes },
  }
  return { kind: 'command', lease, level, heardAt: 0, targetRad: 0, predictedRad: 0 }
}

function tick(atMs: number): LoopInput {
  return { kind: 'tick', atMs }
}

function numbersOf(values: Int16Array): Partial<Record<ChannelName, number>> {
  return Object.fromEntries(
    CHANNEL_NAMES.flatMap((name, k) =>
      values[k] === MISSING ? [] : [[name, values[k]! / CHANNELS[name].scale]],
    ),
  )
}

describe("a night's frames", () => {
  it('say what was seen and given since the last, and leave out what is not known (F11)', () => {
    const frames = new NightFrames(MONTAGE)
    frames.take(tick(0), [])
    expect(numbersOf(frames.frame())).toEqual({})
    frames.take(tick(30_000), [stage(4, 0.5), seen('eye-movement'), seen('eye-movement')])
    frames.take(tick(60_000), [
      stage(4, 1),
      command(),
      command({}, 46),
      command({ action: 'wake' }),
    ])
    expect(numbersOf(frames.frame())).toEqual({
      ...{ stage: 4, remDensity: 2, soundDb: 46, stimuli: 2, quality: 0.75 },
    })
    frames.take(tick(90_001), [])
    expect(numbersOf(frames.frame())).toEqual({ stimuli: 0 })
  })

  it('tell the power of two bands of the lead to a tenth of a decibel', () => {
    const frames = new NightFrames(MONTAGE)
    const second = (k: number, hz: number): LoopInput => ({
      ...{ kind: 'samples', atMs: k * 1000, first: k * LOOP_HZ },
      columns: [
        new Float32Array(LOOP_HZ).map(
          (_, i) => 20 * Math.sin((2 * Math.PI * hz * (k * LOOP_HZ + i)) / LOOP_HZ),
        ),
      ],
    })
    for (let k = 0; k < 30; k++) frames.take(second(k, 2), [])
    frames.frame()
    for (let k = 30; k < 60; k++) frames.take(second(k, 2), [])
    // A sine of 20 uV has a power of 200 uV^2.
    const slow = numbersOf(frames.frame())
    expect(slow.deltaDb).toBeCloseTo(10 * Math.log10(200), 0)
    expect(slow.sigmaDb! - slow.deltaDb!).toBeLessThan(-40)
  })

  it('tell the heart and the movement of what is worn beside the channels of the loop, and of nothing else (F11)', () => {
    const body = (['ecg', 'acc', 'acc', 'acc'] as const).map((role) => ({ label: role, role }))
    const ecg = new Float32Array(60 * LOOP_HZ)
    for (let i = LOOP_HZ / 2; i < ecg.length; i += 160) ecg.fill(1000, i, i + 8)
    const at = (g: number): Float32Array => new Float32Array(ecg.length).fill(g)
    const told = (worn?: typeof MONTAGE): Partial<Record<ChannelName, number>> => {
      const frames = new NightFrames(MONTAGE, worn)
      frames.take(tick(0), [])
      frames.takeBody(0, [ecg, at(0.6), at(-0.83), at(0)], 60_000)
      frames.take({ kind: 'samples', atMs: 60_000, first: 0, columns: [at(0)] }, [])
      return numbersOf(frames.frame())
    }
    expect(told({ ...MONTAGE, channels: body })).toMatchObject({ heartRate: 48, movement: 24 })
    const without = told()
    expect([without.heartRate, without.movement]).toEqual([undefined, undefined])
  })

  it('tell arousals as a rate over five minutes, and not before', () => {
    const frames = new NightFrames(MONTAGE)
    frames.take(tick(0), [seen('arousal')])
    frames.take(tick(200_000), [seen('arousal'), seen('arousal-end')])
    expect(numbersOf(frames.frame()).arousals).toBeUndefined()
    frames.take(tick(310_000), [])
    expect(numbersOf(frames.frame()).arousals).toBe(12)
  })
})

describe("a night's events", () => {
  it('tell acts with the grant they rest on; the own alarm rests on none (F54)', () => {
    const events = new NightEvents()
    const alarm = { action: 'wake', consentId: 'wake' } as const
    expect(events.take(tick(1000), [command(), command(alarm)], AT)).toMatchObject([
      { kind: 'act', grant: 4, epoch: 2, level: 44, untilS: 14, mode: 'natural' },
      { kind: 'act', grant: 0, epoch: 0, action: 'wake' },
    ])
  })

  it('tell the mode and whose doing it was', () => {
    const events = new NightEvents()
    const note = (code: string): LoopEvent =>
      ({
        ...{ kind: 'note', atMs: 0, sample: 0 },
        note: { kind: 'mode', from: 'control', to: 'natural', code },
      }) as LoopEvent
    const cause = (code: string, fell: NightMoment['fell'] = 'facility'): unknown =>
      (events.take(tick(0), [note(code)], { ...AT, fell })[0] as { cause?: string }).cause
    expect(
      ['ASKED', 'CONSENT_REVOKED', 'OUT_OF_HOURS', 'SIGNAL_LOST'].map((c) => cause(c)),
    ).toEqual(['sleeper', 'consent', 'consent', 'governor'])
    expect(cause('FACILITY')).toBe('facility')
    expect(cause('FACILITY', 'lease-lapsed')).toBe('lease-lapsed')
    expect(cause('FACILITY', 'clock')).toBe('fault')
  })

  it('tell an awakening once it lasted, and from what', () => {
    const events = new NightEvents()
    const lived = (which: number, seconds: number): DeviceEvent[] =>
      Array.from({ length: seconds }, (_, k) => events.take(tick(k), [stage(which)], AT)).flat()
    expect([lived(0, 100), lived(2, 59), lived(0, 40)].flat()).toEqual([])
    expect([lived(2, 30), lived(4, 40), lived(0, 29)].flat()).toEqual([])
    expect(lived(0, 60)).toEqual([{ kind: 'awakening', atS: 10, from: 'R' }])
  })

  it('tell a fault of the signal when it lasts half a minute, and its end', () => {
    const events = new NightEvents()
    events.take(tick(0), [seen('movement', 'flat')], AT)
    expect(events.sum(29_000, AT)).toEqual([])
    const fault = { kind: 'fault', atS: 10, fault: 'signal-flat' }
    expect(events.sum(30_000, AT)).toEqual([{ ...fault, begins: true }])
    expect(events.sum(31_000, AT)).toEqual([])
    expect(events.take(tick(40_000), [seen('movement-end')], AT)).toEqual([
      { ...fault, begins: false },
    ])
    const silent = new NightEvents()
    silent.take({ kind: 'samples', atMs: 0, first: 0, columns: [] }, [], AT)
    expect(silent.sum(30_000, AT)).toMatchObject([{ fault: 'signal-stale', begins: true }])
    const again = silent.take({ kind: 'samples', atMs: 31_000, first: 0, columns: [] }, [], AT)
    expect(again).toMatchObject([{ fault: 'signal-stale', begins: false }])
  })

  it('tell a consent that is in force and when it was signed, by the clock of the wall, and that it was taken back (F75)', () => {
    const events = new NightEvents(5000)
    const { terms, ...rest } = loopConsent(60_000)
    const consent = { ...rest, terms: { ...terms, id: 'ab'.repeat(8) } }
    const given: LoopInput = { kind: 'consent', atMs: 0, consent, verified: true }
    expect(events.take({ ...given, verified: false }, [], AT)).toEqual([])
    const [signedMs, untilWallMs] = [terms.validFromMs + 5000, terms.validUntilMs + 5000]
    const told = { atS: 10, consentId: 'ab'.repeat(8), mode: 'control', untilWallMs }
    expect(events.take(given, [], AT)).toEqual([{ kind: 'consented', signedMs, ...told }])
    expect(events.take(given, [], AT)).toEqual([])
    const revoke: LoopInput = { kind: 'revoke', atMs: 1, consentId: 'ab'.repeat(8) }
    expect(events.take(revoke, [], AT)).toEqual([{ kind: 'consent', granted: false, ...told }])
    expect(events.consent).toEqual({ consentId: '', mode: 'natural' })
  })

  it('are all words of the wire, over a night that acts (F12)', () => {
    const events = new NightEvents()
    const told: DeviceEvent[] = []
    for (const { input, events: came } of runLoop({ minutes: 12 })) {
      const now = { ...AT, nowS: input.atMs / 1000 }
      const isOurs = input.kind === 'consent'
      const { terms } = loopConsent(1)
      const named = isOurs
        ? { ...input, consent: { ...input.consent, terms: { ...terms, id: 'ab'.repeat(8) } } }
        : input
      told.push(...events.take(named, came, now), ...events.sum(input.atMs, now))
    }
    const kinds = new Set(told.map(({ kind }) => kind))
    expect([...kinds].sort()).toEqual(['act', 'consented', 'mode', 'refused'])
    for (const event of told) {
      const own = event.kind === 'act' ? { ...event, consentId: 'ab'.repeat(8) } : event
      const keyed = { boot: 1, seq: 1, event: own }
      expect(decodeEvent(encodeEvent(keyed)).ok).toBe(true)
    }
  })
})
