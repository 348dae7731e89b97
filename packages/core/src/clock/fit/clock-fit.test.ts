import { describe, expect, it } from 'vitest'
import { madeUpSleeper } from '#test/made-up-sleeper.ts'
import { momentOfText } from '../../math/time-zone.ts'
import type { PersonalRecord } from '../../sleep/evidence/personal-record.ts'
import type { SleepEpisode } from '../../sleep/evidence/sleep-episode.ts'
import { clockDocument } from './clock-document.ts'
import { estimateOf } from './clock-estimate.ts'
import type { ClockEvidence } from './clock-evidence.ts'
import { type ClockFit, fitClock } from './clock-fit.ts'
import { ledgerOf } from './ledger.ts'

const HOUR_MS = 3_600_000

function diary(
  count: number,
  bedH: number,
  wakeH: number,
  zone = 'UTC',
  first = '2026-10-05',
): PersonalRecord {
  const midnightS = Date.parse(`${first}T00:00:00Z`) / 1000
  const at = (day: number, hours: number): number => {
    const wall = new Date((midnightS + (day * 24 + hours) * 3600) * 1000).toISOString()
    return momentOfText(zone, wall.slice(0, 16).replace('T', ' '))!
  }
  const episodes = Array.from({ length: count }, (_, day): SleepEpisode => {
    const [bedMs, offsetMs] = [at(day, bedH), at(day, wakeH)]
    return { bedMs, offsetMs, kind: 'main', provenance: 'reported', source: 'diary' }
  })
  return { format: 'diary-csv', zone, zoneFrom: 'given', episodes, series: [], warnings: [] }
}

function fitOf(evidence: ClockEvidence): ClockFit {
  const fit = fitClock(evidence)
  if (!fit.ok) throw new Error(fit.problem.code)
  return fit.value
}

const estimate = (evidence: ClockEvidence) => estimateOf(fitOf(evidence).belief)

describe('the clock of a person of whom a diary is known', () => {
  const fit = fitOf({ records: [diary(14, -1, 7)] })
  const document = clockDocument(fit)

  it('starts melatonin near 20:50 and is lowest near 4 when bed is 23:00 and waking 07:00', () => {
    const { dlmo, cbtmin } = document.phase
    expect(dlmo.median.hours).toBeGreaterThan(20.7)
    expect(dlmo.median.hours).toBeLessThan(21.2)
    expect(cbtmin.median.hours).toBeGreaterThan(3.8)
    expect(cbtmin.median.hours).toBeLessThan(5)
  })

  it('is as sure as published regressions: the DLMO within an hour and a half in four of five', () => {
    const { dlmoH } = estimateOf(fit.belief)
    const half = (dlmoH.hi80 - dlmoH.lo80) / 2
    expect(half).toBeGreaterThan(1.3)
    expect(half).toBeLessThan(1.6)
  })

  it.each([
    [-1.5, 6.5],
    [-0.5, 7.5],
    [0.5, 8.5],
  ])('follows the rule bedtime - 2.22 h within a quarter of an hour at bedtime %s', (bed, wake) => {
    const { dlmoH } = estimate({ records: [diary(7, bed, wake)] })
    expect(Math.abs(dlmoH.median - (bed - 2.22))).toBeLessThan(0.25)
  })

  it('draws late and early sleepers towards the middle, and never turns their order', () => {
    const late = estimate({ records: [diary(7, 3, 11)] }).dlmoH.median
    const early = estimate({ records: [diary(7, -3, 5)] }).dlmoH.median
    expect(late).toBeLessThan(3 - 2.22)
    expect(early).toBeGreaterThan(-3 - 2.22)
    expect(late - early).toBeGreaterThan(4)
  })

  it('names at least three models, whose shares make one', () => {
    expect(document.ensemble.map(({ model }) => model)).toEqual([
      'jewett99',
      'forger99',
      'hannay19',
    ])
    const shares = document.ensemble.reduce((sum, { weight }) => sum + weight, 0)
    expect(shares).toBeCloseTo(1, 2)
  })

  it('is the same to the last digit when it is asked again', () => {
    const again = clockDocument(fitOf({ records: [diary(14, -1, 7)] }))
    expect(JSON.stringify(again)).toBe(JSON.stringify(document))
  })

  it('says that three nights are few', () => {
    expect(fitOf({ records: [diary(3, -1, 7)] }).warnings.join()).toContain('3 nights')
  })

  it('is refused when there is no night', () => {
    const nothing = fitClock({ records: [diary(0, -1, 7)] })
    expect(nothing).toMatchObject({ ok: false, problem: { code: 'FIT_EMPTY' } })
  })
})

describe('what else is known', () => {
  const records = [diary(10, -1, 7)]
  const plain = estimate({ records })

  it('a measured DLMO draws the phase to itself and narrows it', () => {
    const dlmoMs = [Date.UTC(2026, 9, 13, 22, 30)]
    const { dlmoH } = estimate({ records, dlmoMs })
    expect(dlmoH.median).toBeGreaterThan(plain.dlmoH.median + 0.8)
    expect(dlmoH.median).toBeLessThan(-1.3)
    expect(dlmoH.hi80 - dlmoH.lo80).toBeLessThan(0.6 * (plain.dlmoH.hi80 - plain.dlmoH.lo80))
  })

  it('genes move the period by minutes, and the ledger adds up to the answer', () => {
    const genes = { tauPriorH: { mean: 24.21, sd: 0.19 } }
    const fit = fitOf({ records, genes })
    const ledger = ledgerOf(fit)
    expect(ledger.map(({ evidence }) => evidence)).toEqual(['genes', 'habit', 'nights'])
    expect(ledger[0]!.moved.tauMin).toBeGreaterThan(1.5)
    expect(ledger[0]!.moved.tauMin).toBeLessThan(5)
    const moved = ledger.reduce((sum, entry) => sum + entry.moved.tauMin, 0)
    expect(24.15 + moved / 60).toBeCloseTo(estimateOf(fit.belief).tauH.median, 6)
  })

  it('an alarm hides the need: nights that it ends ask for more sleep than they have', () => {
    const short = diary(14, -1, 5.5)
    const woken = {
      ...short,
      episodes: short.episodes.map((night) => ({ ...night, alarm: true, workday: true })),
    }
    const free = {
      ...short,
      episodes: short.episodes.map((night) => ({ ...night, alarm: false, workday: false })),
    }
    const asleep = 6.25
    expect(estimate({ records: [woken] }).sleepNeedH.median).toBeGreaterThan(asleep + 0.5)
    expect(estimate({ records: [free] }).sleepNeedH.median).toBeLessThan(asleep + 0.4)
  })

  it('light late in the evening puts the clock later than the same nights without', () => {
    const night = diary(10, 0, 8)
    const timesMs = Float64Array.from({ length: 10 * 96 }, (_, i) => {
      return Date.UTC(2026, 9, 5) + i * 0.25 * HOUR_MS
    })
    const hour = (ms: number): number => (ms / HOUR_MS) % 24
    const values = Float32Array.from(timesMs, (ms) => (hour(ms) > 18 ? 2000 : 30))
    const series = [
      {
        kind: 'photopicLux' as const,
        source: 'logger',
        provenance: 'measured' as const,
        timesMs,
        values,
        epochS: 900,
      },
    ]
    const lit = fitOf({ records: [{ ...night, series }] })
    expect(lit.lightShare.worn).toBeGreaterThan(0.4)
    const dark = estimate({ records: [night] })
    expect(estimateOf(lit.belief).cbtminH.median).toBeGreaterThan(dark.cbtminH.median + 0.3)
  })
})

describe('clocks of the wall', () => {
  it('keep a sleeper at the same hour through the night that has an hour twice', () => {
    const autumn = fitOf({ records: [diary(10, -1, 7, 'Europe/Berlin', '2023-10-24')] })
    expect(autumn.nights).toHaveLength(10)
    for (const night of autumn.nights) expect(night.offsetH).toBeCloseTo(7, 9)
    const { dlmoH } = estimateOf(autumn.belief)
    expect(Math.abs(dlmoH.median - -3.17)).toBeLessThan(0.5)
  })

  it('put a shift worker who sleeps by day where such sleep puts the clock', () => {
    const { cbtminH } = estimate({ records: [diary(10, 8, 15)] })
    expect(cbtminH.median).toBeGreaterThan(9)
    expect(cbtminH.median).toBeLessThan(15)
  })
})

describe('made-up people with clocks of models that no fit uses', () => {
  // A small sample for every day; `npm run evaluate -- clock-coverage` has hundreds.
  const PEOPLE = 16
  const outcomes = Array.from({ length: PEOPLE }, (_, seed) => {
    const person = madeUpSleeper(4000 + seed, 10)
    return { truth: person.truth, found: estimate({ records: [person.record] }) }
  })

  it.each(['tauH', 'cbtminH', 'dlmoH', 'sleepNeedH', 'lightSensitivity'] as const)(
    'have their %s inside the 80 %% interval about as often as it says',
    (parameter) => {
      const inside = outcomes.filter(({ truth, found }) => {
        const { lo80, hi80 } = found[parameter]
        return truth[parameter] >= lo80 && truth[parameter] <= hi80
      })
      // 13 of 16 are expected; 8 or fewer would come once in 200 times.
      expect(inside.length).toBeGreaterThanOrEqual(9)
    },
  )
})
