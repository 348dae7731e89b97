import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import { type LoggedNight, readNightLog, withNight } from '@nocturne/core/night'
import { UsageError } from './command.ts'
import { homeFolder } from './model-shelf.ts'
import { writeWholeFile } from './whole-file.ts'

/**
 * The nights of this machine's sleeper so far, oldest first. Throws `UsageError` for a damaged
 * list: without it nobody knows how many nights had sound, and an empty one would allow more.
 */
export async function keptNights(): Promise<readonly LoggedNight[]> {
  const file = nightsFile()
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]'
    throw new UsageError(`${file}: got ${error.code ?? error.message}, expected a list of nights`)
  })
  const read = readNightLog(text)
  if (!read.ok) throw new UsageError(`${file}: ${describeProblem(read.problem)}`)
  return read.value
}

/**
 * Enters a night that begins, as the worst that it could become: what is killed in mid-night, or
 * loses its power, stays in the list as a night that was broken off. Resolves to what `end` takes.
 */
export async function beginNight(
  date: string,
  control: boolean,
): Promise<{ end(night: LoggedNight): Promise<void> }> {
  const before = await keptNights()
  const open: LoggedNight = { date, hours: 0, control, silent: !control, incident: true }
  await keep(withNight(before, open))
  return { end: (night) => keep(withNight(before, night)) }
}

/**
 * Adds what was told in the morning to the entry of an evening (rule N71); where none was named, to
 * the last entry, in which the worse of two words stands. Resolves to the evening; undefined where
 * the list has none.
 */
export async function noteMorning(
  evening: string | undefined,
  told: { readonly distress: number },
): Promise<string | undefined> {
  const nights = await keptNights()
  const date = evening ?? nights.at(-1)?.date
  if (!nights.some((night) => night.date === date)) return undefined
  const least = (night: LoggedNight): number => (evening === undefined ? (night.distress ?? 0) : 0)
  const noted = (night: LoggedNight): LoggedNight => ({
    ...{ ...night, ...told },
    distress: Math.max(told.distress, least(night)),
  })
  await keep(nights.map((night) => (night.date === date ? noted(night) : night)))
  return date
}

async function keep(nights: readonly LoggedNight[]): Promise<void> {
  const rows = nights.map((night) => JSON.stringify(night)).join(',\n')
  await writeWholeFile(nightsFile(), `[\n${rows}\n]\n`)
}

function nightsFile(): string {
  return join(homeFolder(), 'nights.json')
}
