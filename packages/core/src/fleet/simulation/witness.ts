import { hash32 } from '../../math/hash.ts'
import { type Mode, modeRank } from '../../night/governor/mode.ts'
import { DESK_SILENT_MS, type Standing } from '../desk/standing.ts'
import { DEVICE_TICK_S, UNSEEN_LEAP_S } from '../failsafe/granting.ts'
import { GRANT_S, type Grant } from '../telemetry/grant.ts'
import { DESK_PARTITION } from '../telemetry/record.ts'
import { decodeUpdateOrder } from '../telemetry/update-order.ts'
import type { Breach, Invariant } from './flaw.ts'
import { Ledger, type WireTap } from './ledger.ts'
import type { SimDevice } from './sim-device.ts'

/** Rounding of grants to the millisecond and of events to the microsecond, ms. */
const SLACK_MS = 2
/** After a stop nobody is sent the release, ms (target C2). */
const STOP_MS = 2000
/** Longest time from a record to what follows from it, ms: a flush of the disk. */
const DISK_MS = 1000
const GRANT_MS: number = GRANT_S * 1000

/** What must hold of admissions in any second. */
export type DoorLimit = { readonly ratePerS: number; readonly burst: number }

/**
 * Sees all that happens, knows true time, and says when an invariant is broken. It takes no part:
 * it is told by the shells what they do, reads the wires and the disk, and looks at devices from
 * outside; what it holds against them it has worked out by itself.
 */
export class Witness {
  breach: Breach | undefined
  readonly ledger: Ledger
  readonly #nowMs: () => number
  readonly #limit: DoorLimit
  readonly #devices: readonly SimDevice[]
  /** Highest epoch that a device, and the centre, was seen to know. */
  readonly #epochs: Float64Array
  #centreEpoch = 1
  /** True time until which a device may be in guidance, and in control, ms. */
  readonly #guidanceUntilMs: Float64Array
  readonly #controlUntilMs: Float64Array
  /** True time at which a device was last granted anything above natural, ms. */
  readonly #givenMs: Float64Array
  #pulledAtMs = Number.POSITIVE_INFINITY
  /** True time at which the desk was last there: its newest record. */
  #deskMs = 0
  /** True time at which a release was stopped, ms. */
  readonly #stoppedMs = new Map<number, number>()
  readonly #runningSinceMs: Float64Array
  readonly #running: Int32Array
  /** True time until which nothing can be wrong with a device unless it, or the centre, moves. */
  readonly #dueMs: Float64Array
  #admittedMs: number[] = []
  #underWay = 0
  /** Entries of each partition that were seen to be on the disk. */
  readonly #lengths = new Map<number, number>()
  #digest = 0

  constructor(nowMs: () => number, devices: readonly SimDevice[], count: number, limit: DoorLimit) {
    this.#nowMs = nowMs
    this.#devices = devices
    this.#limit = limit
    this.ledger = new Ledger(count)
    this.#epochs = new Float64Array(count)
    this.#guidanceUntilMs = new Float64Array(count)
    this.#controlUntilMs = new Float64Array(count)
    this.#givenMs = new Float64Array(count)
    this.#runningSinceMs = new Float64Array(count)
    this.#running = new Int32Array(count).fill(-1)
    this.#dueMs = new Float64Array(count)
  }

  /** A number that two runs share which saw the same. */
  get digest(): number {
    return this.#digest
  }

  /** The highest epoch of the centre. */
  get epoch(): number {
    return this.#centreEpoch
  }

  /**
   * I1, I3, I4 and I9 of every device, now. Each was looked at when it last moved; what can have
   * gone wrong since by time alone is looked at, and for the others it changes nothing.
   */
  lookAtAll(): void {
    const now = this.#nowMs()
    const due = this.#dueMs
    for (let i = 0; i < this.#devices.length; i++) if (now > due[i]!) this.look(this.#devices[i]!)
  }

  /** I1, I3, I4 and I9 of one device, now. */
  look(device: SimDevice): void {
    if (!device.isOn) return
    const { index, self } = device
    if (self.release !== this.#running[index]) {
      this.#running[index] = self.release
      this.#runningSinceMs[index] = this.#nowMs()
    }
    const { mode } = device
    this.#dueMs[index] = mode === 'natural' ? Number.POSITIVE_INFINITY : this.#dueOf(device, mode)
    if (mode !== 'natural') this.#lookAbove(device, mode)
    const { epoch } = device.session.grant
    if (epoch < this.#epochs[index]!) {
      this.#broken('I3', `${device.id} went back from epoch ${this.#epochs[index]} to ${epoch}`)
    }
    this.#epochs[index] = epoch
  }

  /** Earliest true time at which a device that stays as it is can break anything. */
  #dueOf({ index, self }: SimDevice, mode: Mode): number {
    const until = mode === 'control' ? this.#controlUntilMs : this.#guidanceUntilMs
    const stopped = this.#stoppedMs.get(self.release)
    const leftMs = stopped === undefined ? Number.POSITIVE_INFINITY : stopped + GRANT_MS
    const deskMs = this.#deskMs + DESK_SILENT_MS + GRANT_MS
    return Math.min(until[index]!, this.#pulledAtMs + GRANT_MS, leftMs, deskMs)
  }

  #lookAbove({ id, index, self, wish }: SimDevice, mode: Mode): void {
    const now = this.#nowMs()
    const until = mode === 'control' ? this.#controlUntilMs : this.#guidanceUntilMs
    const overS = (now - until[index]!) / 1000
    if (overS > SLACK_MS / 1000) {
      this.#broken('I1', `${id} is in ${mode} ${overS.toFixed(1)} s after its grant`)
    }
    if (now - this.#deskMs > DESK_SILENT_MS + GRANT_MS) {
      const silentS = ((now - this.#deskMs) / 1000).toFixed(1)
      this.#broken('I9', `${id} is in ${mode} with nobody at the desk for ${silentS} s`)
    }
    if (now - this.#pulledAtMs > GRANT_MS) {
      this.#broken('I1', `${id} is in ${mode} ${GRANT_S} s after the switch was pulled`)
    }
    if (modeRank(mode) > Math.min(modeRank(self.consent), modeRank(wish))) {
      this.#broken('I1', `${id} is in ${mode} beyond what its sleeper consented to and wishes`)
    }
    const stopped = this.#stoppedMs.get(self.release)
    if (stopped === undefined) return
    if (now - Math.max(stopped, this.#runningSinceMs[index]!) > GRANT_MS) {
      this.#broken('I4', `${id} is in ${mode} under the stopped release ${self.release}`)
    }
  }

  /**
   * The centre gave a grant: until when, in true time, it may be obeyed. What counts is where the
   * device's clock truly stood, and never more than 90 s from now.
   */
  granted(device: SimDevice, grant: Grant): void {
    const now = this.#nowMs()
    this.#note(device.index * 1000 + grant.epoch * 100 + grant.id)
    if (grant.boot !== device.disk.boot || grant.ceiling === 'natural') return
    const silentMs = now - this.#deskMs
    if (silentMs > DESK_SILENT_MS + DISK_MS) {
      const words = `${device.id} is granted ${grant.ceiling}`
      this.#broken('I9', `${words} with nobody at the desk for ${(silentMs / 1000).toFixed(1)} s`)
    }
    const lapseMs = device.clock.trueMsOf(grant.heardS + grant.ttlS + DEVICE_TICK_S)
    const untilMs = Math.min(lapseMs, now + GRANT_MS)
    const { index } = device
    this.#givenMs[index] = now
    this.#guidanceUntilMs[index] = Math.max(this.#guidanceUntilMs[index]!, untilMs)
    if (grant.ceiling !== 'control') return
    this.#controlUntilMs[index] = Math.max(this.#controlUntilMs[index]!, untilMs)
  }

  /**
   * The clock of a device leapt by so many seconds. Back by less than it can see, its grant ends
   * that much later, and still within 90 s of its giving; any other leap only shortens it.
   */
  leapt({ index, clock }: SimDevice, byS: number): void {
    if (byS >= 0 || byS <= -UNSEEN_LEAP_S) return
    const laterMs = (-byS / clock.rate) * 1000
    const mostMs = this.#givenMs[index]! + GRANT_MS
    for (const untilMs of [this.#guidanceUntilMs, this.#controlUntilMs]) {
      untilMs[index] = Math.max(untilMs[index]!, Math.min(untilMs[index]! + laterMs, mostMs))
    }
  }

  /** A device started, or slept and does not know how long: what was granted before is void. */
  voided({ index }: SimDevice): void {
    this.#guidanceUntilMs[index] = 0
    this.#controlUntilMs[index] = 0
    this.#dueMs[index] = 0
  }

  /** The desk decided what it wants of the partitions from now on. */
  decided({ failsafe, aims, number }: Standing): void {
    this.#note(number)
    // Who is above natural may have less time from now on.
    this.#dueMs.fill(0)
    this.centreEpoch(failsafe.epoch)
    if (failsafe.granting) this.#pulledAtMs = Number.POSITIVE_INFINITY
    else if (this.#pulledAtMs === Number.POSITIVE_INFINITY) this.#pulledAtMs = this.#nowMs()
    for (const { aim } of aims) {
      if (aim.way !== 'back' || this.#stoppedMs.has(aim.release)) continue
      this.#stoppedMs.set(aim.release, this.#nowMs())
    }
  }

  /** I3 of the centre. */
  centreEpoch(epoch: number): void {
    if (epoch < this.#centreEpoch) {
      this.#broken('I3', `the centre went back from epoch ${this.#centreEpoch} to ${epoch}`)
    }
    this.#centreEpoch = epoch
  }

  /** I4: a message on `upd` is sent to a device. */
  ordered(device: SimDevice, payload: Uint8Array): void {
    const order = decodeUpdateOrder(payload)
    if (!order.ok || !('release' in order.value)) return
    const { release } = order.value
    const stopped = this.#stoppedMs.get(release)
    if (stopped !== undefined && this.#nowMs() - stopped > STOP_MS) {
      this.#broken('I4', `${device.id} is sent release ${release}, which was stopped`)
    }
  }

  /** I5: one more connection was let in. */
  admitted(): void {
    const atMs = this.#nowMs()
    const times = this.#admittedMs
    times.push(atMs)
    let first = 0
    while (times[first]! <= atMs - 1000) first++
    if (first > 0) times.splice(0, first)
    const { ratePerS, burst } = this.#limit
    if (times.length > ratePerS + burst + 1) {
      this.#broken('I5', `${times.length} connections in a second, at most ${ratePerS} + ${burst}`)
    }
  }

  /** The gates took in records. */
  received(count: number): void {
    this.ledger.counts.received += count
    this.#underWay += count
  }

  /** Records that the gates took in are durable. */
  becameDurable(count: number): void {
    this.ledger.counts.durable += count
    this.#underWay -= count
  }

  /** Records were refused, and their reason counted. */
  rejected(count: number): void {
    this.ledger.counts.rejected += count
    this.#underWay -= count
  }

  /** I8: received = durable + rejected + lost + what still waits. */
  balance(waiting: number): void {
    const { received, durable, rejected, lost } = this.ledger.counts
    if (this.#underWay !== waiting || received !== durable + rejected + lost + waiting) {
      const words = `${received} received, ${durable} durable, ${rejected} rejected`
      this.#broken('I8', `${words}, ${lost} lost in a crash, ${waiting} wait`)
    }
  }

  /** The centre died; what waited is lost unless the disk has it. */
  died(): void {
    this.ledger.counts.lost += this.#underWay
    this.#underWay = 0
  }

  /** A record of a device, or of the centre itself, is on the disk at an offset. */
  kept(partition: number, offset: number, atMs: number): void {
    this.#lengths.set(partition, offset + 1)
    if (partition === DESK_PARTITION) this.#deskMs = this.#nowMs()
    this.#note(atMs)
  }

  /** I2: the disk gives back at least what it was seen to hold, which is the answer. */
  recovered(partition: number, length: number): number {
    const known = this.#lengths.get(partition) ?? 0
    if (length < known) this.#broken('I2', `partition ${partition} has ${length} of ${known}`)
    return known
  }

  /** Of what was thought lost so many entries were found on the disk after the crash. */
  found(count: number): void {
    const { counts } = this.ledger
    const back = Math.min(Math.max(0, count), counts.lost)
    counts.lost -= back
    counts.durable += back
  }

  /** I2, first half: what is acknowledged is durable. */
  acknowledged(device: SimDevice, tap: WireTap, bytes: Uint8Array): void {
    const key = tap.acknowledged(bytes)
    if (key === undefined) return
    this.#broken('I2', `${key} of ${device.id} is acknowledged and not durable`)
  }

  /** I2, second half: what a device forgets is durable. */
  freed(device: SimDevice, boot: number, seq: number): void {
    const key = this.ledger.forgotten(device, boot, seq)
    if (key !== undefined) this.#broken('I2', `${device.id} forgot ${key}, which is not durable`)
  }

  /** I7: two texts of what must be one state. */
  same(what: string, live: string, replayed: string): void {
    this.#note(hash32(live))
    if (live === replayed) return
    const at = [...live].findIndex((letter, i) => letter !== replayed[i])
    const [was, is] = [live, replayed].map((text) => text.slice(Math.max(0, at - 30), at + 50))
    this.#broken('I7', `the log gives ${what} as …${is}…, it was …${was}…`)
  }

  /** I6: something is not as it must be once the faults are over. */
  notBack(words: string): void {
    this.#broken('I6', words)
  }

  #broken(invariant: Invariant, words: string): void {
    this.breach ??= { invariant, atMs: this.#nowMs(), words }
  }

  #note(number: number): void {
    this.#digest = (Math.imul(this.#digest ^ number, 0x01000193) + Math.floor(this.#nowMs())) >>> 0
  }
}
