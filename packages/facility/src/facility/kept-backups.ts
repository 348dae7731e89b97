import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'

/** The newest of each of so many days on which one was made, and so many of the newest of all. */
const DAYS = 14
const NEWEST = 3

const MADE = /^(\d{4}-\d\d-\d\d)T[\d-]{12}Z$/
const BEGUN = /^\d{4}-\d\d-\d\dT[\d-]{12}Z\.part$/

/** What a process that runs in a folder holds; no backup has it. */
export const LOCK_FILE = 'lock.sqlite'

/**
 * Which backups may go, by their names, which are moments in UTC; other names are left alone. Of
 * each of the newest 14 days that have any the last stays, so that however many are made in one day
 * they push out no other day's.
 */
export function backupsToDrop(names: readonly string[]): string[] {
  const made = names.filter((name) => MADE.test(name)).sort()
  const lastOfDay = new Map(made.map((name) => [MADE.exec(name)![1]!, name]))
  const kept = new Set([...[...lastOfDay.values()].slice(-DAYS), ...made.slice(-NEWEST)])
  return made.filter((name) => !kept.has(name))
}

/** Which were begun and never became whole, by their names. */
export function backupsLeftOff(names: readonly string[]): string[] {
  return names.filter((name) => BEGUN.test(name))
}

/**
 * Whether a folder among backups is somebody's data folder by now: a centre was started in it, or
 * `folder`, where this one lives, is it or in it.
 */
export async function isLivedIn(backup: string, folder: string): Promise<boolean> {
  if (existsSync(join(backup, LOCK_FILE))) return true
  const [outer, inner] = await Promise.all([backup, folder].map(realOf))
  return `${inner}${sep}`.startsWith(`${outer}${sep}`)
}

/** Whether a data folder lies directly where its own backups go, as if it were one of them. */
export async function isAmongBackups(folder: string, backups: string): Promise<boolean> {
  const [data, all] = await Promise.all([folder, backups].map(realOf))
  return dirname(data!) === all
}

function realOf(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path))
}
