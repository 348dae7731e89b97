import { randomBytes } from 'node:crypto'
import type { StorePort } from '../store/store-port.ts'

/** A device's key of the log; `id` says nothing of whose it is. */
export type SealingKey = { readonly id: string; readonly key: Uint8Array }

const TABLE = `CREATE TABLE IF NOT EXISTS sealing_key (
  device TEXT PRIMARY KEY, id TEXT NOT NULL, secret BLOB NOT NULL)`
const ID_BYTES = 8
const KEY_BYTES = 32

/**
 * A key for each device, under which the log keeps what it said. They are in the store and not in
 * the log: whoever's key is destroyed has left the log, though not a byte of it was changed.
 */
export class SealingKeys {
  readonly #store: StorePort
  readonly #byDevice = new Map<string, SealingKey>()
  readonly #byId = new Map<string, SealingKey>()
  readonly #making = new Map<string, Promise<SealingKey>>()

  private constructor(store: StorePort) {
    this.#store = store
  }

  /** Opens the keys, their table made when it is not there. */
  static async open(store: StorePort): Promise<SealingKeys> {
    await store.run(TABLE)
    const keys = new SealingKeys(store)
    await keys.refresh()
    return keys
  }

  /** Reads the keys again: another machine may have made or destroyed some. */
  async refresh(): Promise<void> {
    const rows = await this.#store.all('SELECT * FROM sealing_key')
    const there = new Set(rows.map(({ id }) => String(id)))
    for (const [device, { id }] of this.#byDevice) if (!there.has(id)) this.#forget(device)
    for (const { device, id, secret } of rows) {
      if (this.#byId.has(String(id))) continue
      this.#keep(String(device), { id: String(id), key: Uint8Array.from(secret as Uint8Array) })
    }
  }

  /** Everybody who has a key. */
  devices(): readonly string[] {
    return [...this.#byDevice.keys()]
  }

  /** The key of a device; undefined where it has none yet. */
  of(device: string): SealingKey | undefined {
    return this.#byDevice.get(device)
  }

  /** A key by its id; undefined when it was destroyed. */
  byId(id: string): SealingKey | undefined {
    return this.#byId.get(id)
  }

  /** The key of a device, made and kept in the store when it has none. */
  async made(device: string): Promise<SealingKey> {
    const held = this.#byDevice.get(device)
    if (held !== undefined) return held
    const making = this.#making.get(device) ?? this.#make(device)
    this.#making.set(device, making)
    return making.finally(() => this.#making.delete(device))
  }

  /** Destroys a device's key: what the log has of it can be read by nobody any more. */
  async destroy(device: string): Promise<void> {
    await this.#store.run('DELETE FROM sealing_key WHERE device = ?', [device])
    this.#forget(device)
  }

  #forget(device: string): void {
    const held = this.#byDevice.get(device)
    this.#byDevice.delete(device)
    if (held === undefined) return
    this.#byId.delete(held.id)
    held.key.fill(0)
  }

  async #make(device: string): Promise<SealingKey> {
    const made = { id: randomBytes(ID_BYTES).toString('hex'), key: randomBytes(KEY_BYTES) }
    await this.#store.run(
      `INSERT INTO sealing_key (device, id, secret) VALUES (?, ?, ?)
       ON CONFLICT (device) DO NOTHING`,
      [device, made.id, made.key],
    )
    const sql = 'SELECT * FROM sealing_key WHERE device = ?'
    const [kept] = await this.#store.all(sql, [device])
    const key = Uint8Array.from(kept!.secret as Uint8Array)
    return this.#keep(device, { id: String(kept!.id), key })
  }

  #keep(device: string, key: SealingKey): SealingKey {
    this.#byDevice.set(device, key)
    this.#byId.set(key.id, key)
    return key
  }
}
