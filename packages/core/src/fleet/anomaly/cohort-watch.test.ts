import { describe, expect, it } from 'vitest'
import { log } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { CHANNEL_NAMES } from '../telemetry/channel.ts'
import { beginCohortWatch, type CohortAlarm, cohortName, cohortWatchStep } from './cohort-watch.ts'
import {
  beginEDetector,
  eBenjaminiHochberg,
  eDetectorStep,
  logEvidence,
  shiftGains,
} from './e-detector.ts'
import { type CohortTally, emptyTally, mergeTally, type RateName, tallyFrame } from './tally.ts'

const REM_DENSITY = CHANNEL_NAMES.indexOf('remDensity')

/** Releases 1 and 2 in two districts, of 900 and 100 people each. */
function told(
  random: ReturnType<typeof seededRandom>,
  change: (tally: CohortTally) => void,
): CohortTally[] {
  return [1, 2].flatMap((release) =>
    ['north', 'south'].map((district) => {
      const tally = emptyTally({ release, cohort: 'middle', district })
      const n = release === 2 ? 100 : 900
      for (let c = 0; c < 12; c++) {
        tally.n[c] = n
        tally.sum[c] = Math.sqrt(n) * random.normal()
        tally.squares[c] = n
      }
      tally.asleepS = tally.heardS = 30 * n
      tally.remS = 6 * n
      change(tally)
      return tally
    }),
  )
}

function firstAlarm(
  change: (tally: CohortTally, random: ReturnType<typeof seededRandom>) => void,
  seed: number,
  most = 400,
): { step: number; alarms: readonly CohortAlarm[] } {
  const random = seededRandom(seed)
  let state = beginCohortWatch()
  for (let step = 1; step <= most; step++) {
    const next = cohortWatchStep(
      state,
      told(random, (tally) => change(tally, random)),
    )
    if (next.alarms.length > 0) return { step, alarms: next.alarms }
    state = next.state
  }
  return { step: Number.POSITIVE_INFINITY, alarms: [] }
}

const adds =
  (rate: RateName, usual: number, times: number) =>
  (tally: CohortTally, random: ReturnType<typeof seededRandom>): void => {
    const mean = (tally.heardS / 30) * usual * (tally.key.release === 2 ? times : 1)
    let left = random.uniform()
    let [count, chance] = [0, Math.exp(-mean)]
    while (left > chance && count < 1000) {
      left -= chance
      chance *= mean / ++count
    }
    tally.counts[rate] += count
  }

describe('the fleet beside itself', () => {
  it('sounds for a shift in one release, at the release, and starts anew (F52)', () => {
    const found = firstAlarm((tally) => {
      if (tally.key.release === 2) tally.sum[1]! += 0.5 * tally.n[1]!
    }, 1)
    expect(found.step).toBeLessThanOrEqual(2)
    expect(found.alarms.every(({ metric }) => metric === 'heartRate')).toBe(true)
    expect(found.alarms.map(({ group }) => group.release)).toContain(2)
  })

  it('is quiet through a storm that moves a district in every release alike (F52)', () => {
    const storm = firstAlarm((tally) => {
      if (tally.key.district !== 'north') return
      for (let c = 0; c < 12; c++) {
        tally.squares[c]! += 4 * (tally.sum[c]! + tally.n[c]!)
        tally.sum[c]! += 2 * tally.n[c]!
      }
    }, 2)
    expect(storm.step).toBe(Number.POSITIVE_INFINITY)
  })

  it('sounds by the name of dreams when REM density, awakenings from REM or adverse dreams rise (F53)', () => {
    const dense = firstAlarm((tally) => {
      if (tally.key.release === 2) tally.sum[REM_DENSITY]! += 0.5 * tally.n[REM_DENSITY]!
    }, 3)
    expect(dense.step).toBeLessThanOrEqual(3)
    expect(dense.alarms.every(({ kind }) => kind === 'dream')).toBe(true)
    const adverse = firstAlarm(adds('adverse', 0.002, 5), 4)
    expect(adverse.step).toBeLessThan(200)
    expect(adverse.alarms[0]).toMatchObject({ kind: 'dream', group: { release: 2 } })
    expect(firstAlarm(adds('adverse', 0.002, 1), 5).step).toBe(Number.POSITIVE_INFINITY)
  })

  it('says nothing of a release that has nobody to be compared with (F52)', () => {
    const random = seededRandom(6)
    let state = beginCohortWatch()
    for (let step = 0; step < 50; step++) {
      const alone = told(random, (tally) => {
        tally.sum[0]! += tally.n[0]!
      }).filter(({ key }) => key.release === 2)
      const next = cohortWatchStep(state, alone)
      expect(next.alarms).toEqual([])
      state = next.state
    }
  })

  it('comes to A no earlier than step A on average when nothing changed, so that ARL >= A (F52)', () => {
    const [A, random] = [200, seededRandom(7)]
    const waits = Array.from({ length: 200 }, () => {
      let state = beginEDetector(shiftGains(0).length)
      for (let step = 1; step < 5000; step++) {
        state = eDetectorStep(state, shiftGains(random.normal()))
        if (logEvidence(state) >= log(A)) return step
      }
      return 5000
    })
    expect(waits.reduce((a, b) => a + b) / waits.length).toBeGreaterThan(A)
  })

  it('takes the k strongest of K groups that reach A K / k (F52)', () => {
    const logA = log(100)
    expect(eBenjaminiHochberg([log(399), 0, 0, 0], logA)).toEqual([])
    expect(eBenjaminiHochberg([0, log(401), 0, 0], logA)).toEqual([1])
    expect(eBenjaminiHochberg([log(201), 0, log(250), 0], logA)).toEqual([2, 0])
  })

  it('adds partitions up to what one partition would have counted', () => {
    const key = { release: 1, cohort: 'late', district: 'east' }
    const [one, a, b] = [emptyTally(key), emptyTally(key), emptyTally(key)]
    const frames = [
      Float64Array.from({ length: 12 }, (_, c) => c - 3),
      new Float64Array(12).fill(Number.NaN),
    ]
    tallyFrame(one, frames[0]!, 4, 30)
    tallyFrame(one, frames[1]!, Number.NaN, 30)
    tallyFrame(a, frames[0]!, 4, 30)
    tallyFrame(b, frames[1]!, Number.NaN, 30)
    mergeTally(a, b)
    expect(a).toEqual(one)
    expect([a.heardS, a.asleepS, a.remS, a.sum[11]]).toEqual([60, 30, 30, 4])
    expect(cohortName(key)).toBe('[1,"late","east"]')
  })
})
