import { chmod, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StorePort, StoreRow, StoreValue } from './store-port.ts'
import { syncFolder } from './whole-file.ts'

/** What is used of SQLite: the same in Node's own module and in the package for older Nodes. */
type Database = {
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}
type Statement = {
  run(...values: StoreValue[]): { readonly changes: number | bigint }
  all(...values: StoreValue[]): unknown[]
}
type Sqlite = {
  readonly DatabaseSync: new (path: string) => Database
  backup(from: Database, path: string): Promise<number>
}

/** Statements that are kept ready. */
const MOST_STATEMENTS = 200

const OWNER_ONLY = 0o600

/** Longest that a statement waits for a lock, ms: only while another process lets go of it. */
const BUSY_MS = 5000

/**
 * Opens the store in a file, made when it is not there: write-ahead log, every commit flushed to
 * disk before it resolves, foreign keys kept. `isAlone` has no write-ahead log, which is slower and
 * leaves nothing beside the file, so that what was deleted is in no other. Nobody but the file's
 * owner may read it, whatever folder it is in. Throws what SQLite says when the file is none of
 * its.
 */
export async function openSqliteStore(path: string, isAlone = false): Promise<StorePort> {
  const sqlite = await sqliteOf()
  await ownerOnly(path)
  const database = new sqlite.DatabaseSync(path)
  // A process before this one may still be ending.
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
  database.exec(`PRAGMA journal_mode = ${isAlone ? 'DELETE' : 'WAL'}`)
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
  // What is deleted is overwritten: a key that was destroyed is gone.
  database.exec('PRAGMA secure_delete = ON')
  return new SqliteStore(sqlite, database)
}

/** Secrets are in it: made, or changed, before there is a byte of them. */
async function ownerOnly(path: string): Promise<void> {
  if (path === ':memory:') return
  await (await open(path, 'a', OWNER_ONLY)).close()
  // What SQLite makes beside it later has its mode; what is there already has its own. A disk that
  // knows no owners is none to be refused for it.
  for (const end of ['', '-wal', '-shm']) {
    await chmod(`${path}${end}`, OWNER_ONLY).catch(() => undefined)
  }
}

/**
 * Holds a file for this process alone until the answer is called, or the process ends however it
 * does: the system takes the lock away with it. Undefined when another process holds it.
 */
export async function holdAlone(path: string): Promise<(() => void) | undefined> {
  const { DatabaseSync } = await sqliteOf()
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    return () => database.close()
  } catch {
    database.close()
    return undefined
  }
}

/** Node's own module where there is one (22.5 on), else the package that brings its binaries. */
async function sqliteOf(): Promise<Sqlite> {
  const own = 'node:sqlite'
  const found: unknown = await import(own).catch(() => undefined)
  const complete = typeof found === 'object' && found !== null && 'backup' in found
  return (complete ? found : await import('@photostructure/sqlite')) as Sqlite
}

class SqliteStore implements StorePort {
  readonly #sqlite: Sqlite
  readonly #database: Database
  readonly #statements = new Map<string, Statement>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(sqlite: Sqlite, database: Database) {
    this.#sqlite = sqlite
    this.#database = database
  }

  run(sql: string, values: readonly StoreValue[] = []): Promise<number> {
    return this.#inTurn(async () => this.#run(sql, values))
  }

  all(sql: string, values: readonly StoreValue[] = []): Promise<readonly StoreRow[]> {
    return this.#inTurn(async () => this.#all(sql, values))
  }

  transaction<T>(within: (store: StorePort) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      this.#database.exec('BEGIN IMMEDIATE')
      try {
        const value = await within(this.#inside())
        this.#database.exec('COMMIT')
        return value
      } catch (error) {
        this.#database.exec('ROLLBACK')
        throw error
      }
    })
  }

  backup(path: string, without: readonly string[] = []): Promise<void> {
    return this.#inTurn(async () => {
      const part = `${path}.part`
      await rm(part, { force: true })
      await ownerOnly(part)
      await this.#sqlite.backup(this.#database, part)
      if (without.length > 0) this.#empty(part, without)
      await rename(part, path)
      await syncFolder(dirname(path))
    })
  }

  /** Takes the rows of tables out of a copy; a table that is not there has none. */
  #empty(path: string, tables: readonly string[]): void {
    const copy = new this.#sqlite.DatabaseSync(path)
    try {
      copy.exec('PRAGMA journal_mode = DELETE')
      const there = copy.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
      for (const { name } of there as { readonly name: string }[]) {
        if (tables.includes(name)) copy.exec(`DELETE FROM "${name}"`)
      }
      copy.exec('VACUUM')
    } finally {
      copy.close()
    }
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      // The file alone is whole then, also where the package closes it later than it says.
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      this.#database.close()
    })
  }

  /** The store as a transaction sees it: at once, since the turn is its own. */
  #inside(): StorePort {
    const never = (): never => {
      throw new Error('store: got a transaction, backup or close within a transaction')
    }
    return {
      run: async (sql, values = []) => this.#run(sql, values),
      all: async (sql, values = []) => this.#all(sql, values),
      transaction: never,
      backup: never,
      close: never,
    }
  }

  #run(sql: string, values: readonly StoreValue[]): number {
    return Number(this.#statement(sql).run(...values).changes)
  }

  #all(sql: string, values: readonly StoreValue[]): readonly StoreRow[] {
    return this.#statement(sql).all(...values) as readonly StoreRow[]
  }

  #statement(sql: string): Statement {
    const ready = this.#statements.get(sql)
    if (ready) return ready
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear()
    const made = this.#database.prepare(sql)
    this.#statements.set(sql, made)
    return made
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}
