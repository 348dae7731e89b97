import { describe, expect, it } from 'vitest'
import type { PersonalRecord } from '../../sleep/evidence/personal-record.ts'
import type { SleepEpisode } from '../../sleep/evidence/sleep-episode.ts'
import { fitNights, napSpans } from './fit-night.ts'

const HOUR_MS = 3_600_000
const MIDNIGHT = Date.UTC(2026, 9, 5)

function episode(fromH: number, toH: number, changes: Partial<SleepEpisode> = {}): SleepEpisode {
  return {
    onsetMs: MIDNIGHT + fromH * HOUR_MS,
    offsetMs: MIDNIGHT + toH * HOUR_MS,
    kind: 'unknown',
    provenance: 'measured',
    source: 'watch',
    ...changes,
  }
}

function nightsOf(...episodes: SleepEpisode[]) {
  const record: PersonalRecord = {
    format: 'x',
    zone: 'UTC',
    zoneFrom: 'given',
    episodes,
    series: [],
    warnings: [],
  }
  return { nights: fitNights([record]), naps: napSpans([record]) }
}

describe('the main sleep of a date', () => {
  it('is the longest one, and a short one is a nap', () => {
    const { nights, naps } = nightsOf(episode(-1, 6), episode(13, 14))
    expect(nights).toMatchObject([{ onsetH: -1, offsetH: 6, bedH: -1.25 }])
    expect(naps).toHaveLength(1)
  })

  it('is put together from pieces with a gap of an hour, not from pieces of two sources', () => {
    expect(nightsOf(episode(-1, 2), episode(2.8, 7)).nights).toMatchObject([
      { onsetH: -1, offsetH: 7 },
    ])
    const other = { source: 'phone', provenance: 'inferred' } as const
    expect(nightsOf(episode(-1, 3), episode(3.5, 7, other)).nights[0]).toMatchObject({ offsetH: 3 })
  })

  it('is taken as measured before reported before inferred, never as a mixture', () => {
    const told = episode(-2, 8, { provenance: 'reported', source: 'diary' })
    expect(nightsOf(told, episode(-1.2, 7.1)).nights).toMatchObject([
      { onsetH: expect.closeTo(-1.2), offsetH: expect.closeTo(7.1), provenance: 'measured' },
    ])
  })

  it('keeps one end when the other is not known', () => {
    const open: SleepEpisode = {
      bedMs: MIDNIGHT - HOUR_MS,
      kind: 'main',
      provenance: 'reported',
      source: 'diary',
    }
    const [night] = nightsOf(open).nights
    expect(night).toMatchObject({ bedH: -1, onsetH: -0.75 })
    expect(night!.offsetH).toBeUndefined()
  })

  it('knows Monday to Friday by the date of waking', () => {
    const week = Array.from({ length: 7 }, (_, d) => episode(24 * d - 1, 24 * d + 7))
    const weekdays = nightsOf(...week).nights.map(({ weekday }) => weekday)
    expect(weekdays).toEqual([true, true, true, true, true, false, false])
  })
})
