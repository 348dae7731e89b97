import type { Mode } from '../../night/governor/mode.ts'
import { encodeSignedGrant } from '../telemetry/grant-codec.ts'
import { writePacket } from '../telemetry/mqtt-writer.ts'
import { topicOf } from '../telemetry/topic.ts'
import { ROLLOUT } from './history.ts'
import type { SimDevice } from './sim-device.ts'
import { consentIdOf, DISTRICTS, type SimFleet } from './sim-fleet.ts'
import { CALM, FOUL } from './sky.ts'

/** Longest time between two faults, ms. */
const BETWEEN_MS = 40_000
const NEVER = Number.POSITIVE_INFINITY
const MODES: readonly Mode[] = ['natural', 'guidance', 'control']

/**
 * Everything that may go wrong, one thing after the other as the seed says, until `stop`: the
 * centre's process, disk and network, districts without power or network, devices without power,
 * with a full disk or a clock that leaps, machines that sleep, forged words, an operator who pulls
 * the switch or stops a rollout, and sleepers who change their minds.
 */
export class Faults {
  readonly #fleet: SimFleet
  readonly #untilMs: number
  #isPulled = false
  #consents = 0
  readonly #kinds: readonly (() => void)[]

  constructor(fleet: SimFleet, fromMs: number, untilMs: number) {
    this.#fleet = fleet
    this.#untilMs = untilMs
    this.#kinds = [
      () => this.#killCentre(),
      () => this.#fillCentre(),
      () => this.#holdDistrict(),
      () => this.#darkenDistrict(),
      () => this.#changeWeather(),
      () => this.#cutPowers(),
      () => this.#cutWires(),
      () => this.#pull(),
      () => this.#leap(),
      () => this.#freeze(),
      () => this.#fillDevice(),
      () => this.#forge(),
      () => this.#stopRollout(),
      () => this.#changeMinds(),
      () => this.#stopDevice(),
      () => this.#emptyDesk(),
    ]
    fleet.sky.queue.at(fromMs, () => this.#next())
  }

  /** The faults are over: the network is calm, the disks have room, the power is on. */
  stop(): void {
    const { sky, centre, devices } = this.#fleet
    sky.weather = CALM
    sky.heldUntilMs.fill(0)
    centre.log.isFull = false
    centre.start()
    centre.desk.goOn()
    for (const device of devices) {
      device.disk.isFull = false
      if (!device.isOn) device.powerOn()
    }
  }

  #next(): void {
    const { queue, random } = this.#fleet.sky
    if (queue.nowMs >= this.#untilMs) return
    this.#kinds[random.integer(this.#kinds.length)]!()
    queue.after(random.uniform() * BETWEEN_MS, () => this.#next())
  }

  #within(fromMs: number, toMs: number): number {
    return fromMs + this.#fleet.random.uniform() * (toMs - fromMs)
  }

  #someone(): SimDevice {
    const { devices, random } = this.#fleet
    return devices[random.integer(devices.length)]!
  }

  /** So many devices, at least one: a share of all. */
  #some(share: number): SimDevice[] {
    const count = Math.max(1, Math.round(share * this.#fleet.devices.length))
    return Array.from({ length: count }, () => this.#someone())
  }

  #killCentre(): void {
    const { centre, sky } = this.#fleet
    if (!centre.isUp) return
    centre.die()
    sky.queue.after(this.#within(1000, 240_000), () => centre.start())
  }

  /** The desk stands still for long, and the partitions live on. */
  #emptyDesk(): void {
    const { centre, sky } = this.#fleet
    centre.desk.standStill()
    sky.queue.after(this.#within(30_000, 240_000), () => centre.desk.goOn())
  }

  #fillCentre(): void {
    const { centre, sky } = this.#fleet
    centre.log.isFull = true
    sky.queue.after(this.#within(5000, 45_000), () => {
      centre.log.isFull = false
    })
  }

  #holdDistrict(): void {
    const { sky, random } = this.#fleet
    sky.heldUntilMs[random.integer(DISTRICTS)] = sky.queue.nowMs + this.#within(5000, 155_000)
  }

  #darkenDistrict(): void {
    const { devices, random } = this.#fleet
    const district = random.integer(DISTRICTS)
    for (const device of devices) {
      if (device.district === district) this.#fleet.cutPower(device, this.#within(10_000, 130_000))
    }
  }

  #changeWeather(): void {
    const { sky } = this.#fleet
    sky.weather = sky.weather === CALM ? FOUL : CALM
  }

  #cutPowers(): void {
    for (const device of this.#some(0.05)) this.#fleet.cutPower(device, this.#within(0, 60_000))
  }

  #cutWires(): void {
    const { random } = this.#fleet
    for (const device of this.#some(0.1)) {
      const deviceHearsMs = random.uniform() < 0.3 ? NEVER : this.#within(0, 5000)
      const centreHearsMs = random.uniform() < 0.5 ? NEVER : this.#within(0, 5000)
      this.#fleet.cutWire(device, deviceHearsMs, centreHearsMs)
    }
  }

  #pull(): void {
    if (this.#isPulled) return
    this.#isPulled = true
    const pull = { kind: 'pull', from: 'app', why: 'the seed says so' } as const
    this.#fleet.order('kaya', { what: 'failsafe', do: pull })
    this.#fleet.sky.queue.after(this.#within(100_000, 160_000), () => this.lift())
  }

  /** Two persons lift the switch. */
  lift(): void {
    this.#isPulled = false
    for (const operator of ['kaya', 'mira']) {
      this.#fleet.order(operator, { what: 'failsafe', do: { kind: 'lift', why: 'all is well' } })
    }
  }

  #leap(): void {
    for (const device of this.#some(0.03)) {
      device.leap(this.#fleet.random.uniform() < 0.5 ? this.#within(-60, 0) : this.#within(0, 600))
    }
  }

  #freeze(): void {
    const { queue } = this.#fleet.sky
    for (const device of this.#some(0.03)) {
      device.freezeUntil(queue.nowMs + this.#within(1000, 300_000))
    }
  }

  #fillDevice(): void {
    const { queue } = this.#fleet.sky
    for (const device of this.#some(0.05)) {
      device.disk.isFull = true
      queue.after(60_000, () => {
        device.disk.isFull = false
      })
    }
  }

  /** Somebody sends a device a grant that is of no centre, and a later epoch. */
  #forge(): void {
    const device = this.#someone()
    if (!device.isOn || !this.#fleet.hasWire(device)) return
    const { boot, epoch } = device.disk
    const payload = encodeSignedGrant({
      ...{ epoch: epoch + 5, id: 9, ceiling: 'control', heardS: Math.floor(device.nowS), boot },
      ...{ ttlS: 90, reason: 'normal', signature: 'ab'.repeat(64) },
    })
    const topic = topicOf(device.id, 'cmd')
    const flags = { qos: 0, retain: false, dup: false, id: 0 } as const
    device.hear(writePacket({ type: 'publish', topic, payload, ...flags }))
  }

  #stopRollout(): void {
    if (this.#fleet.random.uniform() > 0.3) return
    const stop = { what: 'rollout', rollout: ROLLOUT, do: { kind: 'stop' } } as const
    this.#fleet.order('kaya', stop)
  }

  #changeMinds(): void {
    const { random } = this.#fleet
    for (const device of this.#some(0.05)) {
      const mode = MODES[random.integer(3)]!
      if (random.uniform() < 0.5) device.ask(mode)
      else device.consent(consentIdOf(device.index, ++this.#consents), mode)
    }
  }

  #stopDevice(): void {
    this.#someone().stop()
  }
}
