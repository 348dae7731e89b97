import type { WireTap } from './ledger.ts'
import type { Sky } from './sky.ts'

/** Least, and usually most, time that a piece is under way, ms. */
const LEAST_MS = 5
const USUAL_MS = 120
/** Longest time that a late piece is, ms: minutes in a buffer that nobody looks at. */
const LATEST_MS = 150_000

/** What a connection's two ends are told. */
export type WireEnds = {
  up(bytes: Uint8Array): void
  down(bytes: Uint8Array): void
  upClosed(): void
  downClosed(): void
}

/**
 * One connection of a device in a district: in order and whole, as TCP is, but for the weather, the
 * districts that are held, and cuts that one end or both may never hear of.
 */
export class Wire {
  readonly #sky: Sky
  readonly #district: number
  readonly #tap: WireTap
  readonly #ends: WireEnds
  #upAtMs = 0
  #downAtMs = 0
  #isWhole = true
  #isUpOpen = true
  #isDownOpen = true

  constructor(sky: Sky, district: number, tap: WireTap, ends: WireEnds) {
    this.#sky = sky
    this.#district = district
    this.#tap = tap
    this.#ends = ends
  }

  /** One whole packet from the device to the centre. */
  send(bytes: Uint8Array): void {
    this.#tap.sent(bytes)
    if (!this.#isWhole) return
    const { random, weather } = this.#sky
    if (weather.split === 0 || bytes.length < 2 || random.uniform() >= weather.split) {
      this.#sendPieceUp(bytes)
      return
    }
    const at = 1 + random.integer(bytes.length - 1)
    this.#sendPieceUp(bytes.subarray(0, at))
    this.#sendPieceUp(bytes.subarray(at))
  }

  #sendPieceUp(piece: Uint8Array): void {
    this.#upAtMs = this.#arrival(this.#upAtMs)
    this.#sky.queue.at(this.#upAtMs, () => {
      if (this.#isWhole && this.#isUpOpen) this.#ends.up(piece)
    })
  }

  /** From the centre to the device; `mayStray` for whole messages at QoS 0. */
  sendDown(bytes: Uint8Array, mayStray: boolean): void {
    if (!this.#isWhole) return
    const deliver = (): void => {
      if (this.#isWhole && this.#isDownOpen) this.#ends.down(bytes)
    }
    const { queue, random, weather } = this.#sky
    const before = this.#downAtMs
    if (mayStray && weather.lost > 0 && random.uniform() < weather.lost) return
    this.#downAtMs = this.#arrival(before)
    const isSwapped = mayStray && weather.swapped > 0 && random.uniform() < weather.swapped
    queue.at(isSwapped ? before - 1 : this.#downAtMs, deliver)
    if (mayStray && weather.twice > 0 && random.uniform() < weather.twice) {
      queue.at(this.#downAtMs + random.uniform() * LATEST_MS, deliver)
    }
  }

  /** All that is under way is lost; each end hears of it after its own time, Infinity = never. */
  cut(deviceHearsMs: number, centreHearsMs: number): void {
    if (!this.#isWhole) return
    this.#isWhole = false
    const { queue } = this.#sky
    if (Number.isFinite(deviceHearsMs)) queue.after(deviceHearsMs, () => this.#closeDown())
    if (Number.isFinite(centreHearsMs)) queue.after(centreHearsMs, () => this.#closeUp())
  }

  /** One end closes in order: what it sent before still arrives. */
  close(by: 'device' | 'centre'): void {
    if (by === 'device') this.#isDownOpen = false
    else this.#isUpOpen = false
    const at = by === 'device' ? this.#arrival(this.#upAtMs) : this.#arrival(this.#downAtMs)
    this.#sky.queue.at(at, () => {
      this.#isWhole = false
      if (by === 'device') this.#closeUp()
      else this.#closeDown()
    })
  }

  #closeUp(): void {
    if (!this.#isUpOpen) return
    this.#isUpOpen = false
    this.#ends.upClosed()
  }

  #closeDown(): void {
    if (!this.#isDownOpen) return
    this.#isDownOpen = false
    this.#ends.downClosed()
  }

  #arrival(lastMs: number): number {
    const { queue, random, weather, heldUntilMs } = this.#sky
    const isLate = weather.late > 0 && random.uniform() < weather.late
    const range = isLate ? LATEST_MS : USUAL_MS
    const underWay = LEAST_MS + random.uniform() * random.uniform() * range
    return Math.max(lastMs, queue.nowMs + underWay, heldUntilMs[this.#district]!)
  }
}
