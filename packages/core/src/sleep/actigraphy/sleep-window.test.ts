import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readLoggerFile } from '../../../../../test/logger-file.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '../../../../../test/shared.ts'
import { median } from '../../math/quantile.ts'
import { seededRandom } from '../../math/random.ts'
import type { PersonalRecord } from '../evidence/personal-record.ts'
import { readPersonalRecord } from '../intake/read-personal-record.ts'
import { sleepWindows } from './sleep-window.ts'

const CYEPI = 'data/light-activity/cyepi'
const BERLIN = 'Europe/Berlin'
const MINUTE_MS = 60_000
const isHere = hasShared(CYEPI)

/** Minutes that the main windows' onsets and offsets miss those of the diary by. */
async function misses(id: string): Promise<{ onset: number[]; offset: number[] }> {
  const fileOf = (folder: string): string => {
    const name = readdirSync(sharedPath(`${CYEPI}/${folder}`)).find((one) => one.startsWith(id))
    return sharedPath(`${CYEPI}/${folder}/${name}`)
  }
  const log = readLoggerFile(fileOf('acttrust'), { zone: BERLIN })
  const diary = await readPersonalRecord([readFileSync(fileOf('sleepdiary'))], { zone: BERLIN })
  if (!log.ok || !diary.ok) throw new Error(id)
  const mains = sleepWindows(log.value).filter(({ kind }) => kind === 'main')
  const found = { onset: [] as number[], offset: [] as number[] }
  for (const { onsetMs, offsetMs } of diary.value.episodes) {
    if (onsetMs === undefined || offsetMs === undefined) continue
    const same = mains.find((main) => main.onsetMs! < offsetMs && main.offsetMs! > onsetMs)
    if (!same) continue
    found.onset.push(Math.abs(same.onsetMs! - onsetMs) / MINUTE_MS)
    found.offset.push(Math.abs(same.offsetMs! - offsetMs) / MINUTE_MS)
  }
  return found
}

describe.skipIf(!isHere)(`sleep windows${isHere ? '' : ` (${SHARED_MISSING})`}`, () => {
  it('of people they were not chosen on are 15 and 8 min from the diary', async () => {
    const held = ['202', '204', '206', '208', '210', '212', '214', '216', '218']
    const all = await Promise.all(held.map(misses))
    const onset = all.flatMap((one) => one.onset)
    const offset = all.flatMap((one) => one.offset)
    expect(onset.length).toBeGreaterThanOrEqual(58)
    expect(median(Float64Array.from(onset))).toBeLessThan(17)
    expect(median(Float64Array.from(offset))).toBeLessThan(10)
  })
})

/** A week of minutes: counts of a waking wrist, few at night (22:00-06:00 UTC), none unworn. */
function week(start: string, unworn: (minute: number) => boolean = () => false): PersonalRecord {
  const random = seededRandom(7)
  const startMs = Date.parse(start)
  const n = 7 * 1440
  const values = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    const hour = ((startMs / MINUTE_MS + i) / 60) % 24
    const asleep = hour >= 22 || hour < 6
    const active = random.uniform() < (asleep ? 0.06 : 0.9)
    values[i] = unworn(i) || !active ? 0 : Math.round((asleep ? 80 : 600) * random.uniform())
  }
  return {
    format: 'made-up',
    zone: BERLIN,
    zoneFrom: 'given',
    episodes: [],
    series: [
      {
        kind: 'activityCounts',
        source: 'wrist',
        provenance: 'measured',
        epochS: 60,
        timesMs: Float64Array.from({ length: n }, (_, i) => startMs + i * MINUTE_MS),
        values,
      },
    ],
    warnings: [],
  }
}

describe('a sleep window', () => {
  it('is inferred where the wrist came to rest and left it, one main sleep a day', () => {
    const windows = sleepWindows(week('2024-03-27T12:00:00Z'))
    expect(windows.map(({ kind }) => kind)).toEqual(Array(7).fill('main'))
    windows.forEach(({ onsetMs, offsetMs, provenance }, day) => {
      expect(provenance).toBe('inferred')
      const onset = Date.parse('2024-03-27T22:00:00Z') + day * 86_400_000
      expect(Math.abs(onsetMs! - onset) / MINUTE_MS).toBeLessThan(8)
      expect(Math.abs(offsetMs! - onset - 8 * 3_600_000) / MINUTE_MS).toBeLessThan(8)
    })
  })

  it('is not where the wrist has no counts at all for two hours', () => {
    // Day three from 14:00 to 20:00 UTC.
    const off = (i: number): boolean => i >= 2 * 1440 + 120 && i < 2 * 1440 + 480
    const windows = sleepWindows(week('2024-06-03T12:00:00Z', off))
    const start = Date.parse('2024-06-05T14:00:00Z')
    const inside = windows.filter(({ onsetMs, offsetMs }) => {
      return onsetMs! < start + 6 * 3_600_000 && offsetMs! > start
    })
    expect(inside).toEqual([])
    expect(windows.filter(({ kind }) => kind === 'main')).toHaveLength(7)
  })

  it('is inferred from epochs of five minutes too', () => {
    const record = week('2024-06-03T12:00:00Z')
    const [activity] = record.series
    const coarse = {
      ...activity!,
      epochS: 300,
      timesMs: activity!.timesMs.filter((_, i) => i % 5 === 0),
      values: Float32Array.from({ length: 7 * 288 }, (_, i) => {
        return activity!.values.subarray(5 * i, 5 * i + 5).reduce((sum, count) => sum + count, 0)
      }),
    }
    const windows = sleepWindows({ ...record, series: [coarse] })
    expect(windows.map(({ kind }) => kind)).toEqual(Array(7).fill('main'))
  })

  it('is not told of a record without activity or shorter than a day', () => {
    const record = week('2024-06-03T12:00:00Z')
    expect(sleepWindows({ ...record, series: [] })).toEqual([])
    const [activity] = record.series
    const short = {
      ...activity!,
      timesMs: activity!.timesMs.slice(0, 900),
      values: activity!.values.slice(0, 900),
    }
    expect(sleepWindows({ ...record, series: [short] })).toEqual([])
  })
})
