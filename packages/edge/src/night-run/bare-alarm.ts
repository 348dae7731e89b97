import {
  type Lease,
  type NightHeader,
  type Stopper,
  wakeTime,
  wakeTimeAfter,
} from '@nocturne/core/night'
import type { Command } from './actor.ts'

/** As the loop rings (rule N77): 45 dB(A), 5 more every 20 s up to 75, for fifteen minutes. */
const FIRST_DB = 45
const STEP_DB = 5
const LOUDEST_DB = 75
const EVERY_MS = 20_000
const RING_MS = 60_000
const LASTS_MS = 900_000

/**
 * The alarm that is left when the loop failed or nothing can be written down: from the time to wake
 * on, whatever else is dead (rule N76). It needs a clock and nothing else, and is ended by a
 * button, a tap or a word once it rang.
 */
export class BareAlarm {
  readonly #header: NightHeader
  #wakeAtMs: number
  #stepMs = 0
  #rings = 0
  #nextMs: number
  #stopped: boolean

  constructor(header: NightHeader) {
    this.#header = header
    this.#wakeAtMs = wakeTime(header) ?? Number.NaN
    this.#nextMs = this.#wakeAtMs
    this.#stopped = header.resumed?.wakeStopped === true
  }

  /** The wall clock was set by these ms: the time to wake moves as the loop moves it. */
  setClock(atMs: number, stepMs: number): void {
    this.#stepMs += stepMs
    const before = this.#wakeAtMs
    this.#wakeAtMs = wakeTimeAfter(this.#header, before, atMs, this.#stepMs) ?? Number.NaN
    if (this.#wakeAtMs !== before) this.#nextMs = this.#wakeAtMs
  }

  /** The next ring when it is due at this device time, ms; `seq` is above that of every lease. */
  ring(atMs: number, seq: number): Command | undefined {
    const { token } = this.#header
    const endMs = this.#wakeAtMs + LASTS_MS
    if (this.#stopped || !(atMs >= this.#nextMs && atMs < endMs)) return undefined
    this.#nextMs = atMs + EVERY_MS
    const level = Math.min(LOUDEST_DB, FIRST_DB + STEP_DB * this.#rings++)
    const lease: Lease = {
      ...{ id: `${token}.bare.${this.#rings}`, seq, token },
      ...{ issuedAtMs: atMs, notAfterMs: Math.min(atMs + RING_MS, endMs) },
      ...{ actuator: 'sound', action: 'wake', maxLevel: level, fallback: 'natural' },
      ...{ consentId: 'wake', reason: `bare-${this.#rings}` },
    }
    const aimless = { heardAt: Number.NaN, targetRad: Number.NaN, predictedRad: Number.NaN }
    return { kind: 'command', lease, level, ...aimless }
  }

  /** True when this stop ends it: before it rang, and by a headband that came off, none does. */
  stop(by: Stopper): boolean {
    if (this.#rings === 0 || by === 'headband-off' || by === 'manual-light') return false
    this.#stopped = true
    return true
  }
}
