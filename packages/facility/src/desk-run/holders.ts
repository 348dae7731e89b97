import {
  type DeviceId,
  type Follow,
  type PartitionRecord,
  type PartitionWish,
  partitionOf,
} from '@nocturne/core/fleet'
import { LogError } from '../log/log-port.ts'
import type { SealingKeys } from '../log/sealing-keys.ts'
import type { DeskRun } from './desk-run.ts'
import type { Untimed } from './partition-seat.ts'
import type { RowBook } from './row-book.ts'

/** Something to be done about one device: a wish, or that all of it is forgotten. */
export type DeviceDeed = Extract<
  Untimed<PartitionRecord>,
  { readonly kind: PartitionWish['kind'] | 'erased' }
>

/** Whose key a device comes with; `revoked` where it is believed no more. */
export type HeldDevice = { readonly publicKey: string; readonly sleeperKey?: string } | 'revoked'

/** What a follower is told of. */
export type FollowedNight = Pick<Follow, 'followers' | 'isNight' | 'heardMs' | 'sounding'>

/** What holders are asked with. */
export type HoldersOptions = {
  readonly run: DeskRun
  readonly keys: SealingKeys
  readonly rows: RowBook
  /**
   * Asks whoever holds a partition elsewhere; rejects with `LogError` when nobody answers. Left
   * out: all are here.
   */
  ask?(partition: number, question: unknown): Promise<unknown>
}

type Question = { readonly device: DeviceId } & (
  | { readonly what: 'known' | 'follow' }
  | { readonly what: 'enrol'; readonly publicKey: string; readonly sleeperKey?: string }
  | { readonly what: 'do'; readonly deed: DeviceDeed }
)

/**
 * What is asked and done about a device by way of whoever holds its partition, here or on another
 * machine: each deed is a record of that partition's log, so that one who holds it no more is
 * refused, and is done when the answer comes. A deed may be done twice where an answer was lost,
 * which is the same as once. Rule F95.
 */
export class Holders {
  readonly #options: HoldersOptions

  constructor(options: HoldersOptions) {
    this.#options = options
  }

  /** What is known of a device that is or was enrolled; undefined for nobody. */
  async known(device: DeviceId): Promise<HeldDevice | undefined> {
    return ((await this.#ask({ device, what: 'known' })) ?? undefined) as HeldDevice | undefined
  }

  /** A night as its followers see it; undefined where nobody follows. */
  async follow(device: DeviceId): Promise<FollowedNight | undefined> {
    return ((await this.#ask({ device, what: 'follow' })) ?? undefined) as FollowedNight | undefined
  }

  /** Enrols a device; false when the name is another's. */
  async enrol(device: DeviceId, publicKey: string, sleeperKey?: string): Promise<boolean> {
    const keys = { publicKey, ...(sleeperKey !== undefined && { sleeperKey }) }
    return (await this.#ask({ device, what: 'enrol', ...keys })) === true
  }

  /** Does something about a device; resolves when it is done altogether. */
  async do(deed: DeviceDeed): Promise<void> {
    await this.#ask({ device: deed.device, what: 'do', deed })
  }

  /** The other end: another machine's question about a partition that is held here. */
  async answer(asked: unknown): Promise<unknown> {
    const question = asked as Question
    const { run } = this.#options
    const { device } = question
    const partition = partitionOf(device)
    if (!run.holds(partition)) throw notHeld(partition)
    switch (question.what) {
      case 'known':
        return run.isRevoked(device) ? 'revoked' : keysOf(run.device(device))
      case 'follow':
        return nightOf(run.follow(device))
      case 'enrol': {
        const { publicKey, sleeperKey } = question
        const key = sleeperKey === undefined ? {} : { sleeperKey }
        await run.wish({ kind: 'enrolled', device, publicKey, ...key })
        await run.applied(partition)
        const held = run.device(device)
        const isSleepers = sleeperKey === undefined || held?.sleeperKey === sleeperKey
        return held?.publicKey === publicKey && isSleepers
      }
      case 'do':
        await run.wish(question.deed)
        await run.applied(partition)
        if (question.deed.kind === 'erased') await this.#forget(device)
        return null
    }
  }

  /** What outlasts the record: the key of the log and all that goes with it, rows, an old state. */
  async #forget(device: DeviceId): Promise<void> {
    const { run, keys, rows } = this.#options
    await keys.destroy(device)
    await rows.written()
    await run.snapshot(partitionOf(device))
  }

  async #ask(question: Question): Promise<unknown> {
    const { run, ask } = this.#options
    const partition = partitionOf(question.device)
    if (run.holds(partition) || ask === undefined) {
      try {
        return await this.answer(question)
      } catch (error) {
        // Another has just taken it on: it is asked.
        const isFenced = error instanceof LogError && error.code === 'LOG_FENCED'
        if (!isFenced || ask === undefined) throw error
      }
    }
    return ask(partition, question)
  }
}

function keysOf(device: ReturnType<DeskRun['device']>): HeldDevice | null {
  if (device === undefined) return null
  const { publicKey, sleeperKey } = device
  return { publicKey, ...(sleeperKey !== undefined && { sleeperKey }) }
}

function nightOf(follow: Follow | undefined): FollowedNight | null {
  if (follow === undefined) return null
  const { followers, isNight, heardMs, sounding } = follow
  return { followers, isNight, heardMs, sounding }
}

function notHeld(partition: number): LogError {
  return new LogError('LOG_FENCED', `partition ${partition}, which is not held here`)
}
