import { createHmac, randomInt } from 'node:crypto'
import type { StorePort } from '../store/store-port.ts'

/** What a code is for: it is good for nothing else. */
export type CodePurpose = 'pair' | 'sign-in'

/** A code is good for so long, ms, and once. */
export const CODE_MS = 600_000

/** No letter that looks like another, no vowel that makes words. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const LENGTH = 8

/** Most codes of a purpose; the oldest goes first. */
const MOST_CODES = 1000

const TABLE = `CREATE TABLE IF NOT EXISTS one_time_code (
  hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, means TEXT NOT NULL, until_ms BIGINT NOT NULL)`
const PUT = 'INSERT INTO one_time_code (hash, purpose, means, until_ms) VALUES (?, ?, ?, ?)'
const SWEEP = 'DELETE FROM one_time_code WHERE until_ms <= ?'
/** All but the newest of a purpose. */
const BOUND = `DELETE FROM one_time_code WHERE purpose = ? AND until_ms <= (
  SELECT until_ms FROM one_time_code WHERE purpose = ? ORDER BY until_ms DESC LIMIT 1 OFFSET ?)`
const READ = 'SELECT means FROM one_time_code WHERE hash = ? AND until_ms > ?'
const DROP = 'DELETE FROM one_time_code WHERE hash = ?'

/**
 * Codes of eight letters that are good once within ten minutes: to pair a device, to sign in. They
 * are in the store, so that they outlive the process and are good at every machine of a centre; of
 * a code there is only the HMAC under a key that is not in the store: who reads the store cannot
 * find one by trying all. Rule F85 of SPEC.md.
 */
export class OneTimeCodes {
  readonly #store: StorePort
  readonly #key: Uint8Array
  readonly #purpose: CodePurpose

  private constructor(store: StorePort, key: Uint8Array, purpose: CodePurpose) {
    this.#store = store
    this.#key = key
    this.#purpose = purpose
  }

  /** Opens the codes of a purpose, their table made when it is not there. */
  static async open(
    store: StorePort,
    key: Uint8Array,
    purpose: CodePurpose,
  ): Promise<OneTimeCodes> {
    await store.run(TABLE)
    return new OneTimeCodes(store, key, purpose)
  }

  /** A new code, in the store before it is told; the oldest goes when there are too many. */
  async make(means: string, atMs: number): Promise<{ readonly code: string; untilMs: number }> {
    const code = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
    const untilMs = atMs + CODE_MS
    const purpose = this.#purpose
    await this.#store.transaction(async (within) => {
      await within.run(SWEEP, [atMs])
      await within.run(PUT, [this.#hashOf(code), purpose, means, untilMs])
      await within.run(BOUND, [purpose, purpose, MOST_CODES])
    })
    return { code, untilMs }
  }

  /** What a code means, and it is spent; undefined for one that is unknown, spent or late. */
  spend(code: string, atMs: number): Promise<string | undefined> {
    const hash = this.#hashOf(code.toUpperCase())
    return this.#store.transaction(async (within) => {
      const [row] = await within.all(READ, [hash, atMs])
      await within.run(DROP, [hash])
      return row && String(row.means)
    })
  }

  #hashOf(code: string): string {
    return createHmac('sha256', this.#key).update(`${this.#purpose} ${code}`).digest('hex')
  }
}
