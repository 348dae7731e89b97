import { describe, expect, it } from 'vitest'
import type { SleepEpisode } from '../evidence/sleep-episode.ts'
import { lightAbove } from './light-timing.ts'
import type { RegularEpochs } from './regular-epochs.ts'
import { lightRegularity, sleepRegularity, statesOfEpisodes } from './sleep-regularity.ts'

const BERLIN = 'Europe/Berlin'
const HOUR = 3_600_000

/** Sleep from 23:00 to 07:00 on the clock of Berlin for a week from a date; summer is +2 h. */
function week(start: string, states: (hourOfRecord: number) => number): RegularEpochs {
  const values = Float64Array.from({ length: 7 * 1440 }, (_, i) => states(i / 60))
  return { startMs: Date.parse(start), epochS: 60, values }
}

const night = (h: number): number => (h % 24 < 8 ? 1 : 0)

function sleep(onset: string, offset: string): SleepEpisode {
  return {
    onsetMs: Date.parse(onset),
    offsetMs: Date.parse(offset),
    kind: 'main',
    provenance: 'reported',
    source: 'diary',
  }
}

describe('sleep regularity', () => {
  it('is 100 for days alike and -100 for days opposite, scorer and epoch in its name', () => {
    const alike = sleepRegularity('diary', week('2024-06-03T00:00:00Z', night), BERLIN)
    expect(alike).toMatchObject({ name: 'SRI (diary, 60 s)', value: 100, knownShare: 1 })
    const odd = week('2024-06-03T00:00:00Z', (h) => (Math.floor(h / 24) % 2 === 0 ? 1 : 0))
    expect(sleepRegularity('diary', odd, BERLIN).value).toBe(-100)
  })

  it('leaves pairs with a gap out and counts them', () => {
    const holes = week('2024-06-03T00:00:00Z', (h) => (h >= 48 && h < 72 ? Number.NaN : night(h)))
    const index = sleepRegularity('diary', holes, BERLIN)
    expect(index.value).toBe(100)
    expect(index.pairs).toBe(4 * 1440)
    expect(index.knownShare).toBeCloseTo(4 / 6, 12)
  })

  it('over a night that changes the clock pairs the same time on the clock, or 24 h', () => {
    // The person keeps the clock of the wall: an hour later in UTC after 29 October 2023.
    const change = Date.parse('2023-10-29T01:00:00Z')
    const start = Date.parse('2023-10-26T21:00:00Z')
    const keeper = week('2023-10-26T21:00:00Z', (h) => {
      return night(start + h * HOUR >= change ? h + 23 : h)
    })
    // The night of the change is the one that is longer on any count.
    expect(sleepRegularity('diary', keeper, BERLIN).value).toBeCloseTo(100, 9)
    const elapsed = sleepRegularity('diary', keeper, BERLIN, 'elapsed').value
    expect(elapsed).toBeLessThan(100)
    expect(elapsed).toBeGreaterThan(90)
  })

  it('counts a nap as the sleep it is', () => {
    const nap = week('2024-06-03T00:00:00Z', (h) => (h >= 37 && h < 38 ? 1 : night(h)))
    const index = sleepRegularity('diary', nap, BERLIN)
    expect(index.value).toBeCloseTo(-100 + 200 * (1 - 120 / (6 * 1440)), 9)
  })

  it('of a diary leaves a day out that was not written down', () => {
    const states = statesOfEpisodes([
      sleep('2024-06-03T21:00:00Z', '2024-06-04T05:00:00Z'),
      sleep('2024-06-04T21:00:00Z', '2024-06-05T05:00:00Z'),
      sleep('2024-06-05T21:00:00Z', '2024-06-06T05:00:00Z'),
      sleep('2024-06-06T21:00:00Z', '2024-06-07T05:00:00Z'),
      sleep('2024-06-09T21:00:00Z', '2024-06-10T05:00:00Z'),
    ])!
    const index = sleepRegularity('diary', states, BERLIN)
    expect(index.value).toBe(100)
    expect(index.pairs).toBe(56 * 60)
    expect(statesOfEpisodes([])).toBeUndefined()
  })

  it('of less than two days of pairs is not measured', () => {
    const short = { startMs: 0, epochS: 60, values: new Float64Array(2 * 1440) }
    expect(sleepRegularity('diary', short, BERLIN).value).toBeNaN()
  })
})

describe('light over the days', () => {
  const light = week('2024-06-03T00:00:00Z', (h) => (h % 24 >= 6 && h % 24 < 18 ? 500 : 5))

  it('has a regularity with its threshold and unit in the name', () => {
    const index = lightRegularity('photopic lux', light, 50, BERLIN)
    expect(index).toMatchObject({ name: 'LRI (> 50 photopic lux, 60 s)', value: 100 })
  })

  it('has hours a day above a threshold and their mean time', () => {
    const above = lightAbove(light, 250, BERLIN)
    expect(above.hoursPerDay).toBeCloseTo(12, 9)
    expect(above.meanTimeH).toBeCloseTo(14, 6)
    const late = week('2024-06-03T00:00:00Z', (h) => (h % 24 >= 20 ? 500 : 5))
    // 22:00 to 02:00 in Berlin is around midnight, not noon.
    expect(lightAbove(late, 250, BERLIN).meanTimeH % 24).toBeCloseTo(0, 6)
  })
})
