import type { DeskEffect, PartitionEffect } from '../desk/desk-effect.ts'
import { admissionFor, type TokenBucket, takeToken, tokenBucket } from '../recovery/admission.ts'
import { GateSession } from '../session/gate-session.ts'
import type { Batch, GateEffect, GateInput } from '../session/gate-words.ts'
import { decodeAdmin, encodeAdmin } from '../telemetry/admin.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import { encodeSignedGrant } from '../telemetry/grant-codec.ts'
import type { Flaw } from './flaw.ts'
import type { WireTap } from './ledger.ts'
import { bootOfPassword, sealGrant } from './seal.ts'
import { SimDesk } from './sim-desk.ts'
import type { SimDevice } from './sim-device.ts'
import { SimLog } from './sim-log.ts'
import type { Sky } from './sky.ts'
import { Wire, type WireEnds } from './wire.ts'
import type { Witness } from './witness.ts'

/** Time between looks at the silence of connections, ms. */
const GATE_TICK_MS = 15_000
/** After a restart, those who were there and have not come back are gone, ms. */
const COME_BACK_MS = 90_000
/** A centre that dies may let a connection hang: the share of those who never hear of it. */
const HANGING_SHARE = 0.3
/** Longest time after which the others do, ms. */
const HEARD_MS = 3000

/** An input without its time. */
type NewInput = GateInput extends infer Input
  ? Input extends unknown
    ? Omit<Input, 'nowMs'>
    : never
  : never

/** One accepted connection at the centre. */
type Door = {
  readonly gate: GateSession
  readonly wire: Wire
  readonly tap: WireTap
  readonly device: SimDevice
  isOpen: boolean
}

/** What the simulated centre is built on. */
export type SimCentreWorld = {
  readonly sky: Sky
  readonly witness: Witness
  readonly flaw: Flaw | undefined
  readonly devices: readonly SimDevice[]
  readonly handshakesPerS: number
  /** Unix time of the simulation's begin, ms. */
  readonly wallMs: number
  indexOf(device: DeviceId): number
  /** What the desk shows and asks of people. */
  hear(effect: DeskEffect): void
}

/**
 * The simulated centre: a front door of real gate sessions, a log, and the run of the reducers. It
 * is one process, and dies as one.
 */
export class SimCentre {
  readonly log: SimLog
  readonly desk: SimDesk
  isUp = true
  /** Connections that were ever let in. */
  admitted = 0
  readonly #world: SimCentreWorld
  readonly #doors = new Map<DeviceId, Door>()
  readonly #open = new Set<Door>()
  #bucket: TokenBucket
  /** Records of devices that wait for the disk. */
  #waiting = 0
  #life = 0

  constructor(world: SimCentreWorld) {
    this.#world = world
    this.log = new SimLog(world.sky, world.flaw)
    this.desk = new SimDesk({
      ...{ log: this.log, witness: world.witness, flaw: world.flaw },
      handshakesPerS: world.handshakesPerS,
      nowMs: () => this.nowMs,
      indexOf: world.indexOf,
      partitionAsks: (effect) => this.#carryOut(effect),
      deskAsks: world.hear,
    })
    this.#bucket = this.#freshBucket()
    this.#begin()
  }

  /** The centre's wall clock, whole ms. */
  get nowMs(): number {
    return this.#world.wallMs + Math.floor(this.#world.sky.queue.nowMs)
  }

  /** Connections that stand. */
  get connected(): number {
    return this.#open.size
  }

  /** Devices that are connected and known. */
  get live(): number {
    return this.#doors.size
  }

  /** Whether one more connection is let in now. */
  admits(): boolean {
    if (!this.isUp) return false
    const { sky, witness, flaw } = this.#world
    const taken = takeToken(this.#bucket, sky.queue.nowMs)
    this.#bucket = taken.bucket
    const isAdmitted = taken.admitted || flaw === 'door-without-limit'
    if (!isAdmitted) return false
    this.admitted++
    witness.admitted()
    return true
  }

  /** A connection of a device was accepted; `ends` are the device's. */
  accept(device: SimDevice, ends: Pick<WireEnds, 'down' | 'downClosed'>): Wire {
    const { sky, witness } = this.#world
    const gate = new GateSession(sky.queue.nowMs)
    const tap = witness.ledger.tap(device.index)
    const wire = new Wire(sky, device.district, tap, {
      ...ends,
      up: (bytes) => this.#tell(door, { kind: 'bytes', bytes }),
      upClosed: () => {
        this.#tell(door, { kind: 'closed' })
        this.#forget(door)
      },
    })
    const door: Door = { gate, wire, device, tap, isOpen: true }
    this.#open.add(door)
    return wire
  }

  /** The process dies. */
  die(): void {
    if (!this.isUp) return
    this.isUp = false
    this.#life++
    const { sky, witness } = this.#world
    this.desk.die()
    this.log.die()
    this.#waiting = 0
    witness.died()
    for (const door of this.#open) {
      const { wire } = door
      const isHanging = sky.random.uniform() < HANGING_SHARE
      const hearsMs = isHanging ? Number.POSITIVE_INFINITY : sky.random.uniform() * HEARD_MS
      wire.cut(hearsMs, Number.POSITIVE_INFINITY)
      door.isOpen = false
    }
    this.#open.clear()
    this.#doors.clear()
  }

  /** The process starts. */
  start(): void {
    if (this.isUp) return
    this.isUp = true
    this.desk.recover()
    this.#bucket = this.#freshBucket()
    this.#begin()
    this.#later(COME_BACK_MS, () => this.#missing())
  }

  #begin(): void {
    const { partitionMs, deskMs } = SimDesk.ticks
    this.#again(partitionMs, () => this.desk.tickPartitions())
    this.#again(deskMs, () => this.desk.tickDesk())
    this.#again(GATE_TICK_MS, () => {
      for (const door of this.#open) this.#tell(door, { kind: 'tick' })
    })
  }

  #again(everyMs: number, act: () => void): void {
    this.#later(everyMs, () => {
      act()
      this.#again(everyMs, act)
    })
  }

  #later(afterMs: number, act: () => void): void {
    const life = this.#life
    this.#world.sky.queue.after(afterMs, () => {
      if (life === this.#life) act()
    })
  }

  /** Who was there before a crash and has not come back is said to be silent. */
  #missing(): void {
    for (const { id } of this.#world.devices) {
      const known = this.desk.known(id)
      if (known === undefined || !known.isOnline || this.#doors.has(id)) continue
      this.desk.take(id, [{ kind: 'gone', device: id, boot: known.boot, how: 'silent' }], () => {})
    }
  }

  #freshBucket(): TokenBucket {
    const { devices, handshakesPerS, sky } = this.#world
    return tokenBucket(admissionFor(devices.length, handshakesPerS), sky.queue.nowMs)
  }

  #tell(door: Door, input: NewInput): void {
    if (!door.isOpen) return
    const life = this.#life
    const timed = input as { nowMs?: number }
    timed.nowMs = this.#world.sky.queue.nowMs
    for (const effect of door.gate.take(timed as GateInput)) {
      if (life !== this.#life) return
      this.#handle(door, effect, input.kind === 'send')
    }
  }

  #handle(door: Door, effect: GateEffect, mayStray: boolean): void {
    const { witness } = this.#world
    switch (effect.kind) {
      case 'write':
        witness.acknowledged(door.device, door.tap, effect.bytes)
        door.wire.sendDown(effect.bytes, mayStray)
        return
      case 'authenticate':
        this.#admit(door, effect.device, effect.password)
        return
      case 'take':
        this.#take(door, effect.batch)
        return
      case 'reject':
        witness.received(effect.count)
        witness.rejected(effect.count)
        return
      case 'close':
        door.wire.close('centre')
        this.#forget(door)
        return
      case 'piece':
        return
    }
  }

  #admit(door: Door, device: DeviceId, password: Uint8Array): void {
    const known = this.desk.known(device)
    const boot = bootOfPassword(password)
    if (known === undefined || boot < known.boot) {
      this.#tell(door, { kind: 'admittance', admittance: { kind: 'denied' } })
      return
    }
    const before = this.#doors.get(device)
    if (before !== undefined && before !== door) {
      this.#tell(before, { kind: 'replaced' })
      this.#forget(before)
    }
    this.#doors.set(device, door)
    this.#tell(door, { kind: 'admittance', admittance: { kind: 'admitted', boot } })
  }

  #take(door: Door, batch: Batch): void {
    const { witness, flaw } = this.#world
    const { records, device } = batch
    const count = records.length
    witness.received(count)
    this.#waiting += count
    if (flaw === 'ack-before-commit') this.#tell(door, { kind: 'durable', batch })
    this.desk.take(device, records, (isDurable) => {
      this.#waiting -= count
      if (isDurable) witness.becameDurable(count)
      else if (flaw !== 'loss-not-counted') witness.rejected(count)
      witness.balance(this.#waiting)
      if (isDurable && flaw === 'ack-before-commit') return
      this.#tell(door, { kind: isDurable ? 'durable' : 'not-durable', batch })
    })
  }

  #forget(door: Door): void {
    door.isOpen = false
    this.#open.delete(door)
    const { id } = door.device
    if (this.#doors.get(id) === door) this.#doors.delete(id)
  }

  #carryOut(effect: PartitionEffect): void {
    if (effect.kind !== 'grant' && effect.kind !== 'send' && effect.kind !== 'drop') return
    const { witness, devices, indexOf } = this.#world
    const device = devices[indexOf(effect.device)]!
    const door = this.#doors.get(effect.device)
    if (effect.kind === 'grant') witness.granted(device, effect.grant)
    if (effect.kind === 'send' && effect.channel === 'upd') witness.ordered(device, effect.payload)
    if (door === undefined) return
    if (effect.kind === 'drop') {
      this.#handle(door, { kind: 'close', why: 'left' }, false)
    } else if (effect.kind === 'grant') {
      const payload = encodeSignedGrant(sealGrant(effect.device, effect.grant))
      this.#tell(door, { kind: 'send', channel: 'cmd', payload })
    } else {
      this.#tell(door, {
        kind: 'send',
        channel: effect.channel,
        payload: this.#told(effect.payload),
      })
    }
  }

  /** What is sent, with the flaw that a mark runs ahead of the disk. */
  #told(payload: Uint8Array): Uint8Array {
    if (this.#world.flaw !== 'watermark-ahead') return payload
    const admin = decodeAdmin(payload)
    if (!admin.ok || admin.value.kind !== 'watermark') return payload
    return encodeAdmin({ ...admin.value, seq: admin.value.seq + 2 })
  }
}
