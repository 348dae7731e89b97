import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson } from '#test/shared.ts'
import { sleepStatistics } from '../hypnogram/statistics.ts'
import { EPOCH_S, type SleepStage } from '../stage/stage.ts'
import { epochStages, stageCourse } from './course.ts'
import { drawPerson } from './person.ts'

const NIGHT_S = 8 * 3600
const SEEDS = Array.from({ length: 60 }, (_, seed) => seed)
const courseOf = (seed: number, durationS = NIGHT_S) =>
  stageCourse(seed, drawPerson(seed), durationS)
const statisticsOf = (seed: number) =>
  sleepStatistics({ epochS: EPOCH_S, stages: epochStages(courseOf(seed), NIGHT_S) })

type Spread = { readonly mean: number; readonly sd: number }
type Priors = { readonly dodh: { readonly sleep_stats: Readonly<Record<string, Spread>> } }

/** Minutes of a stage in each third of a night, averaged over the seeds. */
function thirds(stage: SleepStage): number[] {
  const sums = [0, 0, 0]
  for (const seed of SEEDS) {
    epochStages(courseOf(seed), NIGHT_S).forEach((name, epoch) => {
      if (name === stage) sums[Math.floor(epoch / 320)]! += 0.5 / SEEDS.length
    })
  }
  return sums
}

describe('the course of a synthetic night', () => {
  it('covers the night without a gap, and its borders are not bound to epochs', () => {
    for (const seed of SEEDS) {
      const course = courseOf(seed)
      expect([course[0]!.startS, course.at(-1)!.endS]).toEqual([0, NIGHT_S])
      for (let k = 1; k < course.length; k++) {
        expect(course[k]!.startS).toBe(course[k - 1]!.endS)
        expect(course[k]!.stage).not.toBe(course[k - 1]!.stage)
        expect(course[k]!.endS).toBeGreaterThan(course[k]!.startS)
      }
      expect(course.some(({ startS }) => startS % EPOCH_S > 1)).toBe(true)
    }
  })

  it('begins and ends awake, and never falls from wake or N1 into N3', () => {
    for (const seed of SEEDS) {
      const stages = courseOf(seed).map(({ stage }) => stage)
      expect([stages[0], stages.at(-1)]).toEqual(['W', 'W'])
      stages.forEach((stage, k) => {
        if (stage === 'N3') expect(stages[k - 1]).toBe('N2')
      })
    }
  })

  it('has most N3 in the first third and most REM in the last', () => {
    const [deepEarly, , deepLate] = thirds('N3')
    const [remEarly, , remLate] = thirds('R')
    expect(deepEarly).toBeGreaterThan(4 * deepLate!)
    expect(remLate).toBeGreaterThan(3 * remEarly!)
  })

  it('is the beginning of a longer night when it is short: two hours end asleep', () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const stages = epochStages(courseOf(seed, 7200), 7200)
      expect(stages).toHaveLength(240)
      expect(stages.filter((stage) => stage !== 'W').length).toBeGreaterThan(140)
      expect(stages).toContain('N3')
    }
  })

  it('labels each whole epoch with the stage that fills most of it', () => {
    const stretch = (startS: number, endS: number, stage: SleepStage) => ({
      ...{ startS, endS, stage, cycle: 0 },
    })
    const course = [stretch(0, 40, 'W'), stretch(40, 50, 'N1'), stretch(50, 95, 'N2')]
    expect(epochStages(course, 95)).toEqual(['W', 'W', 'N2'])
  })
})

describe.skipIf(!hasShared('golden/eeg'))(
  `sleep statistics of synthetic nights (${SHARED_MISSING})`,
  () => {
    it('lie within two standard deviations of 25 healthy sleepers, for every seed', () => {
      const priors = sharedJson<Priors>('golden/eeg/dod_hypnogram_priors.json').dodh.sleep_stats
      const outside: string[] = []
      for (const seed of SEEDS) {
        const s = statisticsOf(seed)
        const values = {
          ...{ se: s.efficiencyPct, sol: s.solMin, waso: s.wasoMin, awak: s.awakenings },
          ...{ n1: s.n1Pct, n2: s.n2Pct, n3: s.n3Pct, rem: s.remPct, tst: s.tstMin },
        }
        for (const [name, value] of Object.entries(values)) {
          const { mean, sd } = priors[name]!
          if (!(Math.abs(value! - mean) <= 2 * sd)) outside.push(`seed ${seed}: ${name} ${value}`)
        }
      }
      expect(outside).toEqual([])
    })

    it('have their means within one standard deviation, and differ from night to night', () => {
      const priors = sharedJson<Priors>('golden/eeg/dod_hypnogram_priors.json').dodh.sleep_stats
      const all = SEEDS.map(statisticsOf)
      for (const [name, values] of [
        ['n1', all.map((s) => s.n1Pct!)],
        ['n2', all.map((s) => s.n2Pct!)],
        ['n3', all.map((s) => s.n3Pct!)],
        ['rem', all.map((s) => s.remPct!)],
        ['awak', all.map((s) => s.awakenings)],
      ] as const) {
        const mean = values.reduce((sum, v) => sum + v) / values.length
        expect(Math.abs(mean - priors[name]!.mean), name).toBeLessThan(priors[name]!.sd)
        expect(Math.max(...values) - Math.min(...values), name).toBeGreaterThan(priors[name]!.sd)
      }
    })
  },
)
