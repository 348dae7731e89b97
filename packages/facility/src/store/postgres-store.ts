import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import pg from 'pg'
import { postgresSql } from './postgres-sql.ts'
import { isAway, isDeadlock } from './postgres-trouble.ts'
import { postgresTypes } from './postgres-types.ts'
import type { StorePort, StoreRow, StoreValue } from './store-port.ts'

/** How a store is used; every part may be left out. */
export type PostgresStoreOptions = {
  /** Longest that PostgreSQL is waited for while it is away, ms. */
  readonly patienceMs?: number
  /** Connections at most. */
  readonly connections?: number
}

const PATIENCE_MS = 30_000
const CONNECTIONS = 8
const CONNECT_MS = 5000
/** A transaction of a machine that is gone is ended by the server after so long, ms. */
const IDLE_MS = 10_000
/** Time between two tries, ms. */
const AGAIN_MS = 100
/** The lock for which transactions wait, of all machines. */
const LOCK = 0x6e6f6374
/** Marks of stores that were closed or lost are taken away after so long, s. */
const MARK_S = 86_400

const BEGINNINGS = [
  `SELECT pg_advisory_xact_lock(${LOCK})`,
  `DO $$ BEGIN CREATE DOMAIN blob AS bytea; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
  `CREATE TABLE IF NOT EXISTS store_mark (
    store TEXT PRIMARY KEY, ordinal BIGINT NOT NULL, since TIMESTAMPTZ NOT NULL DEFAULT now())`,
  `DELETE FROM store_mark WHERE since < now() - INTERVAL '${MARK_S} seconds'`,
]

/** Opens the store in PostgreSQL at `postgres://...`; waits for it while it is away. */
export async function openPostgresStore(
  url: string,
  options: PostgresStoreOptions = {},
): Promise<StorePort> {
  const store = new PostgresStore(url, options)
  try {
    await store.begin()
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

type Work<T> = (client: pg.PoolClient) => Promise<T>

/**
 * The store of many machines. Each change is a transaction that also raises this store's mark, so
 * that after a connection was lost in the middle it is known whether it was done: it is then done
 * again, or not. A statement that failed ends its transaction.
 */
class PostgresStore implements StorePort {
  readonly #pool: pg.Pool
  readonly #url: string
  readonly #patienceMs: number
  readonly #mark = randomBytes(12).toString('hex')
  #ordinal = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(url: string, { patienceMs, connections }: PostgresStoreOptions) {
    this.#url = url
    this.#patienceMs = patienceMs ?? PATIENCE_MS
    this.#pool = new pg.Pool({
      connectionString: url,
      ...{ max: connections ?? CONNECTIONS, connectionTimeoutMillis: CONNECT_MS },
      ...{ idle_in_transaction_session_timeout: IDLE_MS, application_name: 'nocturne' },
      types: postgresTypes,
    })
    // A connection that is lost while nobody asks anything is replaced by the next that asks.
    this.#pool.on('error', () => undefined)
    this.#pool.on('connect', (client) => client.on('error', () => undefined))
  }

  /** Makes what the store needs; used by `openPostgresStore` only. */
  async begin(): Promise<void> {
    const beginnings = ['BEGIN', ...BEGINNINGS, 'COMMIT'].join(';')
    await this.#patiently((client) => client.query(beginnings))
  }

  run(sql: string, values: readonly StoreValue[] = []): Promise<number> {
    const isDefinition = /^\s*(create|alter|drop)\b/i.test(sql)
    return this.#inTurn(() =>
      this.#change(async (client) => {
        if (isDefinition) await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`)
        return runOn(client, sql, values)
      }),
    )
  }

  all(sql: string, values: readonly StoreValue[] = []): Promise<readonly StoreRow[]> {
    if (/^\s*select\b/i.test(sql)) return this.#patiently((client) => allOn(client, sql, values))
    return this.#inTurn(() => this.#change((client) => allOn(client, sql, values)))
  }

  transaction<T>(within: (store: StorePort) => Promise<T>): Promise<T> {
    return this.#inTurn(() =>
      this.#change(async (client) => {
        await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`)
        return within(inside(client))
      }),
    )
  }

  backup(path: string, without: readonly string[] = []): Promise<void> {
    return this.#inTurn(async () => {
      const part = `${path}.part`
      await rm(part, { force: true })
      await dump(this.#url, part, without)
      await rename(part, path)
    })
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#pool.query('DELETE FROM store_mark WHERE store = $1', [this.#mark]).catch(() => 0)
      await this.#pool.end()
    })
  }

  /** A transaction, done once whatever happens to the connection. */
  #change<T>(work: Work<T>): Promise<T> {
    const ordinal = ++this.#ordinal
    const begin = `BEGIN; INSERT INTO store_mark (store, ordinal) VALUES ('${this.#mark}', ${ordinal})
      ON CONFLICT (store) DO UPDATE SET ordinal = excluded.ordinal, since = now()
      WHERE store_mark.ordinal < excluded.ordinal`
    let done: { readonly value: T } | undefined
    return this.#patiently(async (client) => {
      // A statement each: the answers come as a list.
      const begun = (await client.query(begin)) as unknown as readonly pg.QueryResult[]
      if (done !== undefined && begun[1]?.rowCount === 0) {
        await client.query('ROLLBACK')
        return done.value
      }
      try {
        done = { value: await work(client) }
        const { command } = await client.query('COMMIT')
        if (command !== 'COMMIT') throw new Error('store: got a transaction that failed within')
        return done.value
      } catch (error) {
        if (!isAway(error)) await client.query('ROLLBACK').catch(() => undefined)
        throw error
      }
    })
  }

  /** Does the work on a connection, again while PostgreSQL is away; bounded. */
  async #patiently<T>(work: Work<T>): Promise<T> {
    const until = performance.now() + this.#patienceMs
    for (;;) {
      let client: pg.PoolClient | undefined
      try {
        client = await this.#pool.connect()
        const value = await work(client)
        client.release()
        return value
      } catch (error) {
        client?.release(isAway(error))
        const mayHelp = isAway(error) || isDeadlock(error)
        if (!mayHelp || performance.now() >= until) throw error
        await new Promise((again) => setTimeout(again, AGAIN_MS))
      }
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

async function runOn(
  client: pg.PoolClient,
  sql: string,
  values: readonly StoreValue[],
): Promise<number> {
  return (await client.query(postgresSql(sql), [...values])).rowCount ?? 0
}

async function allOn(
  client: pg.PoolClient,
  sql: string,
  values: readonly StoreValue[],
): Promise<readonly StoreRow[]> {
  return (await client.query<StoreRow>(postgresSql(sql), [...values])).rows
}

/** The store as a transaction sees it. */
function inside(client: pg.PoolClient): StorePort {
  const never = (): never => {
    throw new Error('store: got a transaction, backup or close within a transaction')
  }
  return {
    run: (sql, values = []) => runOn(client, sql, values),
    all: (sql, values = []) => allOn(client, sql, values),
    transaction: never,
    backup: never,
    close: never,
  }
}

/** PostgreSQL's own program writes a copy that `pg_restore` reads; the password is no argument. */
function dump(url: string, path: string, without: readonly string[]): Promise<void> {
  const { host, port, user, database, password } = new pg.Client(url)
  const env = {
    ...process.env,
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGDATABASE: database },
    ...(password === null || password === undefined ? {} : { PGPASSWORD: password }),
  }
  return new Promise((done, refuse) => {
    const words = [
      ...['--format=custom', `--file=${path}`, '--exclude-table=store_mark'],
      ...without.map((table) => `--exclude-table-data=${table}`),
    ]
    const child = spawn('pg_dump', words, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-500)
    })
    child.once('error', () => refuse(new Error('store: got no pg_dump, expected it for a backup')))
    child.once('close', (code) => {
      if (code === 0) done()
      else refuse(new Error(`store: got ${said.trim()}, expected pg_dump to copy it`))
    })
  })
}
