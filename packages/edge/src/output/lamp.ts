import type { Lease, Stopper } from '@nocturne/core/night'
import type { KnownLamp } from './home-assistant-discovery.ts'
import type { Effect, Output } from './output.ts'
import type { Timer } from './timer.ts'

/** What a lamp needs of a broker: say something, and hear its own state. */
export type LampWire = {
  /** False when the message could not be handed to the broker now; it is never kept for later. */
  publish(topic: string, payload: string): boolean
  /** Hears every message of a topic until closed. */
  listen(topic: string, listener: (payload: string) => void): void
}

/** Time in which a lamp must have said that it did what it was told, ms. */
const CONFIRM_MS = 2000
/** Brightness is told in 254 steps; a lamp rounds by this much. */
const BRIGHTNESS_SLACK = 3
const FULL_BRIGHTNESS = 254
/** Fade, s: no light jumps. */
const TRANSITION_S = 2

type Held = {
  readonly lease: Lease
  readonly brightness: number
  readonly untilMs: number
  confirmed: boolean
}

/**
 * A Zigbee bulb as an actuator of light. Every command carries `on_time`, so that the bulb itself
 * ends the lease with every computer dead; nothing is retained and nothing is kept for a broker
 * that is away. A state that this output did not ask for is the sleeper's hand and is told as such.
 * `fullMelanopicLux` is what the bulb gives at the eye at full brightness. Source: zigbee2mqtt.io,
 * lights: `on_time`, `off_wait_time`, `transition`.
 */
export class LampOutput implements Output {
  readonly name: string
  readonly actuator = 'light'
  readonly #lamp: KnownLamp
  readonly #fullMelanopicLux: number
  readonly #wire: LampWire
  readonly #timer: Timer
  readonly #effects: ((effect: Effect) => void)[] = []
  readonly #overrides: ((by: Stopper) => void)[] = []
  #held: Held | undefined
  /** What it fell to is dimmer than it can be: a lease of darkness, and whether it is dark. */
  #darkening: Lease | undefined
  #dark = false
  #lastSeq = -1
  #quietUntilMs = Number.NEGATIVE_INFINITY
  #cancel: () => void = () => undefined

  constructor(lamp: KnownLamp, fullMelanopicLux: number, wire: LampWire, timer: Timer) {
    this.name = lamp.name
    this.#lamp = lamp
    this.#fullMelanopicLux = fullMelanopicLux
    this.#wire = wire
    this.#timer = timer
    wire.listen(lamp.stateTopic, (payload) => this.#heard(payload))
  }

  carry(lease: Lease, level: number): void {
    if (lease.seq <= this.#lastSeq) return
    this.#lastSeq = lease.seq
    const durationS = Math.floor((lease.notAfterMs - lease.issuedAtMs) / 1000)
    const part = Math.min(1, Math.min(level, lease.maxLevel) / this.#fullMelanopicLux)
    const brightness = Math.floor(part * FULL_BRIGHTNESS)
    if (durationS < 1 || brightness < 1) {
      this.#darken(lease)
      return
    }
    this.#cancel()
    this.#dark = false
    this.#darkening = undefined
    const untilMs = this.#timer.now() + durationS * 1000
    this.#held = { lease, brightness, untilMs, confirmed: false }
    const command = { state: 'ON', brightness, transition: TRANSITION_S }
    if (!this.#say({ ...command, on_time: durationS, off_wait_time: 0 })) {
      this.#held = undefined
      this.#tell(lease.id, 'failed', 'no broker')
      return
    }
    this.#cancel = this.#timer.after(CONFIRM_MS, () => this.#give(lease, 'did not confirm'))
  }

  mute(): void {
    this.#cancel()
    this.#held = undefined
    this.#darkening = undefined
    this.#quietUntilMs = this.#timer.now() + CONFIRM_MS
    this.#say({ state: 'OFF' })
  }

  onEffect(listener: (effect: Effect) => void): void {
    this.#effects.push(listener)
  }

  onOverride(listener: (by: Stopper) => void): void {
    this.#overrides.push(listener)
  }

  close(): Promise<void> {
    if (this.#held === undefined) this.#cancel()
    else this.mute()
    return Promise.resolve()
  }

  #heard(payload: string): void {
    const state = lampState(payload)
    if (state?.on === true) this.#heardOn(state.brightness)
    else if (state !== undefined) this.#heardOff()
  }

  #heardOn(brightness: number | undefined): void {
    const held = this.#held
    if (held === undefined) {
      this.#dark = false
      if (this.#timer.now() > this.#quietUntilMs) this.#override()
      return
    }
    const gap = Math.abs((brightness ?? held.brightness) - held.brightness)
    // Before it confirms, a lamp may still say what it was; after, another level is a hand.
    if (gap > BRIGHTNESS_SLACK) {
      if (held.confirmed) this.#override()
      return
    }
    if (held.confirmed) return
    held.confirmed = true
    this.#cancel()
    this.#tell(held.lease.id, 'confirmed', 'is on')
    const rest = held.untilMs - this.#timer.now() + CONFIRM_MS
    this.#cancel = this.#timer.after(rest, () => this.#give(held.lease, 'did not turn itself off'))
  }

  /** A lamp that falls below the dimmest that it can be is off; one that was off stays so. */
  #darken(lease: Lease): void {
    if (this.#dark) this.#tell(lease.id, 'confirmed', 'is dark')
    else if (this.#held === undefined && this.#darkening === undefined) {
      this.#tell(lease.id, 'failed', 'cannot be that dim or that short')
    } else {
      this.mute()
      this.#darkening = lease
      this.#cancel = this.#timer.after(CONFIRM_MS, () => {
        this.#darkening = undefined
        this.#tell(lease.id, 'failed', 'did not go dark')
      })
    }
  }

  #heardOff(): void {
    this.#quietUntilMs = Number.NEGATIVE_INFINITY
    if (this.#darkening !== undefined) {
      this.#cancel()
      this.#dark = true
      this.#tell(this.#darkening.id, 'confirmed', 'is dark')
      this.#darkening = undefined
      return
    }
    const held = this.#held
    // What was off before the command arrived is no answer to it.
    if (held === undefined || !held.confirmed) return
    this.#cancel()
    this.#held = undefined
    this.#tell(held.lease.id, 'ended', 'is off')
    if (this.#timer.now() < held.untilMs - CONFIRM_MS) this.#override()
  }

  /** Gives a lease up: the lamp did not do what it was told. */
  #give(lease: Lease, text: string): void {
    if (this.#held?.lease.id !== lease.id) return
    this.#tell(lease.id, 'failed', text)
    this.mute()
  }

  #say(payload: Record<string, unknown>): boolean {
    return this.#wire.publish(this.#lamp.commandTopic, JSON.stringify(payload))
  }

  #tell(leaseId: string, effect: Effect['effect'], text: string): void {
    for (const listener of this.#effects)
      listener({ leaseId, effect, text: `${this.name} ${text}` })
  }

  /** The hand wins: what was held is let go of, and the lamp stays as the hand set it. */
  #override(): void {
    this.#cancel()
    this.#held = undefined
    for (const listener of this.#overrides) listener('manual-light')
  }
}

function lampState(payload: string): { on: boolean; brightness?: number } | undefined {
  let read: unknown
  try {
    read = JSON.parse(payload)
  } catch {
    return undefined
  }
  if (typeof read !== 'object' || read === null) return undefined
  const { state, brightness } = read as Record<string, unknown>
  if (state !== 'ON' && state !== 'OFF') return undefined
  return { on: state === 'ON', ...(typeof brightness === 'number' ? { brightness } : {}) }
}
