import type { Incident } from '@nocturne/core/fleet'
import { Caller, type TargetState } from './caller.ts'
import { type Callout, calloutOf, stillCalls } from './callout.ts'
import type { CalloutBook } from './callout-book.ts'
import type { Target } from './target.ts'

/** What a pager is made of. */
export type PagerOptions = {
  readonly targets: readonly Target[]
  readonly book: CalloutBook
  /** Incidents as the desk has them; undefined where the desk is held elsewhere. */
  incidents(): readonly Incident[] | undefined
  /** Why the centre itself does not work just now; empty when it does. */
  troubles(): readonly string[]
  /** Address of the fleet's page; undefined until it has one. */
  link(): string | undefined
  nowMs(): number
  /** The state of the targets changed. */
  changed(states: readonly TargetState[]): void
  /** A word for the journal. */
  say(level: 'info' | 'error', what: string, facts: Readonly<Record<string, unknown>>): void
}

/** What became of a page to one target. */
export type Outcome = {
  readonly kind: Target['kind']
  readonly label: string
  readonly isTold: boolean
  readonly why?: string
}

/** Time between two looks at what is due, ms. */
const LOOK_MS = 1000

/** A trouble of the centre calls when it lasts so long, and again after so long, ms. */
const TROUBLE_MS = 30_000
const TROUBLE_AGAIN_MS = 300_000

/**
 * Calls the people on duty. What the desk wants told is kept in the store and sent until it
 * arrives, until something newer about the same takes its place, or until somebody has the
 * incident: at least once, with an id that is the same each time. A call that a crash kept from the
 * store is found again in the incident itself. Nothing here is waited for by the desk. Rule F84 of
 * SPEC.md.
 */
export class Pager {
  readonly #options: PagerOptions
  readonly #callers: readonly Caller[]
  readonly #timer: NodeJS.Timeout
  #isHeld = false
  #looking: Promise<void> | undefined
  #troubleSinceMs: number | undefined
  #troublePagedMs = Number.NEGATIVE_INFINITY

  constructor(options: PagerOptions) {
    this.#options = options
    const { book, nowMs, say } = options
    const changed = (): void => options.changed(this.states)
    this.#callers = options.targets.map(
      (target) => new Caller({ target, book, nowMs: () => nowMs(), changed, say }),
    )
    this.#timer = setInterval(() => this.look(), LOOK_MS)
    this.#timer.unref()
  }

  /** How each target does. */
  get states(): readonly TargetState[] {
    return this.#callers.map(({ state }) => state)
  }

  /** The desk calls people for an incident. */
  call(incident: Incident, again: boolean): void {
    const link = this.#options.link()
    // Too early: it is found again in the incident.
    if (link === undefined) return
    const page = calloutOf(incident, again, link)
    for (const caller of this.#callers) caller.put(page)
  }

  /** Tries every target once with a page that says that it is a test. */
  test(): Promise<readonly Outcome[]> {
    const atMs = this.#options.nowMs()
    const page: Callout = {
      ...{ id: `test-${atMs}`, subject: 'test', kind: 'test', severity: 'warning' },
      what: 'A test: nothing is wrong',
      ...{ again: false, sinceMs: atMs, atMs, link: this.#options.link() ?? '' },
    }
    return Promise.all(
      this.#callers.map(async (caller) => {
        const why = await caller.tried(page)
        const { kind, label } = caller.state
        return { kind, label, isTold: why === undefined, ...(why !== undefined && { why }) }
      }),
    )
  }

  /** Looks at what is due now; one look at a time. */
  look(): Promise<void> {
    // Where the store is away it is looked at again in a second.
    this.#looking ??= this.#look()
      .catch(() => undefined)
      .finally(() => {
        this.#looking = undefined
      })
    return this.#looking
  }

  /** Sends nothing more; what did not arrive is in the store. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#callers.map((caller) => caller.close()))
    await this.#looking
  }

  async #look(): Promise<void> {
    const link = this.#options.link()
    if (link === undefined) return
    this.#weighTroubles(link)
    const incidents = this.#options.incidents()
    if (incidents === undefined) {
      this.#isHeld = false
      for (const caller of this.#callers) caller.leave()
    } else {
      if (!this.#isHeld) await this.#takeOn()
      this.#isHeld = true
      this.#keepTo(incidents, link)
    }
    for (const caller of this.#callers) caller.go()
  }

  /** Goes on with what an earlier process, or another machine, left. */
  async #takeOn(): Promise<void> {
    const kept = await this.#options.book.all()
    const names = new Set(this.#callers.map(({ name }) => name))
    for (const { target, page } of kept) {
      // Nobody is called at an address that is not asked for any more.
      if (!names.has(target)) await this.#options.book.drop(target, page.subject)
    }
    for (const caller of this.#callers) caller.takeOn(kept)
    this.#options.changed(this.states)
  }

  /** Whoever has an incident is called no more for it; what was never put is put now. */
  #keepTo(incidents: readonly Incident[], link: string): void {
    const calling = new Map(incidents.filter(stillCalls).map((each) => [each.id, each]))
    for (const caller of this.#callers) {
      caller.keep((subject) => calling.has(subject))
      for (const incident of calling.values()) {
        const page = calloutOf(incident, incident.pagedMs > incident.openedMs, link)
        if (!caller.knows(page)) caller.put(page)
      }
    }
  }

  /** The centre itself may be what is wrong: its desk cannot call then. */
  #weighTroubles(link: string): void {
    const { troubles, nowMs } = this.#options
    const why = troubles()
    const atMs = nowMs()
    if (why.length === 0) {
      this.#troubleSinceMs = undefined
      for (const caller of this.#callers) caller.forget(TROUBLE)
      return
    }
    this.#troubleSinceMs ??= atMs
    const sinceMs = this.#troubleSinceMs
    if (atMs - sinceMs < TROUBLE_MS || atMs - this.#troublePagedMs < TROUBLE_AGAIN_MS) return
    this.#troublePagedMs = atMs
    const page: Callout = {
      ...{ id: `centre-${atMs}`, subject: TROUBLE, kind: 'centre', severity: 'critical' },
      // What stands behind the colon may be anything that a program said.
      what: `The centre itself: ${why.map((each) => each.split(':')[0]).join('; ')}`,
      ...{ again: atMs - sinceMs >= TROUBLE_AGAIN_MS, sinceMs, atMs, link },
    }
    // In memory only: it is found again after a start, and the store may be what is wrong.
    for (const caller of this.#callers) caller.putAside(page)
  }
}

const TROUBLE = 'centre'
