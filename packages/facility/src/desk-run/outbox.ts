/** How long is waited before something is sent again, ms. */
const AGAIN_MS = 500

/** Most that wait; more is a fault of the program, which must not eat the memory of the others. */
const MOST_WAITING = 100_000

/**
 * What has to arrive, in order: sent together with whatever came meanwhile, and again until it
 * arrives. One sending is under way at a time.
 */
export class Outbox<Item> {
  readonly #send: (items: readonly Item[]) => Promise<void>
  #waiting: Item[] = []
  #running: Promise<void> | undefined
  #isClosed = false

  constructor(send: (items: readonly Item[]) => Promise<void>) {
    this.#send = send
  }

  /** What has not arrived. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Sends it now or behind what waits; false when too much waits. */
  push(item: Item): boolean {
    if (this.#waiting.length >= MOST_WAITING) return false
    this.#waiting.push(item)
    this.#running ??= this.#run()
    return true
  }

  /** Resolves when all of it has arrived, or the outbox was closed. */
  drained(): Promise<void> {
    return this.#running ?? Promise.resolve()
  }

  /** Sends nothing again. */
  close(): void {
    this.#isClosed = true
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const items = this.#waiting.slice()
      const arrived = await this.#send(items).then(
        () => true,
        () => false,
      )
      if (arrived) this.#waiting.splice(0, items.length)
      else if (this.#isClosed) break
      else await new Promise((later) => setTimeout(later, AGAIN_MS))
    }
    this.#running = undefined
  }
}
