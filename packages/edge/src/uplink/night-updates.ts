import { type DeviceEvent, decodeUpdateOrder } from '@nocturne/core/fleet'
import { describeProblem } from '@nocturne/core/math'
import type { ReleaseFetch, ReleaseShelf, ShelfOutcome } from '../release-shelf/release-shelf.ts'

/** The part of a shelf that a night's orders go to, whatever its loop. */
export type NightShelf = Pick<
  ReleaseShelf<unknown>,
  'running' | 'parameters' | 'take' | 'setBack' | 'night'
>

/** What orders of a centre are carried out with. */
export type UpdatesOptions = {
  readonly shelf: NightShelf
  readonly fetch: ReleaseFetch
  /** The wall clock, ms since the epoch. */
  wallMs(): number
  /** Tells the centre; the time is stamped by the uplink. */
  tellOutcome(outcome: Omit<Extract<DeviceEvent, { kind: 'release' }>, 'atS' | 'kind'>): void
  /** The night that goes on has to be natural. */
  natural(): void
  tell(text: string): void
}

/**
 * Orders of a centre about releases: to go back is followed at once, natural for the rest of the
 * night; to take one waits for the night's end, since its trial run would make the loop late. The
 * order itself is believed nothing: what is signed is fetched and checked. Rules F30-F39.
 */
export class NightUpdates {
  readonly #options: UpdatesOptions
  #isWanted = false
  #work: Promise<void> = Promise.resolve()

  constructor(options: UpdatesOptions) {
    this.#options = options
    this.#then(() => options.shelf.night(true))
  }

  /** Hears the payload of `upd`; what is no order is nothing. */
  hear(payload: Uint8Array): void {
    const order = decodeUpdateOrder(payload)
    if (!order.ok) return
    const { shelf } = this.#options
    if ('release' in order.value) {
      this.#isWanted = order.value.release !== shelf.running
      return
    }
    this.#isWanted = false
    const { setBack } = order.value
    this.#then(async () => this.#tell(await shelf.setBack(setBack)))
  }

  /** The night is over: takes what was ordered. Resolves when it is done, or will not be. */
  end(): Promise<void> {
    const { shelf, fetch, wallMs } = this.#options
    this.#then(() => shelf.night(false))
    if (this.#isWanted) this.#then(async () => this.#tell(await shelf.take(fetch, wallMs())))
    return this.#work
  }

  #then(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: Error) => {
      this.#options.tell(`a release was not followed: ${error.message}`)
    })
  }

  #tell({ release, outcome, natural, problem }: ShelfOutcome): void {
    const { tell, tellOutcome } = this.#options
    const why = problem === undefined ? '' : `: ${describeProblem(problem)}`
    tell(`release ${release === 0 ? 'as shipped' : release} is ${outcome}${why}`)
    if (natural) this.#options.natural()
    tellOutcome({ release, outcome })
  }
}

/** Fetches what a centre serves of its releases. */
export function releasesOf(url: string): ReleaseFetch {
  return async function* (path) {
    const place = `${url.replace(/\/+$/, '')}/v1/releases/${path}`
    const answer = await fetch(place, { redirect: 'error', signal: AbortSignal.timeout(60_000) })
    if (!answer.ok || answer.body === null) throw new Error(`${answer.status}`)
    for await (const piece of answer.body) yield piece
  }
}
