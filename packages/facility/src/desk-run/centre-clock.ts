/** How far the clock may run faster or slower than time does, to meet the wall clock again. */
const SLEW = 0.05

/**
 * The centre's one clock, unix ms: it goes with monotonic time, meets the wall clock slowly and
 * never jumps, so that a wall clock that is set leaves grants and alarms as they are.
 */
export class CentreClock {
  readonly #wallMs: () => number
  readonly #monotonicMs: () => number
  #atMs: number
  #lookedMs: number

  constructor(
    wallMs: () => number = Date.now,
    monotonicMs: () => number = () => performance.now(),
  ) {
    this.#wallMs = wallMs
    this.#monotonicMs = monotonicMs
    this.#atMs = wallMs()
    this.#lookedMs = monotonicMs()
  }

  /** Now, whole ms; never earlier than it was. */
  nowMs(): number {
    const looked = this.#monotonicMs()
    const passed = Math.max(0, looked - this.#lookedMs)
    this.#lookedMs = looked
    const behind = this.#wallMs() - (this.#atMs + passed)
    this.#atMs += passed + Math.max(-SLEW * passed, Math.min(SLEW * passed, behind))
    return Math.floor(this.#atMs)
  }

  /** From now on at least this: what a log holds is the past. */
  atLeast(ms: number): void {
    this.#atMs = Math.max(this.#atMs, ms)
  }
}
