import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SealingKeys, type SealingKeysOptions } from '../log/sealing-keys.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { writeWhole } from '../store/whole-file.ts'

/** The keys of a centre on one machine, in its data folder; the newest copy beside its backups. */
export const KEYS_FILE = 'sealing-keys.sqlite'

/**
 * Opens the keys of a data folder. One that was made by a backup has none: the newest copy is
 * taken, which lies in the folder around it, so that whoever was erased since stays erased; what
 * the living centre keeps of its own copies is not taken, as they are not this one's to write.
 * Throws where there is no copy either.
 */
export async function openKeyShelf(
  folder: string,
  isRestored: boolean,
  options: SealingKeysOptions,
): Promise<SealingKeys> {
  const path = join(folder, KEYS_FILE)
  if (isRestored && !existsSync(path)) {
    const newest = join(dirname(folder), KEYS_FILE)
    if (!existsSync(newest)) {
      throw new Error(
        `${path}: got none, expected the keys: put ${KEYS_FILE} of the live centre or its newest ` +
          'copy there, which lies beside the backups (docs/FLEET.md, "Keys")',
      )
    }
    await writeWhole(path, await readFile(newest))
  }
  return SealingKeys.open(await openSqliteStore(path, true), { ...options, isRestored })
}
