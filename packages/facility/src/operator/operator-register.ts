import type { StorePort, StoreRow } from '../store/store-port.ts'
import type { Person } from './approval.ts'
import type { Passkey } from './passkey.ts'
import { ROLES, type Role } from './role.ts'

const TABLES = [
  `CREATE TABLE IF NOT EXISTS operator (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, since_ms BIGINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS operator_passkey (
    id TEXT PRIMARY KEY, operator TEXT NOT NULL REFERENCES operator (name) ON DELETE CASCADE,
    public_key BLOB NOT NULL, counter BIGINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS operator_token (
    hash TEXT PRIMARY KEY, operator TEXT NOT NULL REFERENCES operator (name) ON DELETE CASCADE,
    until_ms BIGINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS operator_key_taken (
    name TEXT NOT NULL, by_name TEXT NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (name, by_name))`,
  `CREATE TABLE IF NOT EXISTS officer_lost (
    name TEXT PRIMARY KEY, at_ms BIGINT NOT NULL)`,
]

/**
 * So long after a safety officer was removed nobody is alone, ms: else one of two could remove the
 * other and be both. Rule F87.
 */
const NOT_ALONE_MS = 7 * 86_400_000

/**
 * Who the operators are, in the store: names with roles, and the public halves of their passkeys. A
 * person without a role here is nobody.
 */
export class OperatorRegister {
  readonly #store: StorePort

  private constructor(store: StorePort) {
    this.#store = store
  }

  /** Opens the register, its tables made when they are not there. */
  static async open(store: StorePort): Promise<OperatorRegister> {
    for (const table of TABLES) await store.run(table)
    return new OperatorRegister(store)
  }

  /** Everybody with a role, by name. */
  async everybody(): Promise<readonly Person[]> {
    const rows = await this.#store.all('SELECT name, role FROM operator ORDER BY name')
    return rows.flatMap((row) => personOf(row) ?? [])
  }

  /** The person of a name; undefined for nobody. */
  async named(name: string): Promise<Person | undefined> {
    const rows = await this.#store.all('SELECT name, role FROM operator WHERE name = ?', [name])
    return personOf(rows[0])
  }

  /** Gives a person a role, or another one. */
  async name({ name, role }: Person, atMs: number): Promise<void> {
    await this.#store.run(
      `INSERT INTO operator (name, role, since_ms) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET role = excluded.role, since_ms = excluded.since_ms`,
      [name, role, atMs],
    )
  }

  /** Takes the role, every passkey and every token of a person; false when there was none. */
  async remove(name: string, atMs: number): Promise<boolean> {
    const person = await this.named(name)
    if (person?.role === 'safety-officer') {
      await this.#store.run(
        `INSERT INTO officer_lost (name, at_ms) VALUES (?, ?)
         ON CONFLICT (name) DO UPDATE SET at_ms = excluded.at_ms`,
        [name, atMs],
      )
    }
    return (await this.#store.run('DELETE FROM operator WHERE name = ?', [name])) > 0
  }

  /** Whether a safety officer was removed in the last seven days. */
  async lostOfficer(atMs: number): Promise<boolean> {
    const sql = 'SELECT name FROM officer_lost WHERE at_ms > ? LIMIT 1'
    return (await this.#store.all(sql, [atMs - NOT_ALONE_MS])).length > 0
  }

  /** Keeps a new passkey, or the counter of a known one after a sign-in. */
  async keepPasskey({ id, operator, publicKey, counter }: Passkey): Promise<void> {
    await this.#store.run(
      `INSERT INTO operator_passkey (id, operator, public_key, counter) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET counter = excluded.counter`,
      [id, operator, publicKey, counter],
    )
  }

  /** A passkey by its id; undefined for one that nobody has here. */
  async passkey(id: string): Promise<Passkey | undefined> {
    const [row] = await this.#store.all('SELECT * FROM operator_passkey WHERE id = ?', [id])
    if (row === undefined) return undefined
    const publicKey = Uint8Array.from(row.public_key as Uint8Array)
    const [operator, counter] = [String(row.operator), Number(row.counter)]
    return { id, operator, publicKey, counter }
  }

  /** Whether somebody can sign in by a passkey, or by a token that has not run out. */
  async hasKey(name: string, atMs: number): Promise<boolean> {
    const rows = await this.#store.all(
      `SELECT operator FROM operator_passkey WHERE operator = ?
       UNION ALL SELECT operator FROM operator_token WHERE operator = ? AND until_ms > ?
       LIMIT 1`,
      [name, name, atMs],
    )
    return rows.length > 0
  }

  /** Somebody ended a token of another person. */
  async tookKey(name: string, by: string, atMs: number): Promise<void> {
    await this.#store.run(
      `INSERT INTO operator_key_taken (name, by_name, at_ms) VALUES (?, ?, ?)
       ON CONFLICT (name, by_name) DO UPDATE SET at_ms = excluded.at_ms`,
      [name, by, atMs],
    )
  }

  /** Whether that person ended a token of the other in the last seven days. */
  async tookLately(name: string, by: string, atMs: number): Promise<boolean> {
    const sql = 'SELECT name FROM operator_key_taken WHERE name = ? AND by_name = ? AND at_ms > ?'
    return (await this.#store.all(sql, [name, by, atMs - NOT_ALONE_MS])).length > 0
  }
}

/** The person of a row with a name and a role; undefined where the role is none. */
export function personOf(row: StoreRow | undefined): Person | undefined {
  const role = ROLES.find((one) => one === row?.role) satisfies Role | undefined
  return row === undefined || role === undefined ? undefined : { name: String(row.name), role }
}
