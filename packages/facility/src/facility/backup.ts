import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeskRun } from '../desk-run/desk-run.ts'
import type { SealingKeys } from '../log/sealing-keys.ts'
import type { StorePort } from '../store/store-port.ts'
import { backupsLeftOff, backupsToDrop, isLivedIn } from './kept-backups.ts'
import { KEYS_FILE } from './key-shelf.ts'

/** What lies in a folder that was made by a backup, until a centre has started from it. */
export const RESTORED_FILE = 'restored-from-backup'

/** What of a data folder is copied as it is; each may be missing but the first. */
const FILES = ['grant-key', 'page-key', 'audit.jsonl', 'admin-token']
/** Without these no centre can be started from a copy. */
const NEEDED = ['log', 'grant-key']
/** Tables of the store that are not copied: keys, what goes with them, and what states say anew. */
const WITHOUT = [
  ...['sealing_key', 'erased_key', 'last_credential', 'box_piece', 'box_part'],
  'device_row',
]
// States before the log: one that was ahead of it would take no record any more.
const FOLDERS = ['snapshots', 'log', 'releases']

/**
 * Copies a data folder that is in use into `<to>/<name>`: the states as they are now, then the log,
 * which holds at least what they hold, then the store. The folder has its name once it is whole. A
 * centre can be started from the copy; it then begins natural, see `RESTORED_FILE`. The keys that
 * open log and states are not in it: of them one newest copy lies beside all backups, so that who
 * is erased later is erased in this one too. Rejects, and leaves nothing, where it cannot be whole.
 */
export async function backUp(
  folder: string,
  to: string,
  name: string,
  parts: {
    readonly run: DeskRun
    readonly store: StorePort
    readonly keys: SealingKeys
  },
): Promise<string> {
  const part = join(to, `${name}.part`)
  // What an earlier one left that its process did not outlive.
  for (const old of backupsLeftOff(await readdir(to).catch(() => []))) await remove(join(to, old))
  // Keys are in it.
  await mkdir(part, { recursive: true, mode: 0o700 })
  try {
    await copyAll(folder, part, to, parts)
    await writeFile(join(part, RESTORED_FILE), `${name}\n`)
    await rename(part, join(to, name))
  } catch (error) {
    await remove(part)
    throw error
  }
  for (const old of backupsToDrop(await readdir(to))) {
    if (!(await isLivedIn(join(to, old), folder))) await remove(join(to, old))
  }
  return join(to, name)
}

async function copyAll(
  folder: string,
  part: string,
  to: string,
  { run, store, keys }: Parameters<typeof backUp>[3],
): Promise<void> {
  const isAlone = keys.store !== store
  await run.snapshot()
  for (const each of FOLDERS) {
    const from = join(folder, each)
    if (await isFolder(from)) await cp(from, join(part, each), { recursive: true })
  }
  for (const each of FILES)
    await copyFile(join(folder, each), join(part, each)).catch(unlessMissing)
  // Of several machines the log is elsewhere.
  for (const each of isAlone ? NEEDED : NEEDED.slice(1)) {
    if (existsSync(join(part, each))) continue
    throw new Error(`${join(folder, each)}: got none, expected what a backup is made of`)
  }
  await store.backup(join(part, 'store.sqlite'), WITHOUT)
  if (isAlone) await keys.copyTo(join(to, KEYS_FILE))
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true })
}

async function isFolder(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    () => false,
  )
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
