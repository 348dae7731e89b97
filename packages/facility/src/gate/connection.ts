import { type Batch, type DeviceId, type GateEffect, GateSession } from '@nocturne/core/fleet'
import { type DoorLimits, LITTLE_BYTES, MOST_UNREAD_BYTES, PIECE_BYTES } from './door-limits.ts'
import type { Worker } from './fair-turns.ts'
import type { Wire, WireEars } from './wire.ts'

/** What a connection asks of its front door. */
export type Host = {
  readonly limits: DoorLimits
  nowMs(): number
  /** So many bytes came. */
  came(bytes: number): void
  /** A turn to work on what came. */
  ask(worker: Worker): void
  authenticate(connection: Connection, device: DeviceId, password: Uint8Array): void
  take(connection: Connection, batch: Batch): void
  piece(connection: Connection, bytes: Uint8Array, batch: Batch): void
  reject(effect: Extract<GateEffect, { kind: 'reject' }>): void
  ended(why: Extract<GateEffect, { kind: 'close' }>['why']): void
  throttled(connection: Connection): void
  gone(connection: Connection): void
}

const NOTHING = new Uint8Array(0)

/** One connection: a wire, the session that it carries, and its share of the machine. */
export class Connection implements Worker, WireEars {
  readonly session: GateSession
  /** Who it is, once admitted. */
  device: DeviceId | undefined
  readonly #host: Host
  #wire: Wire | undefined
  #bytes: Uint8Array = NOTHING
  #at = 0
  /** Bytes that it may send now; below 0 it waits. */
  #allowance: number
  #allowedAtMs: number
  #isOver = false
  #isPaused = false

  constructor(host: Host) {
    this.#host = host
    this.#allowedAtMs = host.nowMs()
    this.#allowance = host.limits.burstBytes
    this.session = new GateSession(this.#allowedAtMs, Buffer.allocUnsafe)
  }

  /** Gives it its wire, which is paused, and lets it speak. */
  begin(wire: Wire): void {
    this.#wire = wire
    wire.resume()
  }

  /** More than a device that keeps up has to say at one time. */
  get isLong(): boolean {
    return this.#bytes.length - this.#at > LITTLE_BYTES
  }

  /** Bytes came: the wire rests while much waits to be worked on. */
  hear(bytes: Uint8Array): void {
    this.#host.came(bytes.length)
    if (this.#isOver) return
    if (this.#bytes.length > 0) {
      this.#bytes = joined(this.#bytes.subarray(this.#at), bytes)
      this.#at = 0
    } else {
      this.#bytes = bytes
      this.#host.ask(this)
    }
    // Whoever waits with little is about to be done, and need not rest.
    if (this.isLong) this.#pause()
  }

  /** Works on one piece of what came. */
  work(nowMs: number): boolean {
    if (this.#isOver) return false
    const piece = this.#piece()
    const allowed = this.#allows(piece.length, nowMs)
    this.carry(this.session.take({ kind: 'bytes', bytes: piece, nowMs }))
    if (this.#bytes.length > 0) return true
    if (allowed) this.#resume()
    else {
      this.#pause()
      this.#host.throttled(this)
    }
    return false
  }

  /** Takes the next piece away from what came; nearly always that is all. */
  #piece(): Uint8Array {
    const bytes = this.#bytes
    if (this.#at + PIECE_BYTES < bytes.length) {
      this.#at += PIECE_BYTES
      return bytes.subarray(this.#at - PIECE_BYTES, this.#at)
    }
    const piece = this.#at === 0 ? bytes : bytes.subarray(this.#at)
    this.#bytes = NOTHING
    this.#at = 0
    return piece
  }

  /** Whether it has waited long enough to be heard again; its wire goes on then. */
  release(nowMs: number): boolean {
    if (this.#isOver) return true
    if (!this.#allows(0, nowMs)) return false
    this.#resume()
    return true
  }

  tick(nowMs: number): void {
    // What waits for us is not silent.
    if (!this.#isPaused && this.#bytes.length === 0)
      this.carry(this.session.take({ kind: 'tick', nowMs }))
  }

  /** Carries out what the session wants; writes that belong together go together. */
  carry(effects: readonly GateEffect[]): void {
    let out: Uint8Array | undefined
    for (const effect of effects) {
      if (effect.kind === 'write') {
        out = out === undefined ? effect.bytes : joined(out, effect.bytes)
        continue
      }
      if (out !== undefined && effect.kind === 'close') this.#write(out)
      if (effect.kind === 'close') out = undefined
      this.#carryOne(effect)
    }
    if (out !== undefined) this.#write(out)
  }

  /** The other side is gone. */
  closed(): void {
    const nowMs = this.#host.nowMs()
    // Its last words may have waited for their turn.
    if (this.#bytes.length > 0 && !this.isLong) this.work(nowMs)
    this.#bytes = NOTHING
    if (!this.#isOver) {
      this.carry(this.session.take({ kind: 'closed', nowMs }))
      this.#isOver = true
    }
    this.#host.gone(this)
  }

  /** Ends it now. */
  destroy(): void {
    this.#wire?.destroy()
  }

  #carryOne(effect: Exclude<GateEffect, { kind: 'write' }>): void {
    const host = this.#host
    switch (effect.kind) {
      case 'authenticate':
        host.authenticate(this, effect.device, effect.password)
        return
      case 'take':
        host.take(this, effect.batch)
        return
      case 'piece':
        host.piece(this, effect.bytes, effect.batch)
        return
      case 'reject':
        host.reject(effect)
        return
      case 'close':
        host.ended(effect.why)
        this.#isOver = true
        this.#bytes = NOTHING
        this.#resume()
        this.#wire?.end()
        return
    }
  }

  #pause(): void {
    if (!this.#isPaused) this.#wire?.pause()
    this.#isPaused = true
  }

  #resume(): void {
    if (this.#isPaused) this.#wire?.resume()
    this.#isPaused = false
  }

  #write(bytes: Uint8Array): void {
    if (this.#wire === undefined) return
    if (this.#wire.waiting() > MOST_UNREAD_BYTES) this.#wire.destroy()
    else this.#wire.write(bytes)
  }

  #allows(used: number, nowMs: number): boolean {
    const { bytesPerS, burstBytes } = this.#host.limits
    const earned = ((nowMs - this.#allowedAtMs) / 1000) * bytesPerS
    this.#allowance = Math.min(burstBytes, this.#allowance + earned) - used
    this.#allowedAtMs = nowMs
    return this.#allowance >= 0
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length)
  bytes.set(a)
  bytes.set(b, a.length)
  return bytes
}
