import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { DESK_PARTITION } from '@nocturne/core/fleet'
import type { Meters } from '../api/meters.ts'
import type { CentreClock } from '../desk-run/centre-clock.ts'
import type { DeskRun } from '../desk-run/desk-run.ts'
import { openIncidents } from '../desk-run/row-views.ts'
import type { SnapshotPort } from '../desk-run/snapshots.ts'
import type { Dropped, LogPort } from '../log/log-port.ts'
import type { StorePort } from '../store/store-port.ts'
import type { Journal } from './journal.ts'

/** What a keeper of a log is made of. */
export type LogKeeperOptions = {
  readonly folder: string
  readonly keepDays: number
  readonly log: LogPort
  readonly snapshots: SnapshotPort
  readonly store: StorePort
  readonly run: DeskRun
  readonly clock: CentreClock
  readonly meters: Meters
  readonly journal: Journal
  /** How full the disk of a folder is; a test has one that is nearly full. */
  statfs?(folder: string): Promise<Pick<StatsFs, 'bsize' | 'blocks' | 'bavail'>>
}

/**
 * Days that the log is kept unless said: what shows itself only over weeks can still be looked at
 * record by record, and what nobody asked for in a month is not kept of anybody.
 */
export const KEEP_DAYS = 30
/** Between two looks at what may go, ms; the first comes soon after the start. */
const LOOK_MS = 3_600_000
const FIRST_LOOK_MS = 5000
const DAY_MS = 86_400_000
/** Share of a disk that is free when people are told, and that it is told again after, ms. */
const LITTLE = 0.1
const AGAIN_MS = DAY_MS

/**
 * Lets go of the log's records that are older than they are kept, that are in a state which is
 * safely written down, and that no open incident may need; and looks how full the disk is.
 */
export class LogKeeper {
  readonly #options: LogKeeperOptions
  readonly #timers: NodeJS.Timeout[]
  #turn: Promise<unknown> = Promise.resolve()
  #warnedMs = Number.NEGATIVE_INFINITY

  constructor(options: LogKeeperOptions) {
    this.#options = options
    const look = (): void => {
      this.look().catch((error: Error) => {
        options.journal('error', 'the log was not looked through', { why: error.message })
      })
    }
    this.#timers = [setTimeout(look, FIRST_LOOK_MS), setInterval(look, LOOK_MS)]
    for (const timer of this.#timers) timer.unref()
  }

  /** Looks at once; resolves to what was dropped. */
  look(): Promise<Dropped> {
    return this.resting(async () => {
      await this.#lookAtDisk()
      return this.#drop()
    })
  }

  /** Does something while nothing is dropped, such as a copy of the log. */
  resting<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** Looks no more. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#turn
  }

  async #drop(): Promise<Dropped> {
    const { log, journal, keepDays } = this.#options
    const beforeMs = await this.#beforeMs()
    const dropped = await log.drop({ before: await this.#written(), beforeMs })
    if (dropped.records === 0) return dropped
    const until = new Date(beforeMs).toISOString()
    journal('info', 'old records of the log were dropped', { ...dropped, until, keepDays })
    return dropped
  }

  /** Everything of the last days is kept, and all since a day before the first open incident. */
  async #beforeMs(): Promise<number> {
    const { run, store, clock, keepDays } = this.#options
    const known = run.desk?.book.incidents.filter(({ status }) => status !== 'closed')
    const since = (known ?? (await openIncidents(store))).map(({ openedMs }) => openedMs - DAY_MS)
    return Math.min(clock.nowMs() - keepDays * DAY_MS, ...since)
  }

  /** By seat the first record that is not in a state which was read back whole just now. */
  async #written(): Promise<Map<number, number>> {
    const { run, snapshots } = this.#options
    const seats = [...run.held, ...(run.desk === undefined ? [] : [DESK_PARTITION])]
    const written = new Map<number, number>()
    for (const seat of seats) {
      const kept = await snapshots.read(seat)
      if (kept !== undefined) written.set(seat, kept.offset)
    }
    return written
  }

  /** How full the disk is, for whoever reads meters; said aloud while little is left. */
  async #lookAtDisk(): Promise<void> {
    const { folder, meters, journal, clock } = this.#options
    const look = this.#options.statfs ?? statfs
    const { bsize, blocks, bavail } = await look(folder)
    const disk = { freeBytes: bsize * bavail, sizeBytes: bsize * blocks }
    meters.disk = disk
    const nowMs = clock.nowMs()
    if (disk.freeBytes > LITTLE * disk.sizeBytes || nowMs - this.#warnedMs < AGAIN_MS) return
    this.#warnedMs = nowMs
    const freePercent = Math.round((1000 * disk.freeBytes) / disk.sizeBytes) / 10
    journal('warn', 'the disk is nearly full: a full one takes no records', { folder, freePercent })
  }
}
