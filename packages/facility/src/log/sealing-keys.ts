import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { StorePort, StoreRow } from '../store/store-port.ts'

/** A device's key of the log; `id` says nothing of whose it is. */
export type SealingKey = { readonly id: string; readonly key: Uint8Array }

/** A key that is needed is not there, or is not what it was: nothing may be read without it. */
export class SealingKeyError extends Error {
  override readonly name: string = 'SealingKeyError'

  constructor(id: string, got: string) {
    super(
      `sealing key ${id}: got ${got}, expected the key of what the log holds; put the newest ` +
        'copy of the keys back, which lies beside the backups (docs/FLEET.md, "Keys")',
    )
  }
}

const TABLES = [
  `CREATE TABLE IF NOT EXISTS sealing_key (
    device TEXT PRIMARY KEY, id TEXT NOT NULL, secret BLOB NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS erased_key (
    id TEXT PRIMARY KEY, device TEXT NOT NULL, copied BIGINT NOT NULL)`,
  'CREATE TABLE IF NOT EXISTS key_copy (path TEXT PRIMARY KEY)',
]
const ID_BYTES = 8
const KEY_BYTES = 32

/** How keys are kept; every part may be left out. */
export type SealingKeysOptions = {
  /** A copy could not be made anew, and may hold keys that were erased; it is tried again. */
  copyFailed?(path: string, error: Error): void
  /** These are a copy themselves, that is opened for the first time: the copies are another's. */
  readonly isRestored?: boolean
}

/**
 * A key for each device, under which the log and the states keep what concerns it. They are in a
 * store of their own, and neither in the log nor in a backup: whoever's key is destroyed has left
 * all of them, though not a byte was changed. Of a destroyed key its id stays, so that it can be
 * told from one that is missing.
 */
export class SealingKeys {
  /** Where the keys are; what is kept beside them goes with them (`sealing_key.device`). */
  readonly store: StorePort
  readonly #options: SealingKeysOptions
  readonly #byDevice = new Map<string, SealingKey>()
  readonly #byId = new Map<string, SealingKey>()
  readonly #erased = new Set<string>()
  /** Ids of keys that are there and are none, with what they are. */
  readonly #damaged = new Map<string, string>()
  readonly #making = new Map<string, Promise<SealingKey>>()
  readonly #going = new Map<string, Promise<void>>()
  readonly #listeners: ((device: string) => void)[] = []

  private constructor(store: StorePort, options: SealingKeysOptions) {
    this.store = store
    this.#options = options
  }

  /** Opens the keys, their tables made when they are not there; ends what was begun to be erased. */
  static async open(store: StorePort, options: SealingKeysOptions = {}): Promise<SealingKeys> {
    for (const table of TABLES) await store.run(table)
    if (options.isRestored === true) await store.run('DELETE FROM key_copy')
    const keys = new SealingKeys(store, options)
    await keys.refresh()
    await keys.#copied()
    return keys
  }

  /** Reads the keys again: another machine may have made or destroyed some. */
  async refresh(): Promise<void> {
    const gone = await this.store.all('SELECT id FROM erased_key')
    for (const { id } of gone) this.#erased.add(String(id))
    const rows = await this.store.all('SELECT * FROM sealing_key')
    const there = new Set(rows.map(({ id }) => String(id)))
    for (const [device, { id }] of this.#byDevice) if (!there.has(id)) this.#forget(device)
    for (const row of rows) this.#read(row)
  }

  /** Reads one device's key again: another machine may have destroyed it. */
  async again(device: string): Promise<void> {
    const sql = 'SELECT * FROM sealing_key WHERE device = ?'
    const [row] = await this.store.all(sql, [device])
    const held = this.#byDevice.get(device)
    if (held !== undefined && held.id !== row?.id) {
      this.#erased.add(held.id)
      this.#forget(device)
    }
    if (row !== undefined) this.#read(row)
  }

  /** Everybody who has a key. */
  devices(): readonly string[] {
    return [...this.#byDevice.keys()]
  }

  /** The key of a device, as far as it is known here; undefined where it has none. */
  of(device: string): SealingKey | undefined {
    return this.#byDevice.get(device)
  }

  /** A key by its id; undefined when it was destroyed. Throws `SealingKeyError` when it is missing. */
  byId(id: string): SealingKey | undefined {
    const key = this.#byId.get(id)
    if (key === undefined && !this.#erased.has(id)) {
      throw new SealingKeyError(id, this.#damaged.get(id) ?? 'none')
    }
    return key
  }

  /** The key of a device, looked for in the store as well; undefined where it has none. */
  async found(device: string): Promise<SealingKey | undefined> {
    await this.#going.get(device)
    const held = this.#byDevice.get(device)
    if (held !== undefined) return held
    const sql = 'SELECT * FROM sealing_key WHERE device = ?'
    const [row] = await this.store.all(sql, [device])
    if (row !== undefined) this.#read(row)
    return this.#byDevice.get(device)
  }

  /** The key of a device, made and kept in the store when it has none. */
  async made(device: string): Promise<SealingKey> {
    const held = this.#byDevice.get(device)
    if (held !== undefined) return held
    const making = this.#making.get(device) ?? this.#make(device)
    this.#making.set(device, making)
    return making.finally(() => this.#making.delete(device))
  }

  /**
   * Destroys a device's key: what log, states and backups have of it can be read by nobody any
   * more. From the call on nothing is sealed under it. Resolves when copies that can be reached
   * are without it too. With an id only the key of that id: one that the device has since stays.
   */
  destroy(device: string, id?: string): Promise<void> {
    const going = this.#going.get(device) ?? this.#destroy(device, id)
    this.#going.set(device, going)
    return going.finally(() => this.#going.delete(device))
  }

  /**
   * Copies the keys to a file, in the place of the copy that is there. The place is kept: with each
   * erasure the copy is made anew, so that none that the centre knows of holds an erased key.
   * Rejects where a copy is there that has keys which are not here: it is newer, or another's.
   */
  async copyTo(path: string): Promise<void> {
    await this.store.run('INSERT INTO key_copy (path) VALUES (?) ON CONFLICT (path) DO NOTHING', [
      path,
    ])
    await this.#replace(path)
    await this.#copied()
  }

  /** Calls back for each device whose key is not to be used any more. */
  whenForgotten(listener: (device: string) => void): void {
    this.#listeners.push(listener)
  }

  async #destroy(device: string, only?: string): Promise<void> {
    const making = this.#making.get(device)
    if (making !== undefined) await making.catch(() => undefined)
    const held = this.#byDevice.get(device)
    if (held !== undefined && (only ?? held.id) === held.id) {
      this.#erased.add(held.id)
      this.#forget(device)
    }
    await this.store.transaction(async (within) => {
      const rows = await within.all('SELECT id FROM sealing_key WHERE device = ?', [device])
      for (const id of rows.map((row) => String(row.id))) {
        if ((only ?? id) !== id) continue
        await within.run(
          `INSERT INTO erased_key (id, device, copied) VALUES (?, ?, 0)
           ON CONFLICT (id) DO NOTHING`,
          [id, device],
        )
        await within.run('DELETE FROM sealing_key WHERE id = ?', [id])
        this.#erased.add(id)
      }
    })
    await this.#copied()
  }

  /** Makes the copies anew where a key was erased since; what fails is done again later. */
  async #copied(): Promise<void> {
    const left = await this.store.all('SELECT id FROM erased_key WHERE copied = 0')
    if (left.length === 0) return
    let isWhole = true
    for (const { path } of await this.store.all('SELECT path FROM key_copy')) {
      await this.#replace(String(path)).catch((error: Error) => {
        isWhole = false
        this.#options.copyFailed?.(String(path), error)
      })
    }
    for (const { id } of isWhole ? left : []) {
      await this.store.run('UPDATE erased_key SET copied = 1 WHERE id = ?', [id!])
    }
  }

  /** A centre that was started from a backup must not put its keys over those of the living one. */
  async #replace(path: string): Promise<void> {
    const { kept, gone } = existsSync(path) ? await idsIn(path) : { kept: [], gone: [] }
    const unknown = [
      ...kept.filter((id) => !this.#byId.has(id) && !this.#erased.has(id)),
      // What was erased there and lives here was erased since.
      ...gone.filter((id) => !this.#erased.has(id)),
    ]
    if (unknown.length > 0) {
      throw new Error(
        `${path}: got ${unknown.length} keys that are not here, expected an older copy`,
      )
    }
    await this.store.backup(path)
  }

  #forget(device: string): void {
    const held = this.#byDevice.get(device)
    this.#byDevice.delete(device)
    if (held === undefined) return
    this.#byId.delete(held.id)
    for (const listener of this.#listeners) listener(device)
    held.key.fill(0)
  }

  async #make(device: string): Promise<SealingKey> {
    const there = await this.found(device)
    if (there !== undefined) return there
    const made = randomBytes(KEY_BYTES)
    await this.store.run(
      `INSERT INTO sealing_key (device, id, secret) VALUES (?, ?, ?)
       ON CONFLICT (device) DO NOTHING`,
      [device, idOf(made), made],
    )
    const kept = await this.found(device)
    if (kept === undefined) throw new SealingKeyError(idOf(made), 'another key of its device')
    return kept
  }

  #read({ device, id, secret }: StoreRow): void {
    const name = String(id)
    if (this.#byId.has(name) || this.#erased.has(name)) return
    const key = Uint8Array.from(secret as Uint8Array)
    const isWhole = key.length === KEY_BYTES && idOf(key) === name
    if (!isWhole) {
      this.#damaged.set(name, 'one that is damaged')
      return
    }
    this.#damaged.delete(name)
    const held = { id: name, key }
    this.#byDevice.set(String(device), held)
    this.#byId.set(name, held)
  }
}

/** Ids of the keys in a copy, and of those that were erased; none where it is no copy. */
async function idsIn(
  path: string,
): Promise<{ readonly kept: readonly string[]; readonly gone: readonly string[] }> {
  const copy = await openSqliteStore(path, true).catch(() => undefined)
  const idsOf = async (table: string): Promise<string[]> => {
    const rows = await copy?.all(`SELECT id FROM ${table}`).catch(() => [])
    return (rows ?? []).map(({ id }) => String(id))
  }
  const [kept, gone] = [await idsOf('sealing_key'), await idsOf('erased_key')]
  await copy?.close()
  return { kept, gone }
}

/** The id of a key: of 256 random bits it gives nothing away, and a bit that flipped shows. */
function idOf(key: Uint8Array): string {
  return createHash('sha256')
    .update(key)
    .digest('hex')
    .slice(0, 2 * ID_BYTES)
}
