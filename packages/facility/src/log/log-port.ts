/** A record as a log holds it: its bytes are opaque to the log. */
export type Logged = {
  readonly partition: number
  /** Its place in its partition: 0, 1, 2 ... without a gap. */
  readonly offset: number
  /** The centre's wall clock when it was committed, ms; never falling. */
  readonly atMs: number
  readonly entry: Uint8Array
}

/** What of a log may go. */
export type Past = {
  /** By partition the first record that is needed; of one that is not in it all is. */
  readonly before: ReadonlyMap<number, number>
  /** Only what was committed before, ms. */
  readonly beforeMs: number
}

/** What was dropped of a log. */
export type Dropped = { readonly records: number; readonly bytes: number }

/** Why a log did not take a record; nothing that was committed is lost by it. */
export type LogTrouble =
  | 'LOG_BUSY'
  | 'LOG_FULL'
  | 'LOG_FAILED'
  | 'LOG_FENCED'
  | 'LOG_CLOSED'
  /** Whom the record is about was erased: it is never taken. */
  | 'LOG_ERASED'

/** What an append rejects with: the front door gives its code as the reason. */
export class LogError extends Error {
  override readonly name: string = 'LogError'
  readonly code: LogTrouble

  constructor(code: LogTrouble, got: string) {
    super(`log: got ${got}, expected to append (${code})`)
    this.code = code
  }
}

/**
 * The log of a centre: the only place where something becomes durable, and the only input of the
 * reducers. Order holds within a partition and not between two.
 */
export type LogPort = {
  /**
   * Appends records to a partition in their order, all or none. Resolves to the offset of the first
   * once they are durable; rejects with `LogError` when they are not and never will be.
   */
  append(partition: number, entries: readonly Uint8Array[]): Promise<number>
  /**
   * What is durable of several partitions, each from its offset on (both maps and ends as at the
   * call), in order within each. Throws where the log is damaged, or begins later.
   */
  read(from: ReadonlyMap<number, number>): AsyncIterable<Logged>
  /** Records of a partition that are durable, also those that were dropped. */
  length(partition: number): number
  /** Offset of the first record of a partition that can still be read. */
  start(partition: number): Promise<number>
  /**
   * Drops records that are older than a moment and that nobody needs again: those before an offset
   * for each partition. A log drops in large pieces, and keeps what it cannot drop alone. Whatever
   * happens meanwhile, what is left is a whole log from a later start on.
   */
  drop(past: Past): Promise<Dropped>
  /** Makes what waits durable, and lets go of the files or sockets. */
  close(): Promise<void>
}
