import { randomInt } from 'node:crypto'

/** A code is good for so long, ms, and once. */
const CODE_MS = 600_000

/** No letter that looks like another, no vowel that makes words. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const LENGTH = 8
const MOST_CODES = 1000

/** Codes of eight letters that are good once within ten minutes: to pair a device, to sign in. */
export class OneTimeCodes<Meaning> {
  readonly #codes = new Map<string, { readonly means: Meaning; readonly untilMs: number }>()

  /** A new code; the oldest goes when there are too many. */
  make(means: Meaning, atMs: number): { readonly code: string; readonly untilMs: number } {
    for (const [old, { untilMs }] of this.#codes) {
      if (untilMs <= atMs || this.#codes.size >= MOST_CODES) this.#codes.delete(old)
    }
    const code = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
    const untilMs = atMs + CODE_MS
    this.#codes.set(code, { means, untilMs })
    return { code, untilMs }
  }

  /** What a code means, and it is spent; undefined for one that is unknown, spent or late. */
  spend(code: string, atMs: number): Meaning | undefined {
    const found = this.#codes.get(code.toUpperCase())
    this.#codes.delete(code.toUpperCase())
    return found !== undefined && found.untilMs > atMs ? found.means : undefined
  }
}
