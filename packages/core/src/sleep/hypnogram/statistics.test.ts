import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson } from '#test/shared.ts'
import type { Stage } from '../stage/stage.ts'
import { type Hypnogram, stageAt } from './hypnogram.ts'
import { bouts, findPeriods } from './period.ts'
import { sleepStatistics } from './statistics.ts'
import { transitionMatrix } from './transition.ts'
import { yasaLegacyStatistics, yasaStatistics } from './yasa-statistics.ts'

const STAGE_OF: Record<string, Stage> = {
  W: 'W',
  '1': 'N1',
  '2': 'N2',
  '3': 'N3',
  R: 'R',
  '?': '?',
}

function night(letters: string, epochS = 30): Hypnogram {
  return { epochS, stages: [...letters].map((letter) => STAGE_OF[letter]!) }
}

type Numbers = Record<string, number | null>

function expectNumbers(actual: Readonly<Record<string, number>>, expected: Numbers): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort())
  for (const [name, value] of Object.entries(expected)) {
    if (value === null) expect(actual[name], name).toBeNaN()
    else expect(actual[name], name).toBeCloseTo(value, 4)
  }
}

describe('sleep statistics', () => {
  it('measures latencies from lights off and REM latency from sleep onset', () => {
    const statistics = sleepStatistics(night('WW1122RRW2W'))
    expect(statistics.tibMin).toBe(5.5)
    expect(statistics.solMin).toBe(1)
    expect(statistics.sptMin).toBe(4)
    expect(statistics.tstMin).toBe(3.5)
    expect(statistics.wasoMin).toBe(0.5)
    expect(statistics.finalWakeMin).toBe(0.5)
    expect(statistics.remLatencyMin).toBe(2)
    expect(statistics.n2LatencyMin).toBe(1)
    expect(statistics.awakenings).toBe(1)
    expect(statistics.efficiencyPct).toBeCloseTo((100 * 3.5) / 5.5)
    expect(statistics.fragmentationPerH).toBeCloseTo(2 / (3.5 / 60))
  })

  it('counts ? in time in bed and in the sleep period, as neither sleep nor wake', () => {
    const statistics = sleepStatistics(night('??W22W?W22??'))
    expect(statistics.tibMin).toBe(6)
    expect(statistics.sptMin).toBe(3.5)
    expect(statistics.tstMin).toBe(2)
    expect(statistics.wasoMin).toBe(1)
    expect(statistics.awakenings).toBe(1)
    expect(statistics.unscoredMin).toBe(2.5)
  })

  it('leaves out what has no meaning without sleep', () => {
    const statistics = sleepStatistics(night('WW?W'))
    expect(statistics).toEqual({
      tibMin: 2,
      sptMin: 0,
      tstMin: 0,
      wakeMin: 1.5,
      n1Min: 0,
      n2Min: 0,
      n3Min: 0,
      remMin: 0,
      unscoredMin: 0.5,
      awakenings: 0,
      stageShifts: 0,
      efficiencyPct: 0,
    })
    expect(sleepStatistics(night('')).efficiencyPct).toBeUndefined()
  })

  it('starts time in bed at lights off and ends it at lights on', () => {
    const whole = night('WWWW2222WWWW')
    const statistics = sleepStatistics({ ...whole, startS: 60 }, { offS: 120, onS: 60 + 300 })
    expect(statistics.tibMin).toBe(4)
    expect(statistics.solMin).toBe(1)
  })

  it('calls sleep persistent after ten unbroken minutes', () => {
    const statistics = sleepStatistics(night(`W${'2'.repeat(19)}W${'2'.repeat(20)}`))
    expect(statistics.solMin).toBe(0.5)
    expect(statistics.persistentSleepLatencyMin).toBe(10.5)
  })

  it('scales with the length of an epoch', () => {
    const thirty = sleepStatistics(night('WW1122RRW2W'))
    const ten = sleepStatistics(night([...'WW1122RRW2W'].map((s) => s.repeat(3)).join(''), 10))
    expect(ten).toEqual(thirty)
  })
})

describe('bouts', () => {
  it('are runs of one stage, and NaN where a stage never comes', () => {
    const summary = bouts(night('WW1222?2R').stages)
    expect(summary.N2).toEqual({ n: 2, mean: 2, median: 2, p90: 2.8, longest: 3 })
    expect(summary.N3.n).toBe(0)
    expect(summary.N3.mean).toBeNaN()
  })
})

describe.skipIf(!hasShared('golden/eeg'))(
  `statistics as YASA computes them (${SHARED_MISSING})`,
  () => {
    type Periods = { values: number[]; start: number[]; length: number[] }
    type SixHours = {
      hypno_int: number[]
      legacy_sleep_statistics: Numbers
      hypnogram_sleep_statistics: Numbers
      transition_counts: { m: number[][] }
      transition_probs: number[][]
      periods_5min: Periods
      periods_2min_equal: Periods
    }

    it('equals both of its functions, transitions and periods over six hours', () => {
      const golden = sharedJson<SixHours>('golden/eeg/yasa_hypnogram_6h.json')
      const hypnogram = { epochS: 30, stages: golden.hypno_int.map(stageAt) }
      expectNumbers(yasaStatistics(hypnogram), golden.hypnogram_sleep_statistics)
      expectNumbers(yasaLegacyStatistics(hypnogram), golden.legacy_sleep_statistics)
      const { counts, probabilities } = transitionMatrix(hypnogram.stages)
      expect(counts).toEqual(golden.transition_counts.m)
      for (const [i, row] of golden.transition_probs.entries()) {
        for (const [j, p] of row.entries()) expect(probabilities[i]![j]).toBeCloseTo(p, 12)
      }
      const periods = (found: ReturnType<typeof findPeriods<number>>): Periods => ({
        values: found.map(({ value }) => value),
        start: found.map(({ start }) => start),
        length: found.map(({ length }) => length),
      })
      expect(periods(findPeriods(golden.hypno_int, 30))).toEqual(golden.periods_5min)
      const equal = findPeriods(golden.hypno_int, 30, { thresholdS: 120, equalLength: true })
      expect(periods(equal)).toEqual(golden.periods_2min_equal)
    })

    it('equals both of its functions for a nap', () => {
      const golden = sharedJson<{ hypno: Stage[]; legacy: Numbers; stats: Numbers }>(
        'golden/eeg/yasa_hypnogram_sub02.json',
      )
      const hypnogram = { epochS: 30, stages: golden.hypno }
      expectNumbers(yasaStatistics(hypnogram), golden.stats)
      expectNumbers(yasaLegacyStatistics(hypnogram), golden.legacy)
    })

    it('equals it for five nights of DOD-H, unscored epochs included', () => {
      const golden = sharedJson<Record<string, { hypno: number[]; stats: Numbers }>>(
        'golden/eeg/yasa_hypnogram_dodh5.json',
      )
      for (const { hypno, stats } of Object.values(golden)) {
        const hypnogram = { epochS: 30, stages: hypno.map(stageAt) }
        expectNumbers(yasaStatistics(hypnogram), stats)
        const ours = sleepStatistics(hypnogram)
        expect(ours.tstMin).toBeCloseTo(stats.TST!, 4)
        expect(ours.remLatencyMin).toBeCloseTo(stats.Lat_REM! - stats.SOL!, 4)
        expect(ours.fragmentationPerH).toBeCloseTo(2 * stats.SFI!, 3)
      }
    })
  },
)
