/** Somebody with work that can be done piece by piece. */
export type Worker = {
  /** Does a piece, at a time (monotonic, ms); true when there is more. */
  work(nowMs: number): boolean
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
  /** What was spent of the loop's turn, and when what is being done began; NaN = nothing is. */
  #spentMs = 0
  #begunMs = Number.NaN
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
    const nowMs = this.#nowMs()
    if (Number.isNaN(this.#begunMs)) this.#begunMs = nowMs - this.#spentMs
    const isLate = this.#queue.length > 0 || nowMs - this.#begunMs >= this.#turnMs
    if (isLate || !this.#mayWork() || worker.work(nowMs)) this.#queue.push(worker)
    this.#plan()
  }

  #plan(): void {
    if (this.#isPlanned) return
    this.#isPlanned = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#isPlanned = false
    const begunMs = this.#nowMs()
    let nowMs = begunMs
    const queue = this.#queue
    this.#queue = []
    let at = 0
    while (at < queue.length && nowMs - begunMs < this.#turnMs && this.#mayWork()) {
      const worker = queue[at++]!
      if (worker.work(nowMs)) queue.push(worker)
      nowMs = this.#nowMs()
    }
    // Others' waiting is nobody's work: the next that is asked for begins to count anew.
    this.#spentMs = nowMs - begunMs
    this.#begunMs = Number.NaN
    // What was asked for meanwhile comes behind what waited before.
    this.#queue = at === 0 ? queue.concat(this.#queue) : queue.slice(at).concat(this.#queue)
    if (this.#queue.length > 0 && this.#mayWork()) this.#plan()
  }

  /** Goes on after there was no room. */
  wake(): void {
    if (this.#queue.length > 0) this.#plan()
  }
}
