import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expectedSleep, type FitNight, fitClock, fitNights } from '@nocturne/core/clock'
import { type PersonalRecord, readPersonalRecord, type SleepEpisode } from '@nocturne/core/sleep'
import { sharedPath } from '../../test/shared.ts'

/*
 * The last two nights of 15 people (a week of diary, light and activity each) foretold from the
 * nights before, against "the same as the mean of the nights before".
 * `npm run evaluate -- clock-cyepi`.
 */
const folder = sharedPath('data/light-activity/cyepi')
const ZONE = 'Europe/Berlin'
const HELD_OUT = 2

type Errors = { onset: number[]; offset: number[] }
const ways: Record<string, Errors> = {}
for (const file of readdirSync(join(folder, 'sleepdiary')).sort()) {
  const diary = await recordOf(join(folder, 'sleepdiary', file))
  const logs = readdirSync(join(folder, 'acttrust')).filter((name) =>
    name.startsWith(file.slice(0, 3)),
  )
  const log = await recordOf(join(folder, 'acttrust', logs[0]!))
  const nights = fitNights([diary], ZONE).filter(
    (n) => n.onsetH !== undefined && n.offsetH !== undefined,
  )
  const seen = nights.slice(0, -HELD_OUT)
  const before = endsBefore(diary, nights.at(-HELD_OUT)!)
  for (const night of nights.slice(-HELD_OUT)) {
    const { onsetH, offsetH } = meanOf(seen)
    note('mean of the nights before', night, onsetH, offsetH)
    for (const [name, records] of [
      ['clock fit, diary', [before]],
      ['clock fit, diary + light', [before, lightBefore(log, night)]],
    ] as const) {
      const fit = fitClock({ records, zone: ZONE })
      if (!fit.ok) throw new Error(`${file}: ${fit.problem.code}`)
      const expected = expectedSleep(fit.value, night.day, night.workday)
      note(name, night, expected.onsetH, expected.offsetH)
      const byCalendar = expectedSleep(fit.value, night.day)
      note(`${name}, work days by the calendar`, night, byCalendar.onsetH, byCalendar.offsetH)
    }
  }
}
for (const [name, { onset, offset }] of Object.entries(ways)) {
  console.log(
    `${name.padEnd(55)} onset ${minutes(onset)} min, offset ${minutes(offset)} min (${onset.length} nights)`,
  )
}

async function recordOf(path: string): Promise<PersonalRecord> {
  const read = await readPersonalRecord(createReadStream(path), { name: path, zone: ZONE })
  if (!read.ok) throw new Error(`${path}: ${read.problem.code} ${read.problem.where}`)
  return read.value
}

function endsBefore(record: PersonalRecord, first: FitNight): PersonalRecord {
  const cutMs = (first.day * 24 - first.zoneH - 6) * 3_600_000
  const early = (one: SleepEpisode): boolean => (one.offsetMs ?? one.riseMs ?? 0) < cutMs
  return { ...record, episodes: record.episodes.filter(early) }
}

/** Light of the days before the first held-out night's end is not given either: nothing leaks. */
function lightBefore(record: PersonalRecord, night: FitNight): PersonalRecord {
  const cutMs = (night.day * 24 - night.zoneH - 30) * 3_600_000
  return {
    ...record,
    episodes: [],
    series: record.series.map((series) => {
      const n = series.timesMs.findIndex((ms) => ms >= cutMs)
      const end = n < 0 ? series.timesMs.length : n
      return {
        ...series,
        timesMs: series.timesMs.slice(0, end),
        values: series.values.slice(0, end),
      }
    }),
  }
}

function meanOf(nights: readonly FitNight[]): { onsetH: number; offsetH: number } {
  const mean = (of: (night: FitNight) => number): number =>
    nights.reduce((sum, night) => sum + of(night), 0) / nights.length
  return { onsetH: mean((n) => n.onsetH!), offsetH: mean((n) => n.offsetH!) }
}

function note(name: string, night: FitNight, onsetH: number, offsetH: number): void {
  ways[name] ??= { onset: [], offset: [] }
  ways[name].onset.push(Math.abs(onsetH - night.onsetH!))
  ways[name].offset.push(Math.abs(offsetH - night.offsetH!))
}

function minutes(hours: readonly number[]): string {
  return ((60 * hours.reduce((a, b) => a + b, 0)) / hours.length).toFixed(1)
}
