import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

const OWNER_ONLY = 0o600
const NAME_BYTES = 6

/** How the name of a file ends that is not whole yet; of a writing that was cut short it stays. */
export const PART_END = '.part'

/**
 * Puts a file in the place of the one before, whole or not at all, and safe from a power cut once
 * it resolves. Two that write one file at once do not meet: the last to be whole stays.
 */
export async function writeWhole(path: string, bytes: string | Uint8Array): Promise<void> {
  const part = `${path}.${randomBytes(NAME_BYTES).toString('hex')}${PART_END}`
  try {
    const file = await open(part, 'wx', OWNER_ONLY)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** A new name is only safe once its folder is; Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
