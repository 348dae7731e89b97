import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readLoggerFile } from '#test/logger-file.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { median } from '../../math/quantile.ts'
import { hourOfDayAt } from '../../math/time-zone.ts'
import type { PersonalSeries } from '../../sleep/evidence/personal-series.ts'
import { readPersonalRecord } from '../../sleep/intake/read-personal-record.ts'
import type { LightSeries } from '../light/light.ts'
import { SKELDON23_AGE30 } from './skeldon23-parameters.ts'
import { fitSleepNeed } from './sleep-need-fit.ts'
import { lightDays, sleepNeedH, type UnforcedSleep } from './unforced-sleep.ts'

const PEOPLE = 'data/light-activity/cyepi'
const BERLIN = 'Europe/Berlin'
const QUARTER_MS = 900_000
const isHere = hasShared(PEOPLE)

type Person = {
  readonly sleep: UnforcedSleep
  readonly light: LightSeries
  readonly startH: number
}

async function personOf(id: string): Promise<Person> {
  const fileOf = (folder: string): string => {
    const name = readdirSync(sharedPath(`${PEOPLE}/${folder}`)).find((one) => one.startsWith(id))
    return sharedPath(`${PEOPLE}/${folder}/${name}`)
  }
  const log = readLoggerFile(fileOf('acttrust'), { zone: BERLIN })
  const diary = await readPersonalRecord([readFileSync(fileOf('sleepdiary'))], { zone: BERLIN })
  if (!log.ok || !diary.ok) throw new Error(id)
  const nights = diary.value.episodes.filter(({ kind }) => kind !== 'nap')
  const spans = nights.flatMap(({ onsetMs, offsetMs }) =>
    onsetMs === undefined || offsetMs === undefined ? [] : [[onsetMs, offsetMs] as const],
  )
  const hours = spans.map(([onset, offset]) => (offset - onset) / 3_600_000)
  const middles = spans.map(([onset, offset]) => hourOfDayAt(BERLIN, (onset + offset) / 2))
  const angle = (f: (x: number) => number): number =>
    middles.reduce((sum, hour) => sum + f((hour * Math.PI) / 12), 0)
  const middle = (Math.atan2(angle(Math.sin), angle(Math.cos)) * 12) / Math.PI
  const durationH = hours.reduce((sum, value) => sum + value, 0) / hours.length
  const series = log.value.series.find(({ kind }) => kind === 'photopicLux')!
  return { sleep: { durationH, midSleepH: (middle + 24) % 24 }, ...quarters(series) }
}

/** Mean lux of each quarter of an hour, 0 where the logger was silent. */
function quarters({ timesMs, values }: PersonalSeries): { light: LightSeries; startH: number } {
  const fromMs = Math.ceil(timesMs[0]! / QUARTER_MS) * QUARTER_MS
  const n = Math.floor((timesMs.at(-1)! - fromMs) / QUARTER_MS)
  const [sum, count] = [new Float64Array(n + 1), new Float64Array(n + 1)]
  for (const [i, ms] of timesMs.entries()) {
    const step = 1 + Math.floor((ms - fromMs) / QUARTER_MS)
    if (step < 1 || step > n || Number.isNaN(values[i])) continue
    sum[step]! += values[i]!
    count[step]! += 1
  }
  const lux = sum.map((total, i) => (count[i]! > 0 ? total / count[i]! : 0))
  const light = { unit: 'photopicLux' as const, dtH: 0.25, lux }
  return { light, startH: hourOfDayAt(BERLIN, fromMs) }
}

describe.skipIf(!isHere)(
  `the fit of sleep need to people with a logger (${SHARED_MISSING})`,
  () => {
    it('gives all 15 a period of 24.0 to 24.5 h and a need within .6 h of their sleep', async () => {
      const ids = readdirSync(sharedPath(`${PEOPLE}/acttrust`)).map((name) => name.slice(0, 3))
      const taus: number[] = []
      for (const id of ids) {
        const { sleep, light, startH } = await personOf(id)
        const options = { startH, lightGatedBySleep: false }
        const days = lightDays(SKELDON23_AGE30.values, light, options)
        if (!days.ok) throw new Error(days.problem.got)
        const fit = fitSleepNeed(sleep, days.value, SKELDON23_AGE30)
        if (!fit.ok) throw new Error(`${id}: ${fit.problem.got}`)
        const need = sleepNeedH(fit.value.parameters)
        expect(Math.abs((need.ok ? need.value : 0) - sleep.durationH), id).toBeLessThan(0.6)
        expect(fit.value.evaluations).toBeLessThan(20)
        taus.push(fit.value.tauH)
      }
      expect(taus.length).toBe(15)
      expect(Math.min(...taus)).toBeGreaterThan(23.9)
      expect(Math.max(...taus)).toBeLessThan(24.6)
      expect(median(Float64Array.from(taus))).toBeCloseTo(24.2, 1)
    })
  },
)
