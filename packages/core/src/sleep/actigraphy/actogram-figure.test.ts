import { describe, expect, it } from 'vitest'
import type { PersonalRecord } from '../evidence/personal-record.ts'
import type { SleepEpisode } from '../evidence/sleep-episode.ts'
import { actogramFigure } from './actogram-figure.ts'

const START = Date.parse('2023-10-27T22:00:00Z')

/** Three days in Berlin through the night of 29 October: one count a minute, light by day. */
const RECORD: PersonalRecord = {
  format: 'made-up',
  zone: 'Europe/Berlin',
  zoneFrom: 'given',
  episodes: [],
  series: (['activityCounts', 'photopicLux'] as const).map((kind) => ({
    kind,
    source: 'wrist',
    provenance: 'measured' as const,
    epochS: 60,
    timesMs: Float64Array.from({ length: 3 * 1440 }, (_, i) => START + i * 60_000),
    values: Float32Array.from({ length: 3 * 1440 }, (_, i) => (i % 1440 > 420 ? 800 : 0)),
  })),
  warnings: [],
}

function sleep(provenance: SleepEpisode['provenance']): SleepEpisode {
  const [onsetMs, offsetMs] = [START + 86_400_000, START + 86_400_000 + 8 * 3_600_000]
  return { onsetMs, offsetMs, provenance, kind: 'main', source: 'diary' }
}

describe('an actogram', () => {
  it('has a row for each day of the zone, each beside the next', () => {
    const svg = actogramFigure(RECORD, [sleep('reported')])
    expect([...svg.matchAll(/>(\w{3} \d+ Oct)</g)].map((match) => match[1])).toEqual([
      'Sat 28 Oct',
      'Sun 29 Oct',
      'Mon 30 Oct',
    ])
    expect(svg).toContain('3 days, each with the day after it beside it; 1 sleeps.')
  })

  it('fills sleep that was reported and outlines what was inferred', () => {
    const bands = (provenance: SleepEpisode['provenance']) =>
      actogramFigure(RECORD, [sleep(provenance)]).split('<rect').length
    const plain = actogramFigure(RECORD, [])
    // Sunday's night is drawn in the row of Saturday and in its own.
    expect(bands('reported') - plain.split('<rect').length).toBe(2)
    const outlined = (svg: string) => svg.split('stroke-width="1.4"').length - 1
    expect(outlined(actogramFigure(RECORD, [sleep('inferred')]))).toBe(2)
    expect(outlined(actogramFigure(RECORD, [sleep('reported')]))).toBe(0)
  })

  it('of nothing is empty, and of a long record shows its last 62 days', () => {
    expect(actogramFigure({ ...RECORD, series: [] }, [])).toContain('0 days')
    const early = { ...sleep('reported'), onsetMs: START - 90 * 86_400_000 }
    const first = { ...early, offsetMs: early.onsetMs + 8 * 3_600_000 }
    expect(actogramFigure(RECORD, [first])).toContain('62 days')
  })
})
