/** What a node says of itself, every second. */
export type Beat = {
  /** Its name, unlike any other's. */
  readonly node: string
  /** Differs from start to start. */
  readonly run: string
  /** Where other nodes pass devices on to, `host:port`. */
  readonly door: string
  /** It goes, and holds nothing any more. */
  readonly isLeaving: boolean
}

/** Time between two beats of a node, ms. */
export const BEAT_MS = 1000
/** A node that was not heard for so long is gone, ms. */
export const AWAY_MS = 4000
/** Who has just come listens for so long before it decides, ms. */
export const SETTLE_MS = 2500

/**
 * Which nodes are there, as one of them hears it. Who does not hear itself is cut off, and knows
 * nothing of the others.
 */
export class Attendance {
  readonly #self: string
  readonly #run: string
  readonly #heard = new Map<string, { readonly beat: Beat; readonly atMs: number }>()
  /** Since when it hears itself without a break. */
  #sinceMs: number | undefined

  constructor({ node, run }: Pick<Beat, 'node' | 'run'>) {
    this.#self = node
    this.#run = run
  }

  /** Takes a beat that was heard; `atMs` is monotonic. False when another has our name. */
  hear(beat: Beat, atMs: number): boolean {
    if (beat.node === this.#self) {
      if (beat.run !== this.#run) return false
      const last = this.#heard.get(beat.node)?.atMs ?? Number.NEGATIVE_INFINITY
      if (this.#sinceMs === undefined || atMs - last > AWAY_MS) this.#sinceMs = atMs
    }
    if (beat.isLeaving) this.#heard.delete(beat.node)
    else this.#heard.set(beat.node, { beat, atMs })
    return true
  }

  /** Who is there, by name; undefined while that is not known. */
  present(nowMs: number): readonly Beat[] | undefined {
    const own = this.#heard.get(this.#self)
    if (own === undefined || nowMs - own.atMs > AWAY_MS) return undefined
    if (nowMs - this.#sinceMs! < SETTLE_MS) return undefined
    for (const [node, { atMs }] of this.#heard) {
      if (nowMs - atMs > AWAY_MS) this.#heard.delete(node)
    }
    const beats = [...this.#heard.values()].map(({ beat }) => beat)
    return beats.sort((a, b) => (a.node < b.node ? -1 : 1))
  }
}
