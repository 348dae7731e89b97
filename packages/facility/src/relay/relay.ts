import { createConnection, type Socket } from 'node:net'
import type { DeviceId } from '@nocturne/core/fleet'
import { MOST_UNREAD_BYTES } from '../gate/door-limits.ts'
import type { Wire, WireEars } from '../gate/wire.ts'
import { FirstPacket } from './first-packet.ts'

/** Where a device is served: by this machine, or at another's inner door. */
export type ServedAt = 'here' | { readonly host: string; readonly port: number }

/** What a relay needs to know. */
export type RelayOptions = {
  /** Where a device is served now; undefined while nobody serves it. */
  servedAt(device: DeviceId): ServedAt | undefined
  /** Connections that are passed on, or not yet heard, at most. */
  readonly mostGuests?: number
  /** Time that a client has for its CONNECT, and a machine to be there, ms. */
  readonly patienceMs?: number
}

/** Makes a wire that tells its ears what it hears; it is paused. */
export type WireOf = (ears: WireEars) => Wire

/** What went through a relay. */
export type RelayCounts = {
  /** Connections that are passed on, or not yet heard, now. */
  readonly guests: number
  readonly here: number
  readonly passedOn: number
  /** Ended because they did not say who they are, or nobody served them in time. */
  readonly givenUp: number
}

const MOST_GUESTS = 100_000
const PATIENCE_MS = 10_000
const AGAIN_MS = 200

/**
 * What makes every machine of a centre a door: it reads who comes, and passes the connection on,
 * unread, to the machine that holds the device's partition. Who that is is asked once a connection.
 */
export class Relay {
  readonly options: Required<RelayOptions>
  readonly #guests = new Set<Guest>()
  readonly #counts = { here: 0, passedOn: 0, givenUp: 0 }

  constructor(options: RelayOptions) {
    this.options = { mostGuests: MOST_GUESTS, patienceMs: PATIENCE_MS, ...options }
  }

  /** Meets a connection; `here` serves it when it is ours. */
  meet(wireOf: WireOf, here: (wireOf: WireOf) => void): void {
    const guest = new Guest(this, here)
    this.#guests.add(guest)
    guest.begin(wireOf(guest))
    if (this.#guests.size > this.options.mostGuests) guest.giveUp()
  }

  /** Ends a guest's stay: it is served, gone, or nobody wants it. */
  over(guest: Guest, how: 'here' | 'givenUp' | 'gone'): void {
    if (!this.#guests.delete(guest)) return
    if (how !== 'gone') this.#counts[how]++
  }

  /** A guest was passed on. */
  passedOn(): void {
    this.#counts.passedOn++
  }

  counts(): RelayCounts {
    return { guests: this.#guests.size, ...this.#counts }
  }

  /** Ends all connections that are passed on or not yet heard. */
  close(): void {
    for (const guest of this.#guests) guest.destroy()
  }
}

/** One connection on its way. */
class Guest implements WireEars {
  readonly #relay: Relay
  readonly #here: (wireOf: WireOf) => void
  readonly #first = new FirstPacket()
  readonly #untilMs: number
  readonly #patience: NodeJS.Timeout
  #near: Wire | undefined
  #far: Socket | undefined
  /** Who is served here hears it all. */
  #ears: WireEars | undefined
  #device: DeviceId | undefined
  #isOver = false

  constructor(relay: Relay, here: (wireOf: WireOf) => void) {
    this.#relay = relay
    this.#here = here
    const { patienceMs } = relay.options
    this.#untilMs = performance.now() + patienceMs
    this.#patience = setTimeout(() => this.giveUp(), patienceMs)
  }

  begin(wire: Wire): void {
    this.#near = wire
    wire.resume()
  }

  hear(bytes: Uint8Array): void {
    if (this.#ears !== undefined) this.#ears.hear(bytes)
    else if (this.#far !== undefined) this.#passOn(bytes)
    else if (this.#device !== undefined) this.#first.keep(bytes)
    else this.#listen(bytes)
  }

  closed(): void {
    if (this.#ears !== undefined) {
      this.#ears.closed()
      return
    }
    this.#isOver = true
    clearTimeout(this.#patience)
    this.#far?.end()
    this.#relay.over(this, 'gone')
  }

  /** Nobody serves it, or it does not say who it is. */
  giveUp(): void {
    this.#relay.over(this, 'givenUp')
    this.destroy()
  }

  destroy(): void {
    this.#isOver = true
    clearTimeout(this.#patience)
    this.#far?.destroy()
    this.#near?.destroy()
  }

  #listen(bytes: Uint8Array): void {
    const said = this.#first.hear(bytes)
    if (said === 'more') return
    if (said === 'none') {
      this.#serveHere()
      return
    }
    this.#device = said
    this.#near?.pause()
    this.#seek()
  }

  /** Looks for who serves it, again while nobody does. */
  #seek(): void {
    if (this.#isOver) return
    const place = this.#relay.options.servedAt(this.#device!)
    if (place === 'here') this.#serveHere()
    else if (place !== undefined) this.#reach(place)
    else if (performance.now() < this.#untilMs) setTimeout(() => this.#seek(), AGAIN_MS)
  }

  #serveHere(): void {
    clearTimeout(this.#patience)
    this.#relay.over(this, 'here')
    const near = this.#near!
    near.pause()
    this.#here((ears) => {
      this.#ears = ears
      return new HeardWire(near, ears, this.#first.take())
    })
  }

  #reach(place: Exclude<ServedAt, 'here'>): void {
    const far = createConnection({ ...place, noDelay: true })
    far.once('error', () => {
      far.destroy()
      if (this.#far === undefined && performance.now() < this.#untilMs) {
        setTimeout(() => this.#seek(), AGAIN_MS)
      }
    })
    far.once('connect', () => {
      if (this.#isOver) far.destroy()
      else this.#join(far)
    })
  }

  #join(far: Socket): void {
    clearTimeout(this.#patience)
    this.#far = far
    this.#relay.passedOn()
    const near = this.#near!
    far.on('error', () => far.destroy())
    far.on('data', (bytes) => {
      if (near.waiting() > MOST_UNREAD_BYTES) this.destroy()
      else near.write(bytes)
    })
    far.on('drain', () => near.resume())
    far.once('close', () => near.end())
    for (const bytes of this.#first.take()) far.write(bytes)
    near.resume()
  }

  #passOn(bytes: Uint8Array): void {
    if (this.#far?.write(bytes) === false) this.#near?.pause()
  }
}

/** A wire of which the begin was heard already: it is heard again first. */
class HeardWire implements Wire {
  readonly #near: Wire
  readonly #ears: WireEars
  #heard: readonly Uint8Array[]
  #isPaused = true

  constructor(near: Wire, ears: WireEars, heard: readonly Uint8Array[]) {
    this.#near = near
    this.#ears = ears
    this.#heard = heard
  }

  write(bytes: Uint8Array): void {
    this.#near.write(bytes)
  }

  pause(): void {
    this.#isPaused = true
    this.#near.pause()
  }

  resume(): void {
    this.#isPaused = false
    while (this.#heard.length > 0 && !this.#isPaused) {
      const [next, ...rest] = this.#heard
      this.#heard = rest
      this.#ears.hear(next!)
    }
    if (!this.#isPaused) this.#near.resume()
  }

  end(): void {
    this.#near.end()
  }

  destroy(): void {
    this.#near.destroy()
  }

  waiting(): number {
    return this.#near.waiting()
  }
}
