import { describe, expect, test } from 'vitest'
import type { PersonalRecord } from '../evidence/personal-record.ts'
import type { Provenance, SleepEpisode } from '../evidence/sleep-episode.ts'
import { mergeRecords } from './merge-records.ts'

const HOUR_MS = 3_600_000
const NIGHT_MS = Date.UTC(2023, 9, 1, 22)

function sleep(night: number, source: string, provenance: Provenance, more = {}): SleepEpisode {
  const onsetMs = NIGHT_MS + night * 24 * HOUR_MS
  const offsetMs = onsetMs + 8 * HOUR_MS
  return { onsetMs, offsetMs, kind: 'main', provenance, source, ...more }
}

function record(
  episodes: readonly SleepEpisode[],
  more: Partial<PersonalRecord> = {},
): PersonalRecord {
  const zone = { zone: 'Europe/Berlin', zoneFrom: 'given' } as const
  return { format: 'x', ...zone, episodes, series: [], warnings: [], ...more }
}

describe('several files of one person', () => {
  test('are told by one source a night: measured before reported before inferred', () => {
    const merged = mergeRecords([
      record([0, 1, 2].map((night) => sleep(night, 'phone', 'inferred'))),
      record([1, 2].map((night) => sleep(night, 'diary', 'reported', { alarm: true }))),
      record([sleep(2, 'watch', 'measured')]),
    ])
    expect(merged.episodes.map(({ source }) => source)).toEqual(['phone', 'diary', 'watch'])
    expect(merged.setAside.map(({ source }) => source)).toEqual(['phone', 'phone', 'diary'])
    // Nothing of the diary is put into what the watch measured.
    expect(merged.episodes[2]!.alarm).toBeUndefined()
    expect(merged.warnings[0]).toBe('3 sleeps are told by another source too, and set aside')
  })

  test('prefer, of two measured sources, the one with stages, then the one of more nights', () => {
    const stages = [{ startMs: NIGHT_MS, endMs: NIGHT_MS + HOUR_MS, stage: 'deep' as const }]
    const merged = mergeRecords([
      record([sleep(0, 'ring', 'measured', { stages })]),
      record([0, 1].map((night) => sleep(night, 'watch', 'measured'))),
      record([0, 1, 2].map((night) => sleep(night, 'band', 'measured'))),
    ])
    expect(merged.episodes.map(({ source }) => source)).toEqual(['ring', 'band', 'band'])
  })

  test('have a sleep that two files tell alike once, and one with a single end as a night', () => {
    const bedOnly = {
      bedMs: NIGHT_MS,
      kind: 'main',
      provenance: 'reported',
      source: 'diary',
    } as const
    const merged = mergeRecords([
      record([sleep(1, 'watch', 'measured'), bedOnly]),
      record([sleep(1, 'watch', 'measured')]),
      record([sleep(0, 'watch', 'measured')]),
    ])
    expect(merged.episodes).toHaveLength(2)
    expect(merged.setAside).toEqual([bedOnly])
  })

  test('keep the zone of a sleep that is not the common one', () => {
    const merged = mergeRecords([
      record([sleep(0, 'a', 'measured')], { zone: 'UTC', zoneFrom: 'assumed' }),
      record(
        [1, 2].map((night) => sleep(night, 'b', 'measured')),
        { zoneFrom: 'file' },
      ),
      record([sleep(3, 'c', 'measured')], { zone: 'Asia/Tokyo', zoneFrom: 'file' }),
    ])
    expect([merged.zone, merged.zoneFrom]).toEqual(['Europe/Berlin', 'file'])
    expect(merged.episodes.map(({ zone }) => zone)).toEqual([
      undefined,
      undefined,
      undefined,
      'Asia/Tokyo',
    ])
    expect(merged.warnings[0]).toMatch(/several time zones: Europe\/Berlin is used/)
  })

  test('have series of one kind and source joined in order of time, others apart', () => {
    const series = (source: string, at: readonly number[]) => ({
      kind: 'heartRateBpm' as const,
      provenance: 'measured' as const,
      source,
      timesMs: Float64Array.from(at),
      values: Float32Array.from(at, (ms) => ms / 10),
    })
    const merged = mergeRecords([
      record([], { series: [series('watch', [30, 40]), series('ring', [5])] }),
      record([], { series: [series('watch', [10, 30])] }),
    ])
    expect(merged.series.map(({ source, timesMs }) => [source, [...timesMs]])).toEqual([
      ['watch', [10, 30, 40]],
      ['ring', [5]],
    ])
  })
})
