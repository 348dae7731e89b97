import { describe, expect, it } from 'vitest'
import { madeUpSleeper } from '#test/made-up-sleeper.ts'
import type { PersonalRecord } from '../../sleep/evidence/personal-record.ts'
import { estimateOf } from './clock-estimate.ts'
import { type ClockFit, fitClock } from './clock-fit.ts'
import { ledgerOf } from './ledger.ts'
import { expectedSleep } from './predict-sleep.ts'
import { updateClock } from './update-clock.ts'

function fitOf(record: PersonalRecord): ClockFit {
  const fit = fitClock({ records: [record] })
  if (!fit.ok) throw new Error(fit.problem.code)
  return fit.value
}

function upTo(record: PersonalRecord, count: number): PersonalRecord {
  return { ...record, episodes: record.episodes.slice(0, count) }
}

describe('one more night', () => {
  const { record } = madeUpSleeper(77, 21)
  const before = fitOf(upTo(record, 20))
  const updated = updateClock(before, record.episodes[20]!)
  const whole = fitOf(record)

  it('is nearly what a fit of all nights says', () => {
    if (!updated.ok) throw new Error(updated.problem.code)
    const [quick, full] = [estimateOf(updated.value.belief), estimateOf(whole.belief)]
    expect(Math.abs(quick.cbtminH.median - full.cbtminH.median)).toBeLessThan(0.2)
    expect(Math.abs(quick.tauH.median - full.tauH.median)).toBeLessThan(0.02)
    expect(Math.abs(quick.sleepNeedH.median - full.sleepNeedH.median)).toBeLessThan(0.1)
    expect(updated.value.nights).toEqual(whole.nights)
  })

  it('takes the sleepers to the same moment and nearly the same states', () => {
    if (!updated.ok) throw new Error(updated.problem.code)
    const hours = Math.abs(updated.value.atMs - whole.atMs) / 3_600_000
    expect(hours).toBeLessThanOrEqual(0.25)
    expect(updated.value.belief.runs.every((run) => run.driftH.length === 21)).toBe(true)
  })

  it('leaves the fit it came from as it was, and a ledger that still adds up', () => {
    if (!updated.ok) throw new Error(updated.problem.code)
    expect(before.nights).toHaveLength(20)
    const sum = ledgerOf(updated.value).reduce((total, { moved }) => total + moved.tauMin, 0)
    expect(24.15 + sum / 60).toBeCloseTo(estimateOf(updated.value.belief).tauH.median, 1)
  })

  it('is refused when it is not after the last, or a nap', () => {
    const old = updateClock(whole, record.episodes[3]!)
    expect(old).toMatchObject({ ok: false, problem: { code: 'FIT_NIGHT' } })
    const nap = updateClock(before, { ...record.episodes[20]!, kind: 'nap' })
    expect(nap).toMatchObject({ ok: false, problem: { code: 'FIT_NIGHT' } })
  })
})

describe('the sleep to come', () => {
  const { record } = madeUpSleeper(78, 21)
  const fit = fitOf(record)
  const day = fit.nights.at(-1)!.day + 1

  it('is near the usual hours and ends no later on a work morning', () => {
    const [work, free] = [expectedSleep(fit, day, true), expectedSleep(fit, day, false)]
    expect(Math.abs(free.onsetH - fit.habit.onsetH)).toBeLessThan(1.5)
    expect(work.offsetH).toBeLessThanOrEqual(free.offsetH)
    expect(free.offsetH - free.onsetH).toBeGreaterThan(5)
  })
})
