import { assert } from '../../math/assert.ts'

/** Most events that may wait at once: more is a flood of the simulation's own making. */
const MOST_WAITING = 50_000_000

/**
 * A virtual clock and what is to happen on it, in order of time and, at one time, in the order in
 * which it was planned: a binary heap. Times are true time, ms since the simulation began.
 */
export class EventQueue {
  #times = new Float64Array(1024)
  #orders = new Float64Array(1024)
  #acts: (() => void)[] = []
  #size = 0
  #planned = 0
  #nowMs = 0
  #done = 0

  get nowMs(): number {
    return this.#nowMs
  }

  /** Events that have happened. */
  get done(): number {
    return this.#done
  }

  /** Plans `act` for `atMs`; what is planned for the past happens next. */
  at(atMs: number, act: () => void): void {
    assert(this.#size < MOST_WAITING, `${this.#size} events wait`)
    if (this.#size === this.#times.length) this.#grow()
    const time = Math.max(atMs, this.#nowMs)
    const order = this.#planned++
    let i = this.#size++
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!this.#isAfter(parent, time, order)) break
      this.#move(parent, i)
      i = parent
    }
    this.#put(i, time, order, act)
  }

  /** Plans `act` for `afterMs` from now. */
  after(afterMs: number, act: () => void): void {
    this.at(this.#nowMs + afterMs, act)
  }

  /** Lets all happen that is planned up to `untilMs`, and what that plans in turn. */
  run(untilMs: number): void {
    while (this.#size > 0 && this.#times[0]! <= untilMs) {
      this.#nowMs = this.#times[0]!
      const act = this.#acts[0]!
      this.#pop()
      this.#done++
      act()
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  #pop(): void {
    const last = --this.#size
    const [time, order, act] = [this.#times[last]!, this.#orders[last]!, this.#acts[last]!]
    this.#acts.length = last
    if (last === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= last) break
      const right = child + 1
      if (right < last && this.#isAfter(child, this.#times[right]!, this.#orders[right]!)) {
        child = right
      }
      if (this.#isAfter(child, time, order)) break
      this.#move(child, i)
      i = child
    }
    this.#put(i, time, order, act)
  }

  /** Whether what is at `i` comes after (`time`, `order`). */
  #isAfter(i: number, time: number, order: number): boolean {
    const at = this.#times[i]!
    return at > time || (at === time && this.#orders[i]! > order)
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from]!, this.#orders[from]!, this.#acts[from]!)
  }

  #put(i: number, time: number, order: number, act: () => void): void {
    this.#times[i] = time
    this.#orders[i] = order
    this.#acts[i] = act
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#size)
    times.set(this.#times)
    this.#times = times
    const orders = new Float64Array(2 * this.#size)
    orders.set(this.#orders)
    this.#orders = orders
  }
}
