/** The newest of each of so many days on which one was made, and so many of the newest of all. */
const DAYS = 14
const NEWEST = 3

const MADE = /^(\d{4}-\d\d-\d\d)T[\d-]{12}Z$/

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
