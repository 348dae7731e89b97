/** Who lost a partition to another waits so long before it takes it again; doubled each time, ms. */
const CONTEST_MS = 5000
const MOST_CONTEST_MS = 60_000
/** A partition that was not contended for so long after its wait is new: longer than any wait, ms. */
const PEACE_MS = 2 * MOST_CONTEST_MS

/**
 * Partitions that another took, or that could not be had: when each may be taken again. Two who
 * disagree about a partition ask ever more seldom; one that was left alone for two minutes is new.
 */
export class Contests {
  readonly #waits = new Map<number, { readonly untilMs: number; readonly waitMs: number }>()

  /** Another took it; `nowMs` is monotonic. */
  lost(partition: number, nowMs: number): void {
    const last = this.#waits.get(partition)
    const isNew = last === undefined || nowMs - last.untilMs > PEACE_MS
    const doubled = isNew ? CONTEST_MS : Math.max(CONTEST_MS, 2 * last.waitMs)
    const waitMs = Math.min(MOST_CONTEST_MS, doubled)
    this.#waits.set(partition, { waitMs, untilMs: nowMs + waitMs })
  }

  /** It could not be had just now: it is asked for again after `afterMs`. */
  missed(partition: number, nowMs: number, afterMs: number): void {
    const waitMs = this.#waits.get(partition)?.waitMs ?? 0
    this.#waits.set(partition, { waitMs, untilMs: nowMs + afterMs })
  }

  /** One who may have contended is gone: nothing is left alone for longer than a first time. */
  eased(nowMs: number): void {
    for (const [partition, { waitMs, untilMs }] of this.#waits) {
      this.#waits.set(partition, { waitMs, untilMs: Math.min(untilMs, nowMs + CONTEST_MS) })
    }
  }

  /** Whether it may be taken. */
  mayTake(partition: number, nowMs: number): boolean {
    return nowMs >= (this.#waits.get(partition)?.untilMs ?? 0)
  }
}
