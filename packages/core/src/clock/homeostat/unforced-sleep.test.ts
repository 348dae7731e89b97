import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { FixedPointSearch } from './fixed-point.ts'
import { SKELDON23_AGE30, SKELDON23_AGE65 } from './skeldon23-parameters.ts'
import { runSkeldon23 } from './skeldon23-run.ts'
import { fitSleepNeed } from './sleep-need-fit.ts'
import {
  type LightDays,
  lightDays,
  settleSleep,
  sleepNeedH,
  standardLightDay,
} from './unforced-sleep.ts'

function need(mu: number, base = SKELDON23_AGE65): number {
  const result = sleepNeedH({ ...base, values: { ...base.values, mu } })
  if (!result.ok) throw new Error(result.problem.got)
  return result.value
}

/** Two weeks of light at the eye: bright days, lamps, dark nights, later weekends, by a seed. */
function twoWeeks(seed: number): LightDays {
  const random = seededRandom(seed)
  const wakeH = 6.5 + 1.5 * random.uniform()
  const dtH = 0.25
  let level = 1
  const lux = Float64Array.from({ length: 96 * 14 + 1 }, (_, i) => {
    const [day, hour] = [Math.floor((i * dtH) / 24), (i * dtH) % 24]
    if (i % 2 === 0) level = 10 ** (0.4 * random.normal())
    const up = day % 7 >= 5 ? wakeH + 1 : wakeH
    if (hour < up || hour > up + 16) return 0.1
    return (hour > up + 2 && hour < up + 10 ? 400 : 60) * level
  })
  const light = { unit: 'photopicLux' as const, dtH, lux }
  const days = lightDays(SKELDON23_AGE65.values, light, { lightGatedBySleep: false })
  if (!days.ok) throw new Error(days.problem.got)
  return days.value
}

describe('the sleep a person needs', () => {
  it("is 8.1 h by the paper's set for 30 years and 7.4 h by that for 65", () => {
    expect(need(SKELDON23_AGE30.values.mu, SKELDON23_AGE30)).toBeCloseTo(8.14, 2)
    expect(need(SKELDON23_AGE65.values.mu)).toBeCloseTo(7.37, 2)
  })

  it('grows with mu, from 5 h to more than 10', () => {
    for (const base of [SKELDON23_AGE30, SKELDON23_AGE65]) {
      const needs = Array.from({ length: 9 }, (_, i) => need(15 + i, base))
      for (const [i, h] of needs.entries()) if (i > 0) expect(h).toBeGreaterThan(needs[i - 1]!)
      expect(needs[0]).toBeLessThan(5.6)
      expect(needs.at(-1)).toBeGreaterThan(10)
    }
  })

  it('is what a plain run sleeps after half a year of the standard day', () => {
    const day = standardLightDay().lux
    const lux = Float64Array.from(
      { length: 96 * 200 + 1 },
      (_, i) => day[i === 0 ? 0 : ((i - 1) % 96) + 1]!,
    )
    const run = runSkeldon23(
      { unit: 'photopicLux', dtH: 0.25, lux },
      { parameters: SKELDON23_AGE65 },
    )
    if (!run.ok) throw new Error(run.problem.got)
    const [slept, woke] = run.value.switches.filter(({ atH }) => atH > 24 * 198 + 15)
    expect(slept!.awake).toBe(0)
    expect(woke!.atH - slept!.atH).toBeCloseTo(need(SKELDON23_AGE65.values.mu), 3)
  })

  it('is a mean over months where the light does not hold the clock', () => {
    const base = SKELDON23_AGE30
    const drifting = { ...base, values: { ...base.values, tauc: 24.8 } }
    const days = lightDays(base.values, standardLightDay(), { lightGatedBySleep: true })
    expect(days.ok && settleSleep(drifting, days.value)).toMatchObject({
      problem: { code: 'UNSETTLED' },
    })
    const drift = sleepNeedH(drifting)
    expect(drift.ok && drift.value).toBeGreaterThan(7.8)
    expect(drift.ok && drift.value).toBeLessThan(8.5)
  })

  it('is refused for numbers that never sleep', () => {
    const awake = { ...SKELDON23_AGE65, values: { ...SKELDON23_AGE65.values, mu: 5 } }
    expect(sleepNeedH(awake)).toMatchObject({ ok: false, problem: { code: 'NO_SLEEP' } })
  })
})

describe('days of light', () => {
  it('start in the afternoon and are whole', () => {
    const lux = Float64Array.from({ length: 100 }, (_, i) => i)
    const light = { unit: 'photopicLux' as const, dtH: 0.5, lux }
    const days = lightDays(SKELDON23_AGE30.values, light, { lightGatedBySleep: true, startH: 9 })
    expect(days.ok && [days.value.alphas.length, days.value.startH]).toEqual([96, 15])
  })

  it('are refused with a gap, or when a day is not a number of steps', () => {
    const light = { unit: 'photopicLux' as const, dtH: 0.5, lux: new Float64Array(60) }
    const options = { lightGatedBySleep: true }
    const { values } = SKELDON23_AGE30
    expect(lightDays(values, { ...light, dtH: 0.7 }, options)).toMatchObject({ ok: false })
    expect(lightDays(values, { ...light, dtH: 0.1 }, options)).toMatchObject({ ok: false })
    light.lux[7] = Number.NaN
    expect(lightDays(values, light, options)).toMatchObject({
      problem: { where: 'light sample 7' },
    })
  })
})

describe('the fit of sleep need and period to mean duration and mid-sleep', () => {
  it('gives back the mu and tau of 12 simulated people to .002 and 2 s', () => {
    const random = seededRandom(8)
    let evaluations = 0
    for (let person = 0; person < 12; person++) {
      const mu = 17 + 2 * random.uniform()
      const tauc = 24.15 + 0.2 * random.normal()
      const truth = { ...SKELDON23_AGE65, values: { ...SKELDON23_AGE65.values, mu, tauc } }
      const days = twoWeeks(person + 1)
      const slept = settleSleep(truth, days)
      if (!slept.ok) throw new Error(slept.problem.got)
      const fit = fitSleepNeed(slept.value.sleep, days, SKELDON23_AGE65)
      if (!fit.ok) throw new Error(fit.problem.got)
      expect(Math.abs(fit.value.mu - mu)).toBeLessThan(0.002)
      expect(Math.abs(fit.value.tauH - tauc) * 3600).toBeLessThan(2)
      expect(fit.value.parameters.values.tauc).toBe(fit.value.tauH)
      evaluations += fit.value.evaluations
    }
    expect(evaluations / 12).toBeLessThan(14)
  })

  it('says when no such sleeper exists', () => {
    const fit = fitSleepNeed({ durationH: 23, midSleepH: 3 }, twoWeeks(3), SKELDON23_AGE65)
    expect(fit).toMatchObject({ ok: false, problem: { code: 'NOT_REACHED' } })
  })
})

describe('the search for a fixed point', () => {
  it('finds in 8 steps what a slow map would take hundreds for', () => {
    const search = new FixedPointSearch()
    const map = (p: Float64Array): Float64Array =>
      Float64Array.of(0.97 * p[0]! + 0.1 * p[1]! + 0.01, 0.9 * p[1]! + 0.02 * p[0]! * p[0]!)
    let point = Float64Array.of(0.4, 0.1)
    for (let i = 0; i < 8; i++) point = Float64Array.from(search.propose(point, map(point)))
    const image = map(point)
    expect(Math.abs(image[0]! - point[0]!) + Math.abs(image[1]! - point[1]!)).toBeLessThan(1e-6)
  })
})
