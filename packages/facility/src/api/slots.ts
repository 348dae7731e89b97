import type { Socket } from 'node:net'
import { networkOf } from '../operator/network-of.ts'
import { isLoopback } from '../operator/own-machine.ts'

/** How many connections of each kind a centre's HTTP bears at a time. Rule F91 of SPEC.md. */
export type SlotLimits = {
  /** People and their programs, asking and answered. */
  readonly people: number
  /** More, for whoever wants the switch when the others are taken. */
  readonly reserved: number
  /** Of people, of one address that is not this machine's; more of it only want the switch. */
  readonly ofAddress: number
  /** Streams of operators, who watch everything. */
  readonly watchers: number
  /** Streams of followers, who watch one night. */
  readonly followers: number
  /** WebSockets of devices; those over TCP have a door of their own. */
  readonly devices: number
}

/** For a machine of two cores. */
const SLOT_LIMITS: SlotLimits = {
  ...{ people: 1000, reserved: 64, ofAddress: 200 },
  ...{ watchers: 200, followers: 5000, devices: 20_000 },
}

/** A connection that goes on after its request. */
export type HeldKind = 'watchers' | 'followers' | 'devices'

/** Of the reserved places one address has one of so many shares. */
const SHARES = 4

/** Time that a connection in a reserved place has, ms. */
const RESERVED_MS = 3000

type Slot = {
  readonly socket: Socket
  readonly address: string
  kind: 'people' | 'reserved' | HeldKind | 'gone'
  /** Requests that are being answered. */
  busy: number
}

/**
 * The places of a centre's HTTP. Devices, streams and people have their own, so that none can take
 * the others'. Among people whoever is not being answered gives way to whoever comes, the longest
 * idle first; when all are being answered, or as many as one address may have, some places are left
 * for the switch alone, where the first gives way.
 */
export class Slots {
  /** Connections that gave way or were not let in, since the start. */
  turnedAway = 0
  readonly #limits: SlotLimits
  readonly #slots = new Map<string, Slot>()
  /** People who are not being answered, the longest so first. */
  readonly #idle = new Set<Slot>()
  readonly #reserved = new Set<Slot>()
  readonly #ofAddress = new Map<string, number>()
  readonly #counts = { people: 0, reserved: 0, watchers: 0, followers: 0, devices: 0 }

  constructor(limits: Partial<SlotLimits> = {}) {
    this.#limits = { ...SLOT_LIMITS, ...limits }
  }

  /** Most connections of all kinds; a few more are open while they are turned away. */
  get most(): number {
    const { people, reserved, watchers, followers, devices } = this.#limits
    return 2 * (people + reserved) + watchers + followers + devices
  }

  /** Connections of each kind. */
  get counts(): Readonly<Record<Exclude<Slot['kind'], 'gone'>, number>> {
    return this.#counts
  }

  /** A connection came; another gives way where there is no place for it. */
  came(socket: Socket): void {
    const isOwn = isLoopback(socket.remoteAddress ?? '')
    const address = networkOf(socket.remoteAddress ?? '')
    const isFull = !isOwn && (this.#ofAddress.get(address) ?? 0) >= this.#limits.ofAddress
    const mayCome = !isFull || this.#madeRoom(this.#idle, address)
    const hasRoom =
      mayCome && (this.#counts.people < this.#limits.people || this.#madeRoom(this.#idle))
    if (!hasRoom) this.#makeReserved(isOwn ? undefined : address)
    const kind = hasRoom ? 'people' : 'reserved'
    const slot: Slot = { socket, address, kind, busy: 0 }
    this.#enter(slot, keyOf(socket))
    if (kind === 'reserved') setTimeout(() => this.#expire(slot), RESERVED_MS).unref()
  }

  /** A request begins on a connection; false where its place is for the switch alone. */
  begin(socket: Socket): boolean {
    const slot = this.#slots.get(keyOf(socket))
    if (slot === undefined) return true
    slot.busy++
    this.#idle.delete(slot)
    return slot.kind !== 'reserved'
  }

  /** It is answered. */
  end(socket: Socket): void {
    const slot = this.#slots.get(keyOf(socket))
    if (slot === undefined) return
    slot.busy--
    if (slot.busy <= 0 && slot.kind === 'people') this.#idle.add(slot)
  }

  /** A connection goes on as one of that kind; false where there are enough of them. */
  hold(socket: Socket, kind: HeldKind): boolean {
    const slot = this.#slots.get(keyOf(socket))
    if (slot === undefined) return true
    if (slot.kind === 'reserved' || this.#counts[kind] >= this.#limits[kind]) return false
    this.#leave(slot)
    this.#counts[kind]++
    slot.kind = kind
    return true
  }

  #enter(slot: Slot, key: string): void {
    const { socket, address, kind } = slot
    this.#slots.set(key, slot)
    this.#counts[kind as 'people' | 'reserved']++
    this.#ofAddress.set(address, (this.#ofAddress.get(address) ?? 0) + 1)
    if (kind === 'people') this.#idle.add(slot)
    else this.#reserved.add(slot)
    socket.once('close', () => {
      if (this.#slots.get(key) === slot) this.#slots.delete(key)
      this.#leave(slot)
    })
  }

  /**
   * A reserved place is free then: of an address that has its share of them the first gives way,
   * otherwise the first of all.
   */
  #makeReserved(address: string | undefined): void {
    const { reserved } = this.#limits
    const own = [...this.#reserved].filter((slot) => slot.address === address)
    if (own.length >= Math.ceil(reserved / SHARES)) this.#madeRoom(this.#reserved, address)
    else if (this.#counts.reserved >= reserved) this.#madeRoom(this.#reserved)
  }

  /** Closes the first of some, of an address where one is named; false where there is none. */
  #madeRoom(among: ReadonlySet<Slot>, address?: string): boolean {
    for (const slot of among) {
      if (address !== undefined && slot.address !== address) continue
      this.turnedAway++
      this.#leave(slot)
      slot.socket.destroy()
      return true
    }
    return false
  }

  #expire(slot: Slot): void {
    if (slot.kind === 'reserved') slot.socket.destroy()
  }

  #leave(slot: Slot): void {
    const { kind, address } = slot
    if (kind === 'gone') return
    slot.kind = 'gone'
    this.#counts[kind]--
    this.#idle.delete(slot)
    this.#reserved.delete(slot)
    if (kind !== 'people' && kind !== 'reserved') return
    const left = (this.#ofAddress.get(address) ?? 1) - 1
    if (left > 0) this.#ofAddress.set(address, left)
    else this.#ofAddress.delete(address)
  }
}

/** The two ends of a connection: the same for its socket and for the TLS in it. */
function keyOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localPort}`
}
