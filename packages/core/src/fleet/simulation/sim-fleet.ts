import { assert } from '../../math/assert.ts'
import { hash32 } from '../../math/hash.ts'
import { type Random, seededRandom } from '../../math/random.ts'
import type { DeskEffect } from '../desk/desk-effect.ts'
import type { DeskOrder } from '../desk/desk-record.ts'
import type { Incident } from '../incident/incident.ts'
import { admissionFor } from '../recovery/admission.ts'
import { spreadWindowS } from '../recovery/spread.ts'
import { type DeviceId, readDeviceId } from '../telemetry/device-id.ts'
import { partitionOf } from '../telemetry/partition.ts'
import { PARTITIONS } from '../telemetry/record.ts'
import { decodeUpdateOrder } from '../telemetry/update-order.ts'
import type { DeviceWorld } from './device-world.ts'
import { EventQueue } from './event-queue.ts'
import type { Flaw } from './flaw.ts'
import { SimCentre } from './sim-centre.ts'
import { SimDevice } from './sim-device.ts'
import { CALM, type Sky } from './sky.ts'
import type { Wire } from './wire.ts'
import { Witness } from './witness.ts'

/** Districts of the simulated city. */
export const DISTRICTS = 4
/** Unix time at which every simulation begins, ms: an evening in November 2026. */
export const WALL_MS = 1_795_212_000_000
/** Most devices of one simulation. */
const MOST_DEVICES = 100_000
/** Share of the sleepers who take updates, and of those who consented to control. */
const UPDATES_SHARE = 0.7
const CONTROL_SHARE = 0.8
/** Least and longest further time that a connection takes to stand, ms. */
const CONNECT_MS = 10
const SLOW_CONNECT_MS = 100
/** An update takes so long on a device, ms. */
const UPDATE_MS = 20_000
/** True time between two looks at everybody, ms. */
const LOOK_MS = 1000
/** Devices of a partition, as many as a large fleet has: a small one has fewer partitions. */
const DEVICES_PER_PARTITION = 40
const NUMBER_DIGITS = 6
const ZERO = 0x30
/** All devices are switched on within this time, ms. */
const EVENING_MS = 30_000

/** What a simulated fleet is; the same setting gives the same run to the last bit. */
export type FleetSetting = {
  readonly seed: number
  /** 1 to 100,000. */
  readonly devices: number
  /** Connections that the front door can take, 1/s. */
  readonly handshakesPerS: number
  readonly flaw?: Flaw
  /** Hears what the desk shows and says to people. */
  readonly hear?: (effect: DeskEffect) => void
}

/**
 * A whole fleet in one deterministic simulation: devices, network, centre, and who watches them.
 */
export class SimFleet {
  readonly sky: Sky
  readonly random: Random
  readonly devices: SimDevice[] = []
  readonly centre: SimCentre
  readonly witness: Witness
  readonly spreadS: number
  /** Incidents as the desk shows them. */
  readonly incidents: Map<string, Incident> = new Map()
  readonly #hears: FleetSetting['hear']
  readonly #wires: (Wire | undefined)[] = []
  /** A number that is new at each attempt of a device to connect. */
  readonly #tries: Int32Array
  #orders = 0

  constructor({ seed, devices: count, handshakesPerS, flaw, hear }: FleetSetting) {
    this.#hears = hear
    assert(count >= 1 && count <= MOST_DEVICES, `${count} devices`)
    const queue = new EventQueue()
    this.random = seededRandom(seed)
    const heldUntilMs = new Float64Array(DISTRICTS)
    this.sky = { queue, random: this.random, weather: CALM, heldUntilMs }
    this.spreadS = spreadWindowS(count, handshakesPerS)
    this.#tries = new Int32Array(count)
    const { devices, sky } = this
    const limit = admissionFor(count, handshakesPerS)
    this.witness = new Witness(() => queue.nowMs, devices, count, limit)
    this.centre = new SimCentre({
      ...{ sky, witness: this.witness, flaw, devices, handshakesPerS, wallMs: WALL_MS, indexOf },
      hear: (effect) => this.#hear(effect),
    })
    const world = this.#worldOf(flaw)
    for (let index = 0; index < count; index++) devices.push(this.#deviceOf(world, index, count))
    for (const device of devices) {
      this.centre.desk.enrol(device.id)
      queue.at(this.random.uniform() * EVENING_MS, () => device.isOn || device.powerOn())
    }
    this.#look()
  }

  get nowMs(): number {
    return this.sky.queue.nowMs
  }

  /** Lets time pass until a true time, ms, or until something is broken. */
  run(untilMs: number): void {
    const { queue } = this.sky
    while (queue.nowMs < untilMs && this.witness.breach === undefined) {
      queue.run(Math.min(untilMs, queue.nowMs + LOOK_MS))
    }
  }

  /** An operator's order, if there is a centre to give it to. */
  order(operator: string, order: DeskOrder): void {
    if (this.centre.isUp) this.centre.desk.order(`order-${this.#orders++}`, operator, order)
  }

  /** Power of a device goes, and its connection hangs or not; comes again after a time. */
  cutPower(device: SimDevice, forMs: number): void {
    if (!device.isOn) return
    device.powerOff()
    const isHanging = this.random.uniform() < 0.5
    const hearsMs = isHanging ? Number.POSITIVE_INFINITY : this.random.uniform() * 5000
    this.#wires[device.index]?.cut(0, hearsMs)
    this.#wires[device.index] = undefined
    this.sky.queue.after(forMs, () => device.isOn || device.powerOn())
  }

  /** A device's connection is cut; each end hears of it after its own time, Infinity = never. */
  cutWire(device: SimDevice, deviceHearsMs: number, centreHearsMs: number): void {
    this.#wires[device.index]?.cut(deviceHearsMs, centreHearsMs)
  }

  /** Whether a device believes that it is connected. */
  hasWire({ index }: SimDevice): boolean {
    return this.#wires[index] !== undefined
  }

  #hear(effect: DeskEffect): void {
    if (effect.kind === 'row' && effect.row.table === 'incident') {
      this.incidents.set(effect.row.key, effect.row.value as Incident)
    }
    this.#hears?.(effect)
  }

  #look(): void {
    this.witness.lookAtAll()
    this.sky.queue.after(LOOK_MS, () => this.#look())
  }

  #deviceOf(world: DeviceWorld<SimDevice>, index: number, count: number): SimDevice {
    const { random } = this
    const district = index % DISTRICTS
    const partitions = Math.min(PARTITIONS - 1, Math.ceil(count / DEVICES_PER_PARTITION))
    const device = new SimDevice(world, {
      ...{ id: nameOf(index, partitions), index, district, rate: rateOf(index, random) },
      phaseS: random.uniform(),
      self: {
        ...{ hardware: 'made-up', code: 'nocturne-0.1.0', release: 1, mode: 'natural' },
        consent: random.uniform() < CONTROL_SHARE ? 'control' : 'guidance',
        consentId: consentIdOf(index, 0),
        takesUpdates: random.uniform() < UPDATES_SHARE,
        cohort: { chronotype: 'unknown', age: 'unknown', district: `d${district}` },
      },
    })
    device.disk.spreadS = this.spreadS
    return device
  }

  #worldOf(flaw: Flaw | undefined): DeviceWorld<SimDevice> {
    const { sky, witness } = this
    return {
      ...{ sky, flaw, wallMs: WALL_MS },
      connect: (device) => this.#connect(device),
      write: ({ index }, bytes) => this.#wires[index]?.send(bytes),
      hangUp: (device) => this.#hangUp(device),
      look: (device) => witness.look(device),
      voids: (device) => witness.voided(device),
      leapt: (device, byS) => witness.leapt(device, byS),
      freed: (device, boot, seq) => witness.freed(device, boot, seq),
      update: (device, payload) => this.#update(device, payload),
    }
  }

  #connect(device: SimDevice): void {
    const { queue, heldUntilMs } = this.sky
    const { index, district } = device
    this.#tries[index]!++
    const token = this.#tries[index]
    const takesMs = CONNECT_MS + this.random.uniform() * SLOW_CONNECT_MS
    queue.at(Math.max(queue.nowMs + takesMs, heldUntilMs[district]!), () => {
      if (token !== this.#tries[index] || !device.isOn) return
      if (!this.centre.admits()) {
        device.connectionLost()
        return
      }
      const { life } = device
      const isOf = (): boolean => this.#wires[index] === wire && device.isOfLife(life)
      const wire: Wire = this.centre.accept(device, {
        down: (bytes) => {
          if (isOf()) device.hear(bytes)
        },
        downClosed: () => {
          if (!isOf()) return
          this.#wires[index] = undefined
          device.connectionLost()
        },
      })
      this.#wires[index] = wire
      device.opened()
    })
  }

  #hangUp(device: SimDevice): void {
    const { index, life } = device
    this.#tries[index]!++
    const wire = this.#wires[index]
    this.#wires[index] = undefined
    wire?.close('device')
    this.sky.queue.after(1, () => {
      if (device.isOfLife(life)) device.connectionLost()
    })
  }

  #update(device: SimDevice, payload: Uint8Array): void {
    const order = decodeUpdateOrder(payload)
    if (!order.ok) return
    const release = 'release' in order.value ? order.value.release : order.value.setBack
    const { life } = device
    this.sky.queue.after(UPDATE_MS, () => {
      if (device.isOfLife(life)) device.run(release)
    })
  }
}

/** The number of a consent that a sleeper gave: the index is the sleeper's, `nth` counts them. */
export function consentIdOf(index: number, nth: number): string {
  return hash32(`consent ${index} ${nth}`).toString(16).padStart(16, '0')
}

/** A name that begins with the device's number and whose hash is one of so many partitions. */
function nameOf(index: number, partitions: number): DeviceId {
  for (let turn = 0; ; turn++) {
    const read = readDeviceId(`bed-${String(index).padStart(NUMBER_DIGITS, '0')}-${turn}`)
    assert(read.ok, 'a name')
    if (partitionOf(read.value) < partitions) return read.value
  }
}

function indexOf(device: DeviceId): number {
  let index = 0
  for (let i = 4; i < 4 + NUMBER_DIGITS; i++) index = 10 * index + device.charCodeAt(i) - ZERO
  return index
}

/** Every seventh clock is as slow, and every seventh as fast, as a clock may be. */
function rateOf(index: number, random: Random): number {
  if (index % 7 === 0) return 0.98
  return index % 7 === 1 ? 1.02 : 0.98 + 0.04 * random.uniform()
}
