import type { StorePort, StoreRow } from '../store/store-port.ts'
import type { Callout } from './callout.ts'

/** A page on its way to one target, or there. */
export type Due = { readonly target: string; readonly page: Callout; readonly isTold: boolean }

const TABLE = `CREATE TABLE IF NOT EXISTS page_due (
  target TEXT NOT NULL, subject TEXT NOT NULL, told BIGINT NOT NULL, page TEXT NOT NULL,
  PRIMARY KEY (target, subject))`

const PUT = `INSERT INTO page_due (target, subject, told, page) VALUES (?, ?, ?, ?)
  ON CONFLICT (target, subject) DO UPDATE SET told = excluded.told, page = excluded.page`

/** Rows that are read at a start: of each target a page for each incident that is open. */
const MOST_ROWS = 10_000

/**
 * The pages on their way, in the store: for each target the newest of each subject, and whether it
 * arrived. A page that is in it outlives the process; the next one that holds the desk goes on.
 */
export class CalloutBook {
  readonly #store: StorePort

  private constructor(store: StorePort) {
    this.#store = store
  }

  /** Opens the book, its table made when it is not there. */
  static async open(store: StorePort): Promise<CalloutBook> {
    await store.run(TABLE)
    return new CalloutBook(store)
  }

  /** All of it. */
  async all(): Promise<Due[]> {
    const sql = 'SELECT target, told, page FROM page_due ORDER BY target, subject LIMIT ?'
    return (await this.#store.all(sql, [MOST_ROWS])).map(dueOf)
  }

  /** Keeps a page, in the place of an older one about the same. */
  async put({ target, page, isTold }: Due): Promise<void> {
    await this.#store.run(PUT, [target, page.subject, isTold ? 1 : 0, JSON.stringify(page)])
  }

  /** Forgets what a target was to be told about a subject. */
  async drop(target: string, subject: string): Promise<void> {
    const sql = 'DELETE FROM page_due WHERE target = ? AND subject = ?'
    await this.#store.run(sql, [target, subject])
  }
}

function dueOf({ target, told, page }: StoreRow): Due {
  const read: unknown = JSON.parse(String(page))
  return { target: String(target), page: read as Callout, isTold: Number(told) === 1 }
}
