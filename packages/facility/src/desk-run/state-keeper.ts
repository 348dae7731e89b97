import type { Snapshot, SnapshotPort } from './snapshots.ts'

/** What a keeper of states is made of. */
export type StateKeeperOptions = {
  readonly partition: number
  readonly snapshots: SnapshotPort
  /** Offset of the snapshot that is there already; 0 without one. */
  readonly written: number
  /** The state as it is now; undefined where it must not be written. */
  state(): Snapshot | undefined
  /** Resolves once what followed from the state has arrived: true where all of it has. */
  arrived(): Promise<boolean>
  nowMs(): number
  /** A state could not be written down; `isFirst` since the last that could be. */
  failed(error: Error, isFirst: boolean): void
}

/**
 * Writes the states of one seat down, one writing at a time, so that an older one never takes the
 * place of a newer one.
 */
export class StateKeeper {
  readonly #options: StateKeeperOptions
  #written: number
  #running: Promise<void> | undefined
  #failingSinceMs: number | undefined

  constructor(options: StateKeeperOptions) {
    this.#options = options
    this.#written = options.written
  }

  /** Offset of the first record that is not in the newest state that is safely written. */
  get written(): number {
    return this.#written
  }

  /** Since when no state could be written down, ms; undefined where the last could be. */
  get failingSinceMs(): number | undefined {
    return this.#failingSinceMs
  }

  /** Whether one is being written. */
  get isWriting(): boolean {
    return this.#running !== undefined
  }

  /** Writes the state as it is once it is its turn. Rejects where it cannot be written. */
  write(): Promise<void> {
    const turn = (this.#running ?? Promise.resolve()).catch(() => undefined)
    const running = turn.then(() => this.#tried())
    const over = (): void => {
      if (this.#running === running) this.#running = undefined
    }
    this.#running = running
    running.then(over, over)
    return running
  }

  async #tried(): Promise<void> {
    try {
      await this.#write()
      this.#failingSinceMs = undefined
    } catch (error) {
      const isFirst = this.#failingSinceMs === undefined
      this.#failingSinceMs ??= this.#options.nowMs()
      this.#options.failed(error as Error, isFirst)
      throw error
    }
  }

  async #write(): Promise<void> {
    const { partition, snapshots } = this.#options
    const snapshot = this.#options.state()
    if (snapshot === undefined || snapshot.offset === this.#written) return
    if (!(await this.#options.arrived())) return
    await snapshots.write(partition, snapshot)
    this.#written = snapshot.offset
  }
}
