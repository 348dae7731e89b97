import { randomBytes } from 'node:crypto'
import type { StorePort, StoreRow } from '../store/store-port.ts'
import type { Person } from './approval.ts'
import { personOf } from './operator-register.ts'
import type { Role } from './role.ts'
import { hashOf } from './sign-ins.ts'

/** Beside the register's table of tokens: those of earlier versions have no row here. */
const TABLE = `CREATE TABLE IF NOT EXISTS operator_token_fact (
  hash TEXT PRIMARY KEY REFERENCES operator_token (hash) ON DELETE CASCADE,
  last_four TEXT NOT NULL, made_ms BIGINT NOT NULL, used_ms BIGINT)`

/** A token of the command line ends after so long, ms. */
export const TOKEN_MS = 90 * 86_400_000

/** Tokens of one person; who needs more revokes one. */
export const MOST_TOKENS = 20

const TOKEN_HEAD = 'nocturne-'
/** Letters of a token's hash that name it: no part of the token itself. */
const ID_LENGTH = 12
/** That a token was used is written down so often at most, ms. */
const USED_MS = 60_000

/** A token as it may be shown. */
export type TokenShown = {
  readonly id: string
  readonly operator: string
  readonly role: Role
  /** The last four letters; undefined, as when it was made, for one of an earlier version. */
  readonly lastFour?: string
  readonly madeMs?: number
  /** Last use, to the minute; undefined for one that was never used. */
  readonly usedMs?: number
  readonly untilMs: number
}

/** The operators' tokens for the command line, in the store: their hashes, and what is shown. */
export class OperatorTokens {
  readonly #store: StorePort
  /** When the use of a token was last written down, by its hash. */
  readonly #noted = new Map<string, number>()

  private constructor(store: StorePort) {
    this.#store = store
  }

  /** Opens the tokens, their table made when it is not there; the register's must be. */
  static async open(store: StorePort): Promise<OperatorTokens> {
    await store.run(TABLE)
    return new OperatorTokens(store)
  }

  /**
   * A token for a person, told once: only its hash is kept, with its last four letters. Undefined
   * where the person has 20 that are good. `token` is one of `newToken` that nobody has yet.
   */
  make(name: string, atMs: number, token: string = newToken()): Promise<string | undefined> {
    const hash = hashOf(token)
    return this.#store.transaction(async (within) => {
      await within.run('DELETE FROM operator_token WHERE until_ms <= ?', [atMs])
      const owned = await within.all('SELECT hash FROM operator_token WHERE operator = ?', [name])
      if (owned.length >= MOST_TOKENS) return undefined
      await within.run('INSERT INTO operator_token (hash, operator, until_ms) VALUES (?, ?, ?)', [
        ...[hash, name, atMs + TOKEN_MS],
      ])
      await within.run(
        'INSERT INTO operator_token_fact (hash, last_four, made_ms) VALUES (?, ?, ?)',
        [hash, token.slice(-4), atMs],
      )
      return token
    })
  }

  /** Whose token it is; undefined when it is nobody's or has run out. */
  async of(token: string, atMs: number): Promise<Person | undefined> {
    const hash = hashOf(token)
    const [row] = await this.#store.all(
      `SELECT operator.name, operator.role FROM operator_token
       JOIN operator ON operator.name = operator_token.operator
       WHERE operator_token.hash = ? AND operator_token.until_ms > ?`,
      [hash, atMs],
    )
    const person = personOf(row)
    if (person !== undefined) this.#used(hash, atMs)
    return person
  }

  /** Whether there is a token of that id that is good. */
  async has(id: string, atMs: number): Promise<boolean> {
    const sql = 'SELECT hash FROM operator_token WHERE SUBSTR(hash, 1, ?) = ? AND until_ms > ?'
    return (await this.#store.all(sql, [ID_LENGTH, id, atMs])).length > 0
  }

  /** Every token that is good, by person, the newest last; of one person where one is named. */
  async list(atMs: number, of?: string): Promise<readonly TokenShown[]> {
    const rows = await this.#store.all(
      `SELECT operator_token.hash AS hash, operator.name AS name, operator.role AS role,
         operator_token.until_ms AS until_ms, last_four, made_ms, used_ms
       FROM operator_token JOIN operator ON operator.name = operator_token.operator
       LEFT JOIN operator_token_fact ON operator_token_fact.hash = operator_token.hash
       WHERE operator_token.until_ms > ? ORDER BY operator.name, operator_token.until_ms`,
      [atMs],
    )
    const all = rows.flatMap((row) => shown(row) ?? [])
    return of === undefined ? all : all.filter(({ operator }) => operator === of)
  }

  /** Ends one token of a person at once; false where there is none of that id. */
  async revoke(name: string, id: string): Promise<boolean> {
    const sql = 'DELETE FROM operator_token WHERE operator = ? AND SUBSTR(hash, 1, ?) = ?'
    return (await this.#store.run(sql, [name, ID_LENGTH, id])) > 0
  }

  #used(hash: string, atMs: number): void {
    if (atMs - (this.#noted.get(hash) ?? Number.NEGATIVE_INFINITY) < USED_MS) return
    // Nobody waits for this, and a store that does not take it keeps nobody out.
    this.#noted.set(hash, atMs)
    const sql = 'UPDATE operator_token_fact SET used_ms = ? WHERE hash = ?'
    this.#store.run(sql, [atMs, hash]).catch(() => this.#noted.delete(hash))
  }
}

/** A token that is nobody's yet. */
export function newToken(): string {
  return `${TOKEN_HEAD}${randomBytes(32).toString('base64url')}`
}

/** The id of a token: it names it and is no part of it. */
export function tokenId(token: string): string {
  return hashOf(token).slice(0, ID_LENGTH)
}

function shown(row: StoreRow): TokenShown | undefined {
  const person = personOf(row)
  if (person === undefined) return undefined
  const { hash, until_ms: until, last_four: lastFour, made_ms: made, used_ms: used } = row
  return {
    ...{ id: String(hash).slice(0, ID_LENGTH), operator: person.name, role: person.role },
    ...(lastFour !== null && { lastFour: String(lastFour), madeMs: Number(made) }),
    ...(used !== null && { usedMs: Number(used) }),
    untilMs: Number(until),
  }
}
