/** A device looks at its clock once a second, at its own moment of it. */
const LOOK_S = 1
/** Rounding: a look that is planned for a moment must not come a nanosecond before it, ms. */
const JUST_AFTER_MS = 0.001

/**
 * The monotonic clock of a simulated device against true time: slow or fast by `rate`, and
 * sometimes not monotonic. Device times are s since the boot, true times ms since the simulation
 * began.
 */
export class DeviceClock {
  readonly rate: number
  readonly #phaseS: number
  #trueMs = 0
  #deviceS = 0

  /**
   * `rate` is device seconds per true second; `phaseS` is where in a second it looks at the time.
   */
  constructor(rate: number, phaseS: number) {
    this.rate = rate
    this.#phaseS = phaseS
  }

  /** The device starts: its time is 0. */
  boot(trueMs: number): void {
    this.#trueMs = trueMs
    this.#deviceS = 0
  }

  /** Device time at a true time. */
  at(trueMs: number): number {
    return this.#deviceS + ((trueMs - this.#trueMs) / 1000) * this.rate
  }

  /** True time at which the device's clock says `deviceS`, if nothing happens to it. */
  trueMsOf(deviceS: number): number {
    return this.#trueMs + ((deviceS - this.#deviceS) / this.rate) * 1000
  }

  /** The clock leaps by so many seconds, forth or back, never below 0. */
  leap(trueMs: number, byS: number): void {
    this.#deviceS = Math.max(0, this.at(trueMs) + byS)
    this.#trueMs = trueMs
  }

  /** The clock stands still until a later true time: the machine sleeps. */
  standUntil(trueMs: number, laterMs: number): void {
    this.#deviceS = this.at(trueMs)
    this.#trueMs = laterMs
  }

  /** True time of the device's first look at its clock at or after `dueS` and after `trueMs`. */
  lookAfter(trueMs: number, dueS: number): number {
    const since = Math.max(dueS, this.at(trueMs)) - this.#phaseS
    const lookMs = this.trueMsOf(Math.ceil(since / LOOK_S) * LOOK_S + this.#phaseS) + JUST_AFTER_MS
    return lookMs > trueMs ? lookMs : lookMs + (LOOK_S / this.rate) * 1000
  }
}
