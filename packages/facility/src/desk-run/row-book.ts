import type { DeskRow } from '@nocturne/core/fleet'
import type { StorePort } from '../store/store-port.ts'

/** A row that changed, with its place in the order of changes. */
export type RowChange = DeskRow & { readonly seq: number }

/** Rows are written together after so long, ms. */
const TOGETHER_MS = 200

/** Rows of one transaction: a disk that is slow must not hold the devices up. */
const MOST_TOGETHER = 1000

/** Changes that are kept for those who watch; whoever is further behind reads all anew. */
const MOST_KEPT = 8192

const TABLES = [
  `CREATE TABLE IF NOT EXISTS device_row (
    device TEXT PRIMARY KEY, online BIGINT NOT NULL, mode TEXT NOT NULL, release BIGINT NOT NULL,
    district TEXT NOT NULL, faults BIGINT NOT NULL, value TEXT NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS device_row_release ON device_row (release)',
  `CREATE TABLE IF NOT EXISTS desk_row (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, name))`,
]

const PUT_DEVICE = `INSERT INTO device_row (device, online, mode, release, district, faults, value)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (device) DO UPDATE SET online = excluded.online,
  mode = excluded.mode, release = excluded.release, district = excluded.district,
  faults = excluded.faults, value = excluded.value`

const STRAY = `DELETE FROM device_row WHERE NOT EXISTS
  (SELECT 1 FROM sealing_key WHERE sealing_key.device = device_row.device)`

const PUT_ROW = `INSERT INTO desk_row (kind, name, value) VALUES (?, ?, ?)
  ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value`

/**
 * What is looked up by name, written to the store in batches: the newest value of a row counts, and
 * what the store cannot take now waits. Every change is also kept for a while in its order, for
 * those who watch.
 */
export class RowBook {
  readonly #store: StorePort
  #waiting = new Map<string, DeskRow>()
  #running: Promise<void> | undefined
  #changes: RowChange[] = []
  /** Begins so high that no number of an earlier process comes again. */
  #seq = Math.floor(Date.now() / 1000) * 65_536
  #watchers = new Set<() => void>()
  #failed: Error | undefined
  /** Who waits for rows: while there are some, nothing is waited for to be written together. */
  #hurried = 0

  private constructor(store: StorePort) {
    this.#store = store
  }

  /** Opens the book, its tables made when they are not there. */
  static async open(store: StorePort): Promise<RowBook> {
    for (const table of TABLES) await store.run(table)
    return new RowBook(store)
  }

  /** Number of the newest change. */
  get seq(): number {
    return this.#seq
  }

  /** Rows that are not in the store yet. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Why the store does not take rows just now. */
  get trouble(): Error | undefined {
    return this.#failed
  }

  /** A row's newest value; undefined takes it away. */
  put(row: DeskRow): void {
    this.#waiting.set(`${row.table} ${row.key}`, row)
    this.#running ??= this.#write()
  }

  /** The changes after a number, oldest first; undefined when some of them are kept no more. */
  after(seq: number): readonly RowChange[] | undefined {
    const first = this.#changes[0]?.seq ?? this.#seq + 1
    if (seq + 1 < first || seq > this.#seq) return undefined
    return this.#changes.slice(seq + 1 - first)
  }

  /** Calls back whenever something changed; the answer ends it. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  /**
   * Takes away rows of devices that have no key: erased by another machine while theirs were still
   * on their way from this one. Only where rows and keys are in one store.
   */
  async sweep(): Promise<void> {
    await this.#store.run(STRAY)
  }

  /** Resolves when what was put until now is in the store, or the store does not take it. */
  async written(): Promise<void> {
    this.#hurried++
    try {
      // Rows leave in their order; what comes meanwhile is behind them.
      for (let left = Math.ceil(this.#waiting.size / MOST_TOGETHER) + 1; left > 0; left--) {
        if (this.#running === undefined || this.#failed !== undefined) return
        await this.#running
      }
    } finally {
      this.#hurried--
    }
  }

  async #write(): Promise<void> {
    // Devices have their turn between two writings also while somebody waits.
    const isHurried = this.#hurried > 0 && this.#failed === undefined
    await new Promise((later) => (isHurried ? setImmediate(later) : setTimeout(later, TOGETHER_MS)))
    const rows = [...this.#waiting.values()].slice(0, MOST_TOGETHER)
    for (const { table, key } of rows) this.#waiting.delete(`${table} ${key}`)
    try {
      await this.#store.transaction(async (within) => {
        for (const row of rows) await putRow(within, row)
      })
      this.#failed = undefined
      this.#tell(rows)
    } catch (error) {
      this.#failed = error as Error
      for (const row of rows) {
        const name = `${row.table} ${row.key}`
        if (!this.#waiting.has(name)) this.#waiting.set(name, row)
      }
    }
    this.#running = this.#waiting.size > 0 ? this.#write() : undefined
  }

  #tell(rows: readonly DeskRow[]): void {
    for (const row of rows) this.#changes.push({ ...row, seq: ++this.#seq })
    if (this.#changes.length > 2 * MOST_KEPT) this.#changes = this.#changes.slice(-MOST_KEPT)
    for (const changed of this.#watchers) changed()
  }
}

async function putRow(store: StorePort, { table, key, value }: DeskRow): Promise<void> {
  if (table !== 'device') {
    if (value !== undefined) await store.run(PUT_ROW, [table, key, JSON.stringify(value)])
    else await store.run('DELETE FROM desk_row WHERE kind = ? AND name = ?', [table, key])
    return
  }
  if (value === undefined) {
    await store.run('DELETE FROM device_row WHERE device = ?', [key])
    return
  }
  const told = value as Record<string, unknown>
  const cohort = (told.cohort ?? {}) as { readonly district?: string }
  const faults = Array.isArray(told.faults) ? told.faults.length : 0
  await store.run(PUT_DEVICE, [
    ...[key, told.online === true ? 1 : 0, String(told.mode ?? ''), Number(told.release ?? 0)],
    ...[String(cohort.district ?? ''), faults, JSON.stringify(value)],
  ])
}
