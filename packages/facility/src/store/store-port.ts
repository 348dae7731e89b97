/** What a column may hold; whole numbers stay within 2^53, bytes come back as a `Uint8Array`. */
export type StoreValue = string | number | Uint8Array | null

/** A row by its columns' names. */
export type StoreRow = Readonly<Record<string, StoreValue>>

/**
 * The relational store of a centre: what is looked up by name, such as operators, incidents and the
 * devices' last state. It is a projection of the log wherever it can be, and is then made anew from
 * it. Statements are the part of SQL that SQLite 3.45 and PostgreSQL 15 share, with `?` for values:
 * whole numbers are BIGINT, fractions DOUBLE PRECISION, bytes BLOB.
 */
export type StorePort = {
  /** Runs a statement; resolves to how many rows it changed. */
  run(sql: string, values?: readonly StoreValue[]): Promise<number>
  /** The rows of a query, at most as many as the statement limits. */
  all(sql: string, values?: readonly StoreValue[]): Promise<readonly StoreRow[]>
  /**
   * Everything within, or nothing of it; transactions wait for each other. What is within may be
   * done again when the store went away in the middle, and is not done when a statement of it
   * failed.
   */
  transaction<T>(within: (store: StorePort) => Promise<T>): Promise<T>
  /**
   * A copy of the whole store as it is now, while it goes on being used; whole or not there. Of the
   * tables `without` there are no rows in it, also none that could be found in its free pages.
   */
  backup(path: string, without?: readonly string[]): Promise<void>
  close(): Promise<void>
}
