import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import type { SleepSpanH } from './performance-model.ts'
import { kssOfRun, lapsesOfRun, runPerformance } from './performance-run.ts'
import { THREE_PROCESS_INGRE14, threeProcess } from './three-process.ts'
import { UNIFIED_RAMAKRISHNAN16, unifiedModel } from './unified-model.ts'

const DEPRIVED = 'data/sleep-loss/ds004902'
const RESTRICTED = 'data/sleep-loss/sleepstudy/csv/lme4/sleepstudy.csv'
/** A night and a test for who wrote none down: the middle of those who did. */
const [BED, RISE, TEST] = [23.75, 7.75, 9.75]
const LATENCY = 0.25
const DAYS = 14

type Session = { kss: number; lapses: number }
type Deprived = { rested: Session; deprived: Session; said: { rested: number; deprived: number } }

/** Predictions and answers of everyone who answered after a night's sleep and after none. */
function deprivedPeople(): Deprived[] {
  const [head, ...rows] = readFileSync(sharedPath(`${DEPRIVED}/participants.tsv`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.trimEnd().split('\t'))
  return rows.map((row) => {
    const cell = (name: string): string => row[head!.indexOf(name)] ?? 'n/a'
    const bed = hourOf(cell('SleepDiary_item1_NS'), BED)
    const rise = hourOf(cell('SleepDiary_item2_NS'), RISE)
    const nights = Array.from({ length: DAYS }, (_, i) => ({
      onsetH: i === 0 ? 0 : 24 * i - 24 + (bed < 15 ? bed + 24 : bed) + LATENCY,
      offsetH: 24 * i + rise,
    }))
    const day = 24 * (DAYS - 1)
    return {
      rested: predict(nights, day + hourOf(cell('PVT_SamplingTime_NS'), TEST)),
      deprived: predict(nights.slice(0, -1), day + hourOf(cell('PVT_SamplingTime_SD'), TEST)),
      said: { rested: Number(cell('KSS_NS')), deprived: Number(cell('KSS_SD')) },
    }
  })
}

function predict(sleeps: readonly SleepSpanH[], hour: number): Session {
  const times = Float64Array.of(0, hour)
  const run = runPerformance(threeProcess(THREE_PROCESS_INGRE14), sleeps, times)
  const { kss } = kssOfRun(THREE_PROCESS_INGRE14.values, run)
  const vigilance = runPerformance(unifiedModel(UNIFIED_RAMAKRISHNAN16), sleeps, times)
  return { kss: kss[1]!, lapses: lapsesOfRun(vigilance)[1]! }
}

function hourOf(text: string, otherwise: number): number {
  const clock = /^(\d+):(\d+)/.exec(text)
  return clock ? Number(clock[1]) + Number(clock[2]) / 60 : otherwise
}

/** Share of trials slower than half a second, where both of a person's sessions are there. */
function lapseShares(): { rested: number; deprived: number }[] {
  return Array.from({ length: 71 }, (_, i) => {
    const id = `sub-${String(i + 1).padStart(2, '0')}`
    const [rested, deprived] = [1, 2].map((session) => {
      const name = `${id}_ses-${session}_task-pvt_beh.tsv`
      const path = sharedPath(`${DEPRIVED}/${id}/ses-${session}/beh/${name}`)
      if (!existsSync(path)) return Number.NaN
      const lines = readFileSync(path, 'utf8').trim().split('\n').slice(1)
      const times = lines.map((line) => Number(line.trim().split('\t')[1]))
      return times.filter((ms) => ms > 500).length / times.length
    })
    return { rested: rested!, deprived: deprived! }
  }).filter(({ rested, deprived }) => !Number.isNaN(rested + deprived))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [mean(a), mean(b)]
  const dot = (u: readonly number[], p: number, v: readonly number[], q: number): number =>
    u.reduce((sum, value, i) => sum + (value - p) * (v[i]! - q), 0)
  return dot(a, x, b, y) / Math.sqrt(dot(a, x, a, x) * dot(b, y, b, y))
}

describe.skipIf(!hasShared(DEPRIVED))(`a night without sleep (${SHARED_MISSING})`, () => {
  const people = hasShared(DEPRIVED) ? deprivedPeople() : []
  const answered = people.filter(({ said }) => !Number.isNaN(said.rested + said.deprived))

  it('makes 33 people sleepier, as predicted, to within half a point in the deprived state', () => {
    expect(answered.length).toBe(33)
    const said = mean(answered.map((p) => p.said.deprived))
    expect(said).toBeCloseTo(6.7, 1)
    expect(Math.abs(mean(answered.map((p) => p.deprived.kss)) - said)).toBeLessThan(0.5)
    for (const p of answered) expect(p.deprived.kss).toBeGreaterThan(p.rested.kss)
    expect(answered.filter((p) => p.said.deprived < p.said.rested).length).toBe(3)
  })

  it('changes sleepiness by 2.0 points; the model, too alert at rest, says 3.6', () => {
    const said = mean(answered.map((p) => p.said.deprived - p.said.rested))
    const predicted = mean(answered.map((p) => p.deprived.kss - p.rested.kss))
    expect(said).toBeCloseTo(2.03, 2)
    expect(predicted / said).toBeGreaterThan(1)
    expect(predicted / said).toBeLessThan(2)
  })

  it('raises lapses of vigilance in people and in the unified model', () => {
    const shares = lapseShares()
    expect(shares.length).toBeGreaterThan(20)
    const rested = mean(shares.map((p) => p.rested))
    const deprived = mean(shares.map((p) => p.deprived))
    expect(deprived / rested).toBeGreaterThan(1.5)
    const ratio =
      mean(people.map((p) => p.deprived.lapses)) / mean(people.map((p) => p.rested.lapses))
    expect(ratio).toBeGreaterThan(deprived / rested)
  })
})

describe.skipIf(!hasShared(RESTRICTED))(`nine days of 3 h in bed (${SHARED_MISSING})`, () => {
  it('slows 18 people day by day as the unified model has it: r > 0.95 of daily means', () => {
    const rows = readFileSync(sharedPath(RESTRICTED), 'utf8').trim().split('\n').slice(1)
    const trials = rows.map((row) => row.split(',').map(Number))
    const days = Array.from({ length: 10 }, (_, d) => d)
    const measured = days.map((d) => mean(trials.filter((t) => t[2] === d).map((t) => t[1]!)))
    const sleeps = Array.from({ length: 30 }, (_, i) => ({
      onsetH: i === 0 ? 0 : 24 * i + (i - 19 >= 3 ? 4 : -1),
      offsetH: 24 * i + 7,
    }))
    const model = unifiedModel(UNIFIED_RAMAKRISHNAN16)
    const predicted = days.map((d) => {
      const times = Float64Array.of(0, ...[9, 12, 15, 18, 21].map((hour) => 24 * (d + 19) + hour))
      return mean([...lapsesOfRun(runPerformance(model, sleeps, times))].slice(1))
    })
    expect(correlation(measured, predicted)).toBeGreaterThan(0.95)
    const people = [...new Set(trials.map((t) => t[3]!))].map((id) =>
      correlation(
        trials.filter((t) => t[3] === id).map((t) => t[1]!),
        predicted,
      ),
    )
    expect(people.length).toBe(18)
    expect(people.filter((r) => r > 0).length).toBe(17)
    expect(people.sort((a, b) => a - b)[9]).toBeGreaterThan(0.75)
  })
})
