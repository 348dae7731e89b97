/** Somebody with work that can be done piece by piece. */
export type Worker = {
  /** Whether there is more of it than of most; then it waits for those with less. */
  readonly isLong?: boolean
  /** Does a piece, at a time (monotonic, ms); true when there is more. */
  work(nowMs: number): boolean
}

/**
 * Shares a process's one thread: work is done at once while the turn of the event loop has time
 * left, and otherwise in later turns, one piece each in the order they came, those with little
 * before those with much; of these each turn has at least one piece. Timers, signals and others'
 * bytes are never further away than `turnMs` and two pieces. Rule F19 of SPEC.md.
 */
export class FairTurns {
  readonly #turnMs: number
  readonly #nowMs: () => number
  readonly #mayWork: (isLong: boolean) => boolean
  readonly #short: Worker[] = []
  readonly #long: Worker[] = []
  /** What was spent of the loop's turn, and when what is being done began; NaN = nothing is. */
  #spentMs = 0
  #begunMs = Number.NaN
  #isPlanned = false

  /** `mayWork` is asked before each piece: false while what comes of it has no room. */
  constructor(turnMs: number, nowMs: () => number, mayWork: (isLong: boolean) => boolean) {
    this.#turnMs = turnMs
    this.#nowMs = nowMs
    this.#mayWork = mayWork
  }

  get waiting(): number {
    return this.#short.length + this.#long.length
  }

  /** Gives somebody their turn: now, or later. */
  ask(worker: Worker): void {
    const nowMs = this.#nowMs()
    if (Number.isNaN(this.#begunMs)) this.#begunMs = nowMs - this.#spentMs
    const isLong = worker.isLong === true
    const before = isLong ? this.waiting : this.#short.length
    const isLate = before > 0 || nowMs - this.#begunMs >= this.#turnMs
    if (isLate || !this.#mayWork(isLong) || worker.work(nowMs)) this.#wait(worker)
    this.#plan()
  }

  /** Goes on after there was no room. */
  wake(): void {
    if (this.#isAnyReady()) this.#plan()
  }

  #wait(worker: Worker): void {
    if (worker.isLong === true) this.#long.push(worker)
    else this.#short.push(worker)
  }

  #isAnyReady(): boolean {
    return (
      (this.#short.length > 0 && this.#mayWork(false)) ||
      (this.#long.length > 0 && this.#mayWork(true))
    )
  }

  #plan(): void {
    if (this.#isPlanned) return
    this.#isPlanned = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#isPlanned = false
    const begunMs = this.#nowMs()
    const untilMs = begunMs + this.#turnMs
    const endMs = this.#run(this.#long, this.#run(this.#short, begunMs, untilMs), untilMs)
    // Others' waiting is nobody's work: the next that is asked for begins to count anew.
    this.#spentMs = endMs - begunMs
    this.#begunMs = Number.NaN
    if (this.#isAnyReady()) this.#plan()
  }

  /**
   * Works on those of a queue until a time, on one at least of those with much, however many have
   * little; gives the time when it ended.
   */
  #run(queue: Worker[], fromMs: number, untilMs: number): number {
    const isLong = queue === this.#long
    let nowMs = fromMs
    let at = 0
    while (
      at < queue.length &&
      (nowMs < untilMs || (isLong && at === 0)) &&
      this.#mayWork(isLong)
    ) {
      const worker = queue[at++]!
      if (worker.work(nowMs)) this.#wait(worker)
      nowMs = this.#nowMs()
    }
    queue.splice(0, at)
    return nowMs
  }
}
