import { describe, expect, it } from 'vitest'
import {
  type DeviceId,
  encodeFrames,
  readDeviceId,
  topicOf,
  writePacket,
} from '../../../core/src/fleet/index.ts'
import { Connection, type Host } from './connection.ts'
import { DOOR_LIMITS, LITTLE_BYTES } from './door-limits.ts'
import type { Worker } from './fair-turns.ts'
import type { Wire } from './wire.ts'

const read = readDeviceId('bed-0001')
const DEVICE: DeviceId = read.ok ? read.value : ('' as DeviceId)

/** A host that gives turns only when told, with a wire that says what was done to it. */
class Rig {
  readonly said: string[] = []
  readonly taken: string[] = []
  readonly waiting: Worker[] = []
  readonly connection: Connection
  nowMs = 0

  constructor() {
    const nothing = (): void => undefined
    const host: Host = {
      limits: DOOR_LIMITS,
      nowMs: () => this.nowMs,
      ask: (worker) => this.waiting.push(worker),
      take: (_, { records }) => this.taken.push(...records.map(({ kind }) => kind)),
      ended: (why) => this.said.push(why),
      ...{ came: nothing, authenticate: nothing, piece: nothing, reject: nothing },
      ...{ throttled: nothing, gone: () => this.said.push('gone') },
    }
    const wire: Wire = {
      ...{ write: nothing, destroy: nothing, end: nothing, waiting: () => 0 },
      pause: () => this.said.push('pause'),
      resume: () => this.said.push('resume'),
    }
    this.connection = new Connection(host)
    this.connection.begin(wire)
    const [clientId, password] = [DEVICE, Uint8Array.of(1)]
    const connect = { clientId, username: DEVICE, password, keepAliveS: 60, clean: true }
    this.connection.hear(writePacket({ type: 'connect', ...connect }))
    this.turn()
    const admittance = { kind: 'admitted', boot: 1 } as const
    this.connection.session.take({ kind: 'admittance', admittance, nowMs: 0 })
    this.said.length = 0
  }

  turn(): void {
    for (const worker of this.waiting.splice(0)) while (worker.work(this.nowMs));
  }

  frame(id: number): Uint8Array {
    const payload = encodeFrames({
      ...{ boot: 1, firstSeq: id, startS: 0, wallOffsetS: 0, mode: 'natural' },
      ...{ consent: 'natural', release: 0, asleep: true },
      ...{ stepsDs: new Uint16Array(1), values: new Int16Array(12) },
    })
    const topic = topicOf(DEVICE, 't')
    return writePacket({
      ...{ type: 'publish', topic, payload, qos: 1, id, retain: false, dup: false },
    })
  }
}

describe('a connection that waits for its turn (F19)', () => {
  it('is read on while it said little, and rests while it said much', () => {
    const rig = new Rig()
    let heard = 0
    for (let id = 1; heard <= LITTLE_BYTES; id++) {
      expect(rig.said).toEqual([])
      const bytes = rig.frame(id)
      heard += bytes.length
      rig.connection.hear(bytes)
    }
    expect([rig.said, rig.waiting.length, rig.taken.length]).toEqual([['pause'], 1, 0])
    rig.turn()
    expect(rig.said).toEqual(['pause', 'resume'])
    expect(rig.taken).toEqual(rig.taken.map(() => 'frames'))
    expect(rig.taken.length * rig.frame(1).length).toBe(heard)
  })

  it('is not silent for it, and its last words count', () => {
    const rig = new Rig()
    rig.connection.hear(rig.frame(1))
    rig.connection.hear(writePacket({ type: 'disconnect' }))
    rig.nowMs = 100_000
    rig.connection.tick(rig.nowMs)
    expect(rig.said).toEqual([])
    rig.connection.closed()
    expect(rig.taken).toEqual(['frames', 'gone'])
    expect(rig.said).toEqual(['left', 'gone'])
    rig.turn()
    expect(rig.taken.length).toBe(2)
  })
})
