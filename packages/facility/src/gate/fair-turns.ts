/** Somebody with work that can be done piece by piece. */
export type Worker = {
  /** Does a piece; true when there is more. */
  work(): boolean
}

/**
 * Shares a process's one thread: work is done at once while the turn of the event loop has time
 * left, and otherwise in later turns, one piece each in the order they came. Timers, signals and
 * others' bytes are never further away than `turnMs` and one piece. Rule F19 of SPEC.md.
 */
export class FairTurns {
  readonly #turnMs: number
  readonly #nowMs: () => number
  readonly #mayWork: () => boolean
  #queue: Worker[] = []
  #spentMs = 0
  #isPlanned = false

  /** `mayWork` is asked before each piece that waited: false while what comes of it has no room. */
  constructor(turnMs: number, nowMs: () => number, mayWork: () => boolean) {
    this.#turnMs = turnMs
    this.#nowMs = nowMs
    this.#mayWork = mayWork
  }

  get waiting(): number {
    return this.#queue.length
  }

  /** Gives somebody their turn: now, or later. */
  ask(worker: Worker): void {
    if (this.#queue.length > 0 || this.#spentMs >= this.#turnMs || !this.#mayWork()) {
      this.#queue.push(worker)
    } else if (this.#do(worker)) this.#queue.push(worker)
    this.#plan()
  }

  #plan(): void {
    if (this.#isPlanned) return
    this.#isPlanned = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#isPlanned = false
    this.#spentMs = 0
    const queue = this.#queue
    this.#queue = []
    let at = 0
    while (at < queue.length && this.#spentMs < this.#turnMs && this.#mayWork()) {
      const worker = queue[at++]!
      if (this.#do(worker)) queue.push(worker)
    }
    // What was asked for meanwhile comes behind what waited before.
    this.#queue = at === 0 ? queue.concat(this.#queue) : queue.slice(at).concat(this.#queue)
    if (this.#queue.length > 0 && this.#mayWork()) this.#plan()
  }

  /** Goes on after there was no room. */
  wake(): void {
    if (this.#queue.length > 0) this.#plan()
  }

  #do(worker: Worker): boolean {
    const begun = this.#nowMs()
    const isMore = worker.work()
    this.#spentMs += this.#nowMs() - begun
    return isMore
  }
}
