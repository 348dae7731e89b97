import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../shared/', import.meta.url)

/** Path of a file or folder of the shared test material, e.g. `data/edf`. It may be missing. */
export function sharedPath(relative: string): string {
  return fileURLToPath(new URL(relative, root))
}

/** True where the shared test material (or the named part of it) is beside this checkout. */
export function hasShared(relative = ''): boolean {
  return existsSync(sharedPath(relative))
}

/** Reads a JSON file of the shared material. */
export function sharedJson<T>(relative: string): T {
  return JSON.parse(readFileSync(sharedPath(relative), 'utf8')) as T
}

/**
 * Why a test that needs the shared material is skipped: put it in the title of the describe block.
 */
export const SHARED_MISSING = 'needs ../shared, which is not here'
