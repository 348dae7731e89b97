import { assert } from '../../math/assert.ts'

/** Most events that may wait at once: more is a flood of the simulation's own making. */
const MOST_WAITING = 50_000_000

/**
 * A virtual clock and what is to happen on it, in order of time and, at one time, in the order in
 * which it was planned: a binary heap of numbers, which knows what happens by its place. Times are
 * true time, ms since the simulation began.
 */
export class EventQueue {
  #times = new Float64Array(1024)
  #orders = new Float64Array(1024)
  /** Where what happens is among `#acts`, by place in the heap; beyond its end the free places. */
  #slots = Uint32Array.from({ length: 1024 }, (_, i) => i)
  readonly #acts: ((() => void) | undefined)[] = []
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
    const last = this.#size
    if (last === this.#times.length) this.#grow()
    this.#size = last + 1
    const time = Math.max(atMs, this.#nowMs)
    const order = this.#planned++
    const times = this.#times
    const orders = this.#orders
    const slots = this.#slots
    const slot = slots[last]!
    this.#acts[slot] = act
    let i = last
    while (i > 0) {
      const parent = (i - 1) >> 1
      // What was planned before happens before: at one time the newest is the last.
      if (times[parent]! <= time) break
      times[i] = times[parent]!
      orders[i] = orders[parent]!
      slots[i] = slots[parent]!
      i = parent
    }
    times[i] = time
    orders[i] = order
    slots[i] = slot
  }

  /** Plans `act` for `afterMs` from now. */
  after(afterMs: number, act: () => void): void {
    this.at(this.#nowMs + afterMs, act)
  }

  /** Lets all happen that is planned up to `untilMs`, and what that plans in turn. */
  run(untilMs: number): void {
    while (this.#size > 0 && this.#times[0]! <= untilMs) {
      this.#nowMs = this.#times[0]!
      const slot = this.#slots[0]!
      const act = this.#acts[slot]!
      this.#acts[slot] = undefined
      this.#pop(slot)
      this.#done++
      act()
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  /** Takes the first out; its place among the acts is free. */
  #pop(free: number): void {
    const times = this.#times
    const orders = this.#orders
    const slots = this.#slots
    const last = --this.#size
    const time = times[last]!
    const order = orders[last]!
    const slot = slots[last]!
    slots[last] = free
    if (last === 0) return
    let i = 0
    for (let child = 1; child < last; child = 2 * i + 1) {
      const right = child + 1
      if (right < last && isAfter(times[child]!, orders[child]!, times[right]!, orders[right]!)) {
        child = right
      }
      if (isAfter(times[child]!, orders[child]!, time, order)) break
      times[i] = times[child]!
      orders[i] = orders[child]!
      slots[i] = slots[child]!
      i = child
    }
    times[i] = time
    orders[i] = order
    slots[i] = slot
  }

  #grow(): void {
    const length = 2 * this.#size
    assert(length <= MOST_WAITING, `${this.#size} events wait`)
    const times = new Float64Array(length)
    times.set(this.#times)
    this.#times = times
    const orders = new Float64Array(length)
    orders.set(this.#orders)
    this.#orders = orders
    const slots = Uint32Array.from({ length }, (_, i) => i)
    slots.set(this.#slots)
    this.#slots = slots
  }
}

function isAfter(time: number, order: number, thanTime: number, thanOrder: number): boolean {
  return time > thanTime || (time === thanTime && order > thanOrder)
}
