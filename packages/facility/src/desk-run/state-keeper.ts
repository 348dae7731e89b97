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
}

/**
 * Writes the states of one seat down, one writing at a time, so that an older one never takes the
 * place of a newer one.
 */
export class StateKeeper {
  readonly #options: StateKeeperOptions
  #written: number
  #running: Promise<void> | undefined

  constructor(options: StateKeeperOptions) {
    this.#options = options
    this.#written = options.written
  }

  /** Offset of the first record that is not in the newest state that is safely written. */
  get written(): number {
    return this.#written
  }

  /** Whether one is being written. */
  get isWriting(): boolean {
    return this.#running !== undefined
  }

  /** Writes the state as it is once it is its turn. Rejects where it cannot be written. */
  write(): Promise<void> {
    const turn = (this.#running ?? Promise.resolve()).catch(() => undefined)
    const running = turn.then(() => this.#write())
    const over = (): void => {
      if (this.#running === running) this.#running = undefined
    }
    this.#running = running
    running.then(over, over)
    return running
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
