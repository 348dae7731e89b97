import type { Callout } from './callout.ts'
import type { CalloutBook, Due } from './callout-book.ts'
import type { Target } from './target.ts'

/** How a target does. */
export type TargetState = {
  readonly name: string
  readonly kind: Target['kind']
  readonly label: string
  /** Pages that have not arrived. */
  readonly waiting: number
  /** Pages that arrived since the start, and attempts that failed. */
  readonly told: number
  readonly failed: number
  /** When a page last arrived; undefined when none did since the start. */
  readonly toldMs?: number
  /** Since when it takes nothing, and why; undefined when it does. */
  readonly failingSinceMs?: number
  readonly why?: string
}

/** What a caller is made of. */
export type CallerOptions = {
  readonly target: Target
  readonly book: CalloutBook
  nowMs(): number
  changed(): void
  say(level: 'info' | 'error', what: string, facts: Readonly<Record<string, unknown>>): void
}

/** Longest that one sending may take, ms. */
const SEND_MS = 30_000

/** After a failure it is tried again so late: doubled each time, from the first to the last, ms. */
const FIRST_AGAIN_MS = 2000
const LAST_AGAIN_MS = 60_000

/** Pages that wait for one target; the desk has 64 incidents open at most. */
const MOST_WAITING = 128

/**
 * One target and the pages that it is to have, the newest of each subject: one is sent at a time,
 * and after a failure none for a while. A target that is dead costs the others nothing.
 */
export class Caller {
  readonly #options: CallerOptions
  readonly #ending = new AbortController()
  /** The newest page of each subject that came from the desk, and whether it arrived. */
  #due = new Map<string, { readonly page: Callout; isTold: boolean }>()
  /** Pages that are not in the store. */
  #aside = new Map<string, Callout>()
  #running: Promise<void> | undefined
  #state: TargetState
  #tries = 0
  #againMs = Number.NEGATIVE_INFINITY

  constructor(options: CallerOptions) {
    this.#options = options
    const { name, kind, label } = options.target
    this.#state = { name, kind, label, waiting: 0, told: 0, failed: 0 }
  }

  get name(): string {
    return this.#options.target.name
  }

  get state(): TargetState {
    return { ...this.#state, waiting: this.#unsent().length }
  }

  /** Whether a page is known here: on its way, or arrived. */
  knows({ id, subject }: Callout): boolean {
    return this.#due.get(subject)?.page.id === id
  }

  /** A page of the desk; one about the same that is on its way need not arrive any more. */
  put(page: Callout): void {
    if (this.#due.size >= MOST_WAITING && !this.#due.has(page.subject)) return
    this.#due.set(page.subject, { page, isTold: false })
    this.#write({ target: this.name, page, isTold: false })
    this.#changed()
    this.go()
  }

  /** A page that is kept in memory only. */
  putAside(page: Callout): void {
    this.#aside.set(page.subject, page)
    this.#changed()
  }

  /** What the store has for this target. */
  takeOn(kept: readonly Due[]): void {
    for (const { target, page, isTold } of kept) {
      if (target === this.name && !this.#due.has(page.subject)) {
        this.#due.set(page.subject, { page, isTold })
      }
    }
    this.#changed()
  }

  /** The desk is held elsewhere: what it wants told is told from there. */
  leave(): void {
    if (this.#due.size === 0) return
    this.#due = new Map()
    this.#changed()
  }

  /** Forgets all subjects but those. */
  keep(isCalling: (subject: string) => boolean): void {
    for (const subject of [...this.#due.keys()]) if (!isCalling(subject)) this.#drop(subject)
  }

  /** Forgets a page that is in memory only. */
  forget(subject: string): void {
    if (this.#aside.delete(subject)) this.#changed()
  }

  /** Sends what is due, if anything is and it is time. */
  go(): void {
    const isDue = this.#unsent().length > 0 && this.#options.nowMs() >= this.#againMs
    if (!isDue || this.#running !== undefined || this.#ending.signal.aborted) return
    this.#running = this.#send().finally(() => {
      this.#running = undefined
      // What came meanwhile.
      if (this.#tries === 0) this.go()
    })
  }

  /** Tries to send a page once; why it did not arrive, or undefined. */
  async tried(page: Callout): Promise<string | undefined> {
    const patience = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(SEND_MS)])
    const late = new Promise<never>((_, failed) => {
      patience.addEventListener('abort', () => failed(new Error('no answer in time')))
    })
    try {
      await Promise.race([this.#options.target.send(page, patience), late])
      this.#told()
      return undefined
    } catch (error) {
      const why = (error as Error).message.slice(0, 100)
      if (!this.#ending.signal.aborted) this.#failed(why)
      return why
    }
  }

  /** Sends nothing more. */
  async close(): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  #unsent(): Callout[] {
    const due = [...this.#due.values()].filter(({ isTold }) => !isTold).map(({ page }) => page)
    return [...this.#aside.values(), ...due].sort((a, b) => a.atMs - b.atMs)
  }

  async #send(): Promise<void> {
    const [page] = this.#unsent()
    if (page === undefined) return
    const why = await this.tried(page)
    if (why !== undefined) return
    if (this.#aside.get(page.subject) === page) this.#aside.delete(page.subject)
    const due = this.#due.get(page.subject)
    if (due?.page === page) {
      due.isTold = true
      this.#write({ target: this.name, page, isTold: true })
    }
    this.#changed()
  }

  #told(): void {
    const { failingSinceMs, why: _, ...rest } = this.#state
    const { label } = rest
    if (failingSinceMs !== undefined) this.#options.say('info', 'pages arrive again', { label })
    this.#state = { ...rest, told: rest.told + 1, toldMs: this.#options.nowMs() }
    this.#tries = 0
    this.#againMs = Number.NEGATIVE_INFINITY
    this.#changed()
  }

  #failed(why: string): void {
    const atMs = this.#options.nowMs()
    const { failingSinceMs = atMs, failed, label } = this.#state
    if (this.#tries === 0) this.#options.say('error', 'a page did not arrive', { label, why })
    this.#state = { ...this.#state, failed: failed + 1, failingSinceMs, why }
    this.#againMs = atMs + Math.min(LAST_AGAIN_MS, FIRST_AGAIN_MS * 2 ** Math.min(this.#tries, 6))
    this.#tries++
    this.#changed()
  }

  #drop(subject: string): void {
    this.#due.delete(subject)
    this.#options.book.drop(this.name, subject).catch(() => undefined)
    this.#changed()
  }

  /** The store may be away: the page is sent all the same, and found again in its incident. */
  #write(due: Due): void {
    this.#options.book.put(due).catch(({ message }: Error) => {
      this.#options.say('error', 'a page was not kept', { why: message })
    })
  }

  #changed(): void {
    this.#options.changed()
  }
}
