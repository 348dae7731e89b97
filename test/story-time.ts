import { CentreClock } from '../packages/facility/src/desk-run/centre-clock.ts'

/** A clock and its alarms, as links are made with. */
type Timer = { now(): number; after(ms: number, run: () => void): () => void }

type Alarm = { readonly atMs: number; readonly run: () => void }

/** Time that stands until it is told to pass: that of a whole town, of which each has a clock. */
export class StoryTime {
  readonly #startMs: number
  #ms = 0
  readonly #alarms = new Set<Alarm>()

  /** Begins at a unix time, ms. */
  constructor(startMs: number) {
    this.#startMs = startMs
  }

  /** Unix time, ms. */
  get wallMs(): number {
    return this.#startMs + this.#ms
  }

  /** The clock of a centre in this town. */
  centreClock(): CentreClock {
    return new CentreClock(
      () => this.wallMs,
      () => this.#ms,
    )
  }

  /** A monotonic clock that goes so many times as fast as time does. */
  timer(rate: number): Timer {
    return {
      now: () => this.#ms * rate,
      after: (ms, run) => {
        const alarm = { atMs: this.#ms + ms / rate, run }
        this.#alarms.add(alarm)
        return () => this.#alarms.delete(alarm)
      },
    }
  }

  /** Time passes; no alarm rings before `ring`. */
  skip(ms: number): void {
    this.#ms += ms
  }

  /** Every alarm that is due rings, once. */
  ring(): void {
    for (const alarm of [...this.#alarms]) {
      if (alarm.atMs > this.#ms || !this.#alarms.delete(alarm)) continue
      alarm.run()
    }
  }
}
