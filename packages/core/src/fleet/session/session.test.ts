import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { encodeAdmin } from '../telemetry/admin.ts'
import { readDeviceId } from '../telemetry/device-id.ts'
import { decodeFrames } from '../telemetry/frame-codec.ts'
import type { Grant } from '../telemetry/grant.ts'
import { encodeSignedGrant } from '../telemetry/grant-codec.ts'
import { writePacket } from '../telemetry/mqtt-writer.ts'
import { Backlog } from './backlog.ts'
import { DeviceSession } from './device-session.ts'
import type { DeviceEffect, DeviceInput, DeviceStart, NewFrames } from './device-words.ts'
import { GateSession, MOST_OF_DEVICE, PATIENCE_MS } from './gate-session.ts'
import type { Batch, GateEffect, GateInput, NewRecord } from './gate-words.ts'

const deviceRead = readDeviceId('bed-0001')
if (!deviceRead.ok) throw new Error('a name')
const DEVICE = deviceRead.value

const START: DeviceStart = {
  ...{ device: DEVICE, boot: 7, epoch: 0 },
  self: {
    ...{ hardware: 'made-up', code: 'nocturne-0.1.0', release: 0, mode: 'natural' },
    ...{ consent: 'control', consentId: '', takesUpdates: false },
    cohort: { chronotype: 'unknown', age: 'unknown', district: 'north' },
  },
}

function frames(n = 1): NewFrames {
  return {
    ...{ startS: 30, wallOffsetS: 0, mode: 'natural', consent: 'control', release: 0 },
    ...{ asleep: true, stepsDs: new Uint16Array(n), values: new Int16Array(12 * n) },
  }
}

/** A device and its centre, joined by a wire that a test can cut; time is the test's. */
class Wire {
  device: DeviceSession
  gate: GateSession | undefined
  nowS = 0
  readonly log: NewRecord[] = []
  readonly said: DeviceEffect[] = []
  readonly done: GateEffect[] = []
  readonly waiting: Batch[] = []
  readonly pieces: Uint8Array[] = []
  /** Whether what is taken becomes durable at once. */
  durable = true
  isCut = false

  constructor(start: Partial<DeviceStart> = {}) {
    this.device = new DeviceSession({ ...START, ...start })
  }

  tell(input: DeviceInput extends infer I ? (I extends unknown ? Omit<I, 'nowS'> : never) : never) {
    for (const effect of this.device.take({ ...input, nowS: this.nowS } as DeviceInput)) {
      this.said.push(effect)
      if (effect.kind === 'open' && !this.isCut) this.open()
      if (effect.kind === 'write' && this.gate)
        this.gateTell({ kind: 'bytes', bytes: effect.bytes })
      if (effect.kind === 'close') this.cut(0)
      if (effect.kind === 'verify') {
        const verified = effect.grant.signature.startsWith('ab')
        this.tell({ kind: 'grant', grant: effect.grant, verified })
      }
    }
  }

  gateTell(
    input: GateInput extends infer I ? (I extends unknown ? Omit<I, 'nowMs'> : never) : never,
  ) {
    const gate = this.gate!
    for (const effect of gate.take({ ...input, nowMs: this.nowS * 1000 } as GateInput)) {
      this.done.push(effect)
      if (effect.kind === 'write') this.tell({ kind: 'bytes', bytes: effect.bytes })
      if (effect.kind === 'authenticate')
        this.gateTell({ kind: 'admittance', admittance: { kind: 'admitted', boot: 7 } })
      if (effect.kind === 'take') {
        this.waiting.push(effect.batch)
        if (this.durable) this.flush()
      }
      if (effect.kind === 'piece') {
        this.pieces.push(effect.bytes)
        this.gateTell({ kind: this.durable ? 'durable' : 'not-durable', batch: effect.batch })
      }
    }
  }

  flush(): void {
    for (const batch of this.waiting.splice(0)) {
      this.log.push(...batch.records)
      this.gateTell({ kind: 'durable', batch })
    }
  }

  open(): void {
    this.gate = new GateSession(this.nowS * 1000)
    this.tell({ kind: 'opened', password: new Uint8Array(8) })
  }

  cut(retryS: number): void {
    const { gate } = this
    this.gate = undefined
    if (gate) {
      const effects = gate.take({ kind: 'closed', nowMs: this.nowS * 1000 })
      for (const effect of effects)
        if (effect.kind === 'take') this.log.push(...effect.batch.records)
    }
    this.tell({ kind: 'closed', retryS })
  }

  admin(seq: number, boot = 7): void {
    this.gateTell({
      ...{ kind: 'send', channel: 'adm' },
      payload: encodeAdmin({ kind: 'watermark', boot, seq }),
    })
  }

  grant(of: Partial<Grant>, signature = 'ab'.repeat(64)): void {
    const grant: Grant = {
      ...{ epoch: 1, id: 1, ceiling: 'control', heardS: this.nowS, ttlS: 83, boot: 7 },
      ...{ reason: 'normal', ...of },
    }
    this.gateTell({
      ...{ kind: 'send', channel: 'cmd' },
      payload: encodeSignedGrant({ ...grant, signature }),
    })
  }

  wait(seconds: number): void {
    for (const end = this.nowS + seconds; this.nowS < end; ) {
      this.nowS = Math.min(end, this.nowS + 1)
      this.tell({ kind: 'tick' })
      if (this.gate) this.gateTell({ kind: 'tick' })
    }
  }

  seqs(): number[] {
    return this.log.flatMap((record) => {
      if (record.kind !== 'frames') return []
      const read = decodeFrames(record.bytes)
      return read.ok ? [read.value.firstSeq] : []
    })
  }

  ceilings(): string[] {
    return this.said.flatMap((effect) => (effect.kind === 'ceiling' ? [effect.ceiling] : []))
  }
}

function live(start: Partial<DeviceStart> = {}): Wire {
  const wire = new Wire(start)
  wire.wait(1)
  wire.admin(0)
  return wire
}

describe('a device and its centre', () => {
  it('meet: birth, watermark, and then what waited, in order', () => {
    const wire = new Wire()
    for (let k = 0; k < 3; k++) wire.tell({ kind: 'frames', frames: frames() })
    wire.wait(1)
    expect(wire.log.map(({ kind }) => kind)).toEqual(['birth'])
    wire.admin(0)
    expect(wire.seqs()).toEqual([0, 1, 2])
    wire.tell({ kind: 'event', event: { kind: 'stop', atS: 1, by: 'sleeper' } })
    expect(wire.log.at(-1)).toMatchObject({ kind: 'event', boot: 7, seq: 3 })
  })

  it('acknowledge only what is durable (F14)', () => {
    const wire = live()
    wire.durable = false
    wire.tell({ kind: 'frames', frames: frames(2) })
    wire.tell({ kind: 'frames', frames: frames() })
    const acks = () => wire.done.filter((e) => e.kind === 'write' && e.bytes[0] === 0x40).length
    const before = acks()
    expect([wire.waiting.length, acks()]).toEqual([2, before])
    wire.flush()
    expect(acks()).toBe(before + 2)
  })

  it('part when something did not become durable, and it comes again as the same bytes (F14, F15)', () => {
    const wire = live()
    wire.durable = false
    wire.tell({ kind: 'frames', frames: frames() })
    const [batch] = wire.waiting.splice(0)
    wire.gateTell({ kind: 'not-durable', batch: batch! })
    expect(wire.done.filter(({ kind }) => kind === 'reject' || kind === 'close')).toEqual([
      { kind: 'close', why: 'not-durable' },
    ])
    wire.durable = true
    wire.cut(1)
    wire.wait(3)
    wire.admin(0)
    const again = wire.log.findLast(({ kind }) => kind === 'frames')
    expect(again).toEqual(batch!.records[0])
  })

  it('keep a frame on the device until the watermark is above it, acknowledged or not (F16)', () => {
    const wire = live()
    for (let k = 0; k < 5; k++) wire.tell({ kind: 'frames', frames: frames() })
    expect(wire.device.waiting).toBe(5)
    wire.admin(3)
    expect(wire.device.waiting).toBe(2)
    expect(wire.said.at(-1)).toEqual({ kind: 'free', boot: 7, seq: 3 })
    // A watermark of frames that were never made frees nothing.
    wire.admin(900)
    expect(wire.device.waiting).toBe(2)
    wire.cut(1)
    wire.wait(3)
    wire.admin(3)
    expect(wire.seqs()).toEqual([0, 1, 2, 3, 4, 3, 4])
  })

  it('hand over a piece of a black box once it is durable, and try three times where it is not (F14, F57)', () => {
    const wire = live()
    wire.gateTell({
      ...{ kind: 'send', channel: 'adm' },
      payload: encodeAdmin({ kind: 'ask-piece', incident: 'i-1', fromMs: 1, toMs: 2 }),
    })
    expect(wire.said.at(-1)).toEqual({ kind: 'ask-piece', incident: 'i-1', fromMs: 1, toMs: 2 })
    const [first, second] = [Uint8Array.of(1), Uint8Array.of(2)]
    wire.tell({ kind: 'piece', bytes: first })
    expect(wire.said.at(-1)).toEqual({ kind: 'piece-over', bytes: first, kept: true })
    wire.durable = false
    wire.tell({ kind: 'piece', bytes: second })
    for (let k = 0; k < 4; k++) {
      wire.cut(1)
      wire.wait(2)
      wire.admin(0)
    }
    expect(wire.pieces).toEqual([first, second, second, second])
    expect(wire.said.findLast(({ kind }) => kind === 'piece-over')).toMatchObject({ kept: false })
  })

  it('lose nothing that was acknowledged, and nothing durable is missing below a watermark, over any cuts (F14, F16)', () => {
    const random = seededRandom(14)
    for (let run = 0; run < 25; run++) {
      const wire = live()
      let made = 0
      let mark = 0
      for (let k = 0; k < 120; k++) {
        const dice = random.integer(10)
        wire.durable = random.integer(3) > 0
        if (dice < 5) {
          const n = 1 + random.integer(3)
          wire.tell({ kind: 'frames', frames: frames(n) })
          made += n
        } else if (dice < 6) {
          wire.waiting.splice(0)
          wire.cut(random.integer(3))
        } else if (dice < 7) wire.flush()
        else wire.wait(1 + random.integer(4))
        if (wire.gate && dice > 7) {
          mark = contiguous(wire.log)
          wire.admin(mark)
        }
      }
      wire.durable = true
      wire.waiting.splice(0)
      wire.cut(1)
      wire.wait(30)
      expect(contiguous(wire.log)).toBe(made)
    }
  })

  it('keep to their bounds: a full backlog gives up what was acknowledged first (F16)', () => {
    const backlog = new Backlog(3)
    const entry = (firstSeq: number) => ({
      ...{ boot: 1, firstSeq, n: 1, channel: 't' as const, bytes: new Uint8Array(0) },
    })
    for (let k = 0; k < 3; k++) backlog.add(entry(k))
    backlog.acknowledge(backlog.send()!)
    backlog.send()
    expect(backlog.add(entry(3))?.firstSeq).toBe(0)
    expect(backlog.add(entry(5))?.firstSeq).toBe(1)
    expect(backlog.held()).toEqual([
      { boot: 1, fromSeq: 2, toSeq: 3 },
      { boot: 1, fromSeq: 5, toSeq: 5 },
    ])
    expect(backlog.send()?.firstSeq).toBe(2)
    backlog.rewind()
    expect(backlog.send()?.firstSeq).toBe(2)
  })

  it('hear of each other by signs of life: a silent device is told of, a silent centre is left', () => {
    const wire = live()
    wire.wait(200)
    expect(wire.device.isLive).toBe(true)
    const gate = wire.gate!
    const late = gate.take({ kind: 'tick', nowMs: (wire.nowS + 100) * 1000 })
    expect(late.map((e) => (e.kind === 'take' ? e.batch.records[0] : e))).toEqual([
      { kind: 'gone', device: DEVICE, boot: 7, how: 'silent' },
      { kind: 'close', why: 'silent' },
    ])
    wire.gate = undefined
    wire.isCut = true
    wire.wait(60)
    expect(wire.said.some((e) => e.kind === 'close' && e.why === 'no answer')).toBe(true)
  })

  it('leave a centre that no longer hears, also while frames are written all the time', () => {
    const wire = live()
    wire.gate = undefined // half-open: nobody is told
    const closes = (): DeviceEffect[] => wire.said.filter(({ kind }) => kind === 'close')
    for (let s = 0; s < 45 && closes().length === 0; s++) {
      if (s % 10 === 0) wire.tell({ kind: 'frames', frames: frames() })
      wire.wait(1)
    }
    expect(closes()).toEqual([{ kind: 'close', why: 'no answer' }])
    wire.wait(2)
    wire.admin(0)
    expect([wire.device.isLive, wire.device.waiting, wire.seqs().length]).toEqual([true, 4, 4])
  })

  it('tell a death by the last will, a leaving by a farewell, and nothing for who was replaced (F18)', () => {
    const last = (wire: Wire) => wire.log.at(-1)
    const broken = live()
    broken.cut(1)
    expect(last(broken)).toEqual({ kind: 'gone', device: DEVICE, boot: 7, how: 'death' })
    const left = live()
    left.tell({ kind: 'end' })
    expect(last(left)).toEqual({ kind: 'gone', device: DEVICE, boot: 7, how: 'closed' })
    const replaced = live()
    replaced.gateTell({ kind: 'replaced' })
    expect(last(replaced)?.kind).toBe('birth')
  })

  it('come back after the time that they are given, and not before', () => {
    const wire = live()
    wire.cut(20)
    wire.wait(19)
    expect(wire.gate).toBeUndefined()
    wire.wait(2)
    expect(wire.gate).toBeDefined()
  })
})

/** First number that is not in the log. */
function contiguous(log: readonly NewRecord[]): number {
  const there = new Set<number>()
  for (const record of log) {
    if (record.kind !== 'frames') continue
    const read = decodeFrames(record.bytes)
    if (!read.ok) continue
    for (let i = 0; i < read.value.stepsDs.length; i++) there.add(read.value.firstSeq + i)
  }
  let next = 0
  while (there.has(next)) next++
  return next
}

describe('a device under grants', () => {
  it('is natural until one came, and again when it lapsed with nobody there (F20, F21)', () => {
    const wire = live()
    expect(wire.ceilings()).toEqual([])
    wire.grant({})
    expect(wire.ceilings()).toEqual(['control'])
    wire.isCut = true
    wire.cut(1000)
    wire.wait(83)
    expect(wire.ceilings()).toEqual(['control', 'natural'])
    expect(wire.said.at(-1)).toMatchObject({ kind: 'ceiling', cause: 'lease-lapsed' })
  })

  it('keeps the epoch that it heard before it obeys, and obeys no forged word (F22, F23)', () => {
    const wire = live({ epoch: 4 })
    wire.grant({ epoch: 3 })
    wire.grant({ epoch: 9 }, 'cd'.repeat(64))
    expect(wire.ceilings()).toEqual([])
    wire.grant({ epoch: 5, ceiling: 'guidance' })
    const kinds = wire.said.slice(-3).map(({ kind }) => kind)
    expect(kinds).toEqual(['epoch', 'verdict', 'ceiling'])
  })

  it('goes natural when its clock goes back, jumps or is doubted (F25)', () => {
    for (const doubt of ['back', 'jump', 'told'] as const) {
      const wire = live()
      wire.grant({})
      if (doubt === 'told') wire.tell({ kind: 'clock-doubt' })
      wire.nowS += doubt === 'back' ? -0.5 : doubt === 'jump' ? 7000 : 0
      wire.tell({ kind: 'tick' })
      expect(wire.said.find((e) => e.kind === 'ceiling' && e.cause === 'clock')).toMatchObject({
        ceiling: 'natural',
      })
    }
  })
})

describe('the front door', () => {
  const connect = writePacket({
    ...{ type: 'connect', clientId: DEVICE, keepAliveS: 60, clean: true },
    ...{ username: DEVICE, password: new Uint8Array(8) },
  })
  const bytes = (of: Uint8Array, nowMs = 0) => ({ kind: 'bytes', bytes: of, nowMs }) as const

  function admitted(): GateSession {
    const gate = new GateSession(0)
    gate.take(bytes(connect))
    gate.take({ kind: 'admittance', admittance: { kind: 'admitted', boot: 7 }, nowMs: 0 })
    return gate
  }

  it("ends with who sends anything before who it is was known, or another's name (F17)", () => {
    const early = new GateSession(0).take(bytes(Uint8Array.of(0xc0, 0)))
    expect(early).toEqual([{ kind: 'close', why: 'malformed' }])
    const other = writePacket({
      ...{ type: 'connect', clientId: DEVICE, keepAliveS: 60, clean: true },
      ...{ username: 'bed-0002', password: new Uint8Array(8) },
    })
    const refused = new GateSession(0).take(bytes(other))
    expect(refused.at(-1)).toEqual({ kind: 'close', why: 'denied' })
    for (const kind of ['denied', 'busy'] as const) {
      const gate = new GateSession(0)
      gate.take(bytes(connect))
      const answer = gate.take({ kind: 'admittance', admittance: { kind }, nowMs: 0 })
      expect(answer).toEqual([
        { kind: 'write', bytes: Uint8Array.of(0x20, 2, 0, kind === 'denied' ? 5 : 3) },
        { kind: 'close', why: kind },
      ])
    }
  })

  it('lets a device publish and read under its own name only (F10)', () => {
    const gate = admitted()
    const wishes = ['nocturne/v1/bed-0001/cmd', 'nocturne/v1/bed-0002/cmd', '#'].map((filter) => ({
      filter,
      qos: 1 as const,
    }))
    const suback = gate.take(bytes(writePacket({ type: 'subscribe', id: 1, wishes })))
    expect(suback).toEqual([{ kind: 'write', bytes: Uint8Array.of(0x90, 5, 0, 1, 0, 128, 128) }])
    const publish = writePacket({
      ...{ type: 'publish', topic: 'nocturne/v1/bed-0002/t', payload: new Uint8Array(3) },
      ...{ qos: 1, id: 9, retain: false, dup: false },
    })
    expect(gate.take(bytes(publish))).toEqual([
      { kind: 'reject', why: 'topic-forbidden', count: 1 },
      expect.objectContaining({ kind: 'take' }),
      { kind: 'close', why: 'forbidden' },
    ])
  })

  it('gives a begun packet ten seconds, a silent client its silence, and nobody more bytes than a limit (F19)', () => {
    const slow = new GateSession(0)
    for (let k = 0; k < 9; k++) slow.take(bytes(connect.subarray(k, k + 1), k * 1200))
    expect(slow.take({ kind: 'tick', nowMs: PATIENCE_MS })).toEqual([])
    expect(slow.take({ kind: 'tick', nowMs: PATIENCE_MS + 1 })).toEqual([
      { kind: 'close', why: 'slow' },
    ])
    const mute = new GateSession(0)
    expect(mute.take({ kind: 'tick', nowMs: PATIENCE_MS + 1 })).toHaveLength(1)
    const big = new GateSession(0)
    expect(big.take(bytes(Uint8Array.of(0x10, 0xff, 0x7f)))).toEqual([
      { kind: 'close', why: 'malformed' },
    ])
    expect(MOST_OF_DEVICE).toBeLessThan(1 << 17)
    expect(
      admitted()
        .take(bytes(Uint8Array.of(0x30, 0xff, 0xff, 0x7f)))
        .at(-1),
    ).toEqual({
      ...{ kind: 'close', why: 'malformed' },
    })
  })

  it('throws at nothing that a client can send (F13, F19)', () => {
    const random = seededRandom(19)
    for (let k = 0; k < 3000; k++) {
      const gate = random.integer(2) === 0 ? admitted() : new GateSession(0)
      const noise = Uint8Array.from({ length: random.integer(60) }, () => random.integer(256))
      const piece = random.integer(2) === 0 ? noise : Uint8Array.of(...connect, ...noise)
      gate.take(bytes(piece))
      gate.take({ kind: 'admittance', admittance: { kind: 'admitted', boot: 1 }, nowMs: 0 })
      gate.take({ kind: 'closed', nowMs: 0 })
    }
  })
})
