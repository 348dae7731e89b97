import { readdirSync, readFileSync } from 'node:fs'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { TRACKER_FILES } from '#test/tracker-files.ts'
import type { EvidenceOptions, PersonalRecord } from '../evidence/personal-record.ts'
import { readPersonalRecord } from './read-personal-record.ts'

const BERLIN: EvidenceOptions = { zone: 'Europe/Berlin' }

async function read(bytes: Uint8Array, options = BERLIN): Promise<PersonalRecord> {
  const result = await readPersonalRecord([bytes], options)
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

function file(name: string, options = BERLIN): Promise<PersonalRecord> {
  return read(strToU8(TRACKER_FILES[name]!), options)
}

/** Hours from the first to the last known moment of each sleep, with what it is. */
function spans({ episodes }: PersonalRecord): (number | string)[][] {
  return episodes.map(({ bedMs, onsetMs, offsetMs, riseMs, kind, provenance }) => [
    ((riseMs ?? offsetMs!) - (bedMs ?? onsetMs!)) / 3_600_000,
    kind,
    provenance,
  ])
}

describe('exports of watches, rings and sleep apps', () => {
  test('each made-up file is recognised by its content', async () => {
    for (const name of Object.keys(TRACKER_FILES)) {
      expect((await file(name)).format, name).toBe(name.split(' ')[0])
    }
  })

  test('a Fitbit night when the clock goes back is an hour longer than its clocks say', async () => {
    expect(spans(await file('fitbit-csv'))[0]![0]).toBeCloseTo(7.983 + 1, 2)
    const json = await file('fitbit-json')
    expect(spans(json)).toEqual([
      [9, 'main', 'measured'],
      [2 / 3, 'nap', 'reported'],
    ])
    const { bedMs, onsetMs, offsetMs, riseMs } = json.episodes[0]!
    expect([onsetMs! - bedMs!, riseMs! - offsetMs!]).toEqual([600_000, 600_000])
  })

  test('Oura, Withings and Sleepmeter bear the offset in each time', async () => {
    expect(spans(await file('oura-json'))).toEqual([[9, 'main', 'measured']])
    expect(spans(await file('oura-csv'))).toEqual([[9, 'main', 'measured']])
    expect(spans(await file('withings'))).toEqual([[9, 'main', 'measured']])
    const sleepmeter = await file('sleepmeter')
    expect(sleepmeter.episodes).toMatchObject([
      { kind: 'main', alarm: true, workday: true, asleepMin: 510, provenance: 'reported' },
      { kind: 'nap' },
    ])
  })

  test('Oura has five-minute stages, heart rate and its variability; zeros are missing', async () => {
    const { episodes, series } = await file('oura-json')
    const bedMs = episodes[0]!.bedMs!
    expect(
      episodes[0]!.stages!.map((one) => [(one.endMs - one.startMs) / 60_000, one.stage]),
    ).toEqual([
      [10, 'awake'],
      [10, 'light'],
      [10, 'deep'],
      [10, 'rem'],
      [10, 'light'],
      [5, 'awake'],
    ])
    expect(series.map(({ kind, timesMs, values }) => [kind, [...timesMs], [...values]])).toEqual([
      ['heartRateBpm', [bedMs, bedMs + 600_000], [60, 58.5]],
      ['heartRateVariabilityMs', [bedMs], [40]],
    ])
    const first = await file('oura-json v1', { zone: 'Europe/Berlin' })
    expect(first.episodes[0]).toMatchObject({ zone: '-07:00', asleepMin: 420 })
  })

  test('Garmin is in UTC, tells a typed night apart and leaves out days without one', async () => {
    expect(spans(await file('garmin'))).toEqual([
      [8 + 11 / 12, 'main', 'measured'],
      [expect.closeTo(6.944, 2), 'main', 'reported'],
    ])
    const daily = await file('garmin daily', {})
    expect(daily.episodes[0]).toMatchObject({ zone: '+01:00', asleepMin: 60 })
    expect(daily.episodes[0]!.stages).toHaveLength(2)
  })

  test('WHOOP is in the clock of its time zone column', async () => {
    const { episodes } = await file('whoop')
    expect(episodes).toMatchObject([
      { onsetMs: Date.UTC(2023, 9, 28, 21, 15), offsetMs: Date.UTC(2023, 9, 29, 6), kind: 'main' },
      { onsetMs: Date.UTC(2023, 9, 29, 14, 15), zone: '+00:00', kind: 'nap' },
    ])
  })

  test('Sleep as Android tells the hour that comes twice by the id, and a zone for each night', async () => {
    const { episodes, series, zone, zoneFrom } = await file('sleep-as-android', {})
    expect([zone, zoneFrom]).toEqual(['Asia/Tokyo', 'file'])
    expect(episodes).toMatchObject([
      { bedMs: Date.UTC(2023, 9, 29, 1, 40), alarm: true, provenance: 'measured' },
      { bedMs: Date.UTC(2023, 9, 29, 18), provenance: 'reported' },
    ])
    expect(episodes[0]!.stages).toHaveLength(1)
    expect([...series[0]!.values]).toEqual([55.5])
  })

  test('an archive of many files becomes one record, each sleep once', async () => {
    const zip = zipSync({
      'whoop/sleeps.csv': strToU8(TRACKER_FILES.whoop!),
      'whoop/physiological_cycles.csv': strToU8(TRACKER_FILES.whoop!),
      'whoop/journal_entries.csv': strToU8('Cycle start time,Question text,Answered yes\n'),
      'readme.txt': strToU8('hello'),
    })
    const record = await read(zip)
    expect([record.format, record.episodes.length]).toEqual(['whoop', 2])
  })
})

describe.skipIf(!hasShared('data/wearables/sleepdiary-formats'))(
  `sleep diary samples (${SHARED_MISSING})`,
  () => {
    const folder = 'data/wearables/sleepdiary-formats/src'
    const samples = (name: string): string[] =>
      readdirSync(sharedPath(`${folder}/${name}/examples`)).map(
        (one) => `${folder}/${name}/examples/${one}`,
      )
    test.each([
      ['SleepAsAndroid', 'sleep-as-android', 9],
      ['Sleepmeter', 'sleepmeter', 16],
      ['SleepChart1', 'sleepchart', 30],
      ['PleesTracker', 'plees-tracker', 1],
      ['SpreadsheetTable', 'diary-csv', 1],
    ])('%s is read as %s', async (name, format, least) => {
      let nRead = 0
      for (const path of samples(name)) {
        const result = await readPersonalRecord([readFileSync(sharedPath(path))], BERLIN)
        if (!result.ok) {
          expect(['EMPTY', 'UNKNOWN_FORMAT'], path).toContain(result.problem.code)
          continue
        }
        nRead++
        expect(result.value.format, path).toBe(format)
      }
      expect(nRead).toBeGreaterThanOrEqual(least)
    })

    test('a sheet of filled hours is a table of sleeps, as fine as its columns', async () => {
      const path = `${folder}/SpreadsheetGraph/examples/Diary with comments.xlsx`
      const { episodes } = await read(readFileSync(sharedPath(path)), { zone: 'UTC' })
      expect(episodes.map(({ onsetMs, offsetMs }) => [onsetMs, offsetMs])).toEqual([
        [Date.UTC(2021, 0, 1), Date.UTC(2021, 0, 1, 8)],
        [Date.UTC(2021, 0, 2, 1), Date.UTC(2021, 0, 2, 10)],
      ])
    })

    test('SleepChart counts local days since 1999-12-31', async () => {
      const path = `${folder}/SleepChart1/examples/jan 1 2021, 00_00-01_00.tim`
      const { episodes } = await read(readFileSync(sharedPath(path)), { zone: 'Europe/London' })
      expect(episodes[0]!.bedMs).toBe(Date.UTC(2021, 0, 1))
      expect(Math.abs(episodes[0]!.riseMs! - Date.UTC(2021, 0, 1, 1))).toBeLessThan(42_000)
    })
  },
)
