import { CREDENTIAL_S, type DeviceId } from '@nocturne/core/fleet'
import type { StorePort } from '../store/store-port.ts'

/** A device's start, and the moment that it signed, unix s. */
type Signed = { readonly boot: number; readonly atS: number }

/** Of whose key of the log was destroyed nothing is kept. */
const TABLE = `CREATE TABLE IF NOT EXISTS last_credential (
  device TEXT PRIMARY KEY REFERENCES sealing_key (device) ON DELETE CASCADE,
  boot BIGINT NOT NULL, at_s BIGINT NOT NULL)`
const READ = 'SELECT boot, at_s FROM last_credential WHERE device = ?'
const PUT = `INSERT INTO last_credential (device, boot, at_s)
  SELECT device, ?, ? FROM sealing_key WHERE device = ?
  ON CONFLICT (device) DO UPDATE SET boot = excluded.boot, at_s = excluded.at_s
  WHERE excluded.boot > last_credential.boot
    OR (excluded.boot = last_credential.boot AND excluded.at_s > last_credential.at_s)`
const SWEEP = 'DELETE FROM last_credential WHERE at_s < ?'

/** What was let in is written down together after so long, ms: a crash forgets no more. */
const TOGETHER_MS = 500
/** Rows of one transaction. */
const MOST_TOGETHER = 1000
/** After so long nobody is let in by a credential any more, early clocks and late, s. */
const OVER_S = 2 * CREDENTIAL_S
/** Time between two lookings for what is over, s. */
const SWEEP_S = 60

/**
 * The newest credential by which each device was let in. One that is not newer is played again, by
 * whoever listened on a way without TLS, and lets nobody in: of a start of a device each is good
 * once. What is remembered outlives the process, but for the last half second before a crash, and
 * is the same on all machines of a centre. Rule F93 of SPEC.md.
 */
export class LastCredentials {
  readonly #store: StorePort
  readonly #last = new Map<DeviceId, Signed>()
  #waiting = new Map<DeviceId, Signed>()
  #writing: Promise<void> | undefined
  #sweptS = Number.NEGATIVE_INFINITY

  private constructor(store: StorePort) {
    this.#store = store
  }

  /** Opens what is remembered, its table made when it is not there, beside the sealing keys. */
  static async open(store: StorePort): Promise<LastCredentials> {
    await store.run(TABLE)
    return new LastCredentials(store)
  }

  /** Whether a credential, whose signature is good, is newer than the last; it is the last then. */
  async spend(device: DeviceId, boot: number, atS: number): Promise<boolean> {
    const kept = this.#last.has(device) ? undefined : await this.#read(device)
    // Another may have come while that was read.
    const last = this.#last.get(device) ?? kept
    const isNewer = last === undefined || boot > last.boot || (boot === last.boot && atS > last.atS)
    if (!isNewer) return false
    this.#last.set(device, { boot, atS })
    this.#waiting.set(device, { boot, atS })
    this.#writing ??= this.#write()
    return true
  }

  /** A device was revoked or erased: what the store has of it counts alone. */
  forget(device: DeviceId): void {
    this.#last.delete(device)
  }

  /** Those devices are served elsewhere now: only what the store has of them counts. */
  forgetThose(are: (device: DeviceId) => boolean): void {
    for (const device of this.#last.keys()) if (are(device)) this.#last.delete(device)
  }

  /** Lets go of what is over at a moment, unix s. */
  sweep(nowS: number): void {
    if (nowS - this.#sweptS < SWEEP_S) return
    this.#sweptS = nowS
    for (const [device, { atS }] of this.#last) {
      if (atS < nowS - OVER_S) this.#last.delete(device)
    }
    this.#store.run(SWEEP, [Math.floor(nowS) - OVER_S]).catch(() => undefined)
  }

  /** Resolves when all of it is written down, or the store does not take it. */
  async close(): Promise<void> {
    await this.#writing
    await this.#put().catch(() => undefined)
  }

  async #read(device: DeviceId): Promise<Signed | undefined> {
    const [row] = await this.#store.all(READ, [device])
    return row && { boot: Number(row.boot), atS: Number(row.at_s) }
  }

  async #write(): Promise<void> {
    await new Promise((later) => setTimeout(later, TOGETHER_MS))
    // What the store does not take now is in memory, and written with what comes next.
    await this.#put().catch(() => undefined)
    this.#writing = undefined
  }

  async #put(): Promise<void> {
    const rows = [...this.#waiting]
    this.#waiting = new Map()
    for (let at = 0; at < rows.length; at += MOST_TOGETHER) {
      const some = rows.slice(at, at + MOST_TOGETHER)
      try {
        await this.#store.transaction(async (within) => {
          for (const [device, { boot, atS }] of some) await within.run(PUT, [boot, atS, device])
        })
      } catch (error) {
        for (const [device, signed] of rows.slice(at)) {
          if (!this.#waiting.has(device)) this.#waiting.set(device, signed)
        }
        throw error
      }
    }
  }
}
