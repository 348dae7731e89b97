import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { type BatchName, pacemakerBatch } from './batch.ts'
import { BATCH_RECEPTOR_STEP } from './batch-kernel.ts'
import { pacemakerOf } from './registry.ts'
import { simulate } from './simulate.ts'
import { stepPacemaker } from './step.ts'

const NAMES: readonly BatchName[] = ['jewett99', 'forger99', 'hannay19']
const DT_H = 0.1
const DAY = 240
const DAYS = 12
const PEOPLE = 5

/** Five people: from lamps to direct sun, new at every sample or hour. */
function crowd(name: BatchName) {
  const random = seededRandom(11)
  const lux = new Float64Array(PEOPLE * DAYS * DAY)
  let now = 0
  for (let at = 0; at < lux.length; at++) {
    const [person, i] = [Math.floor(at / (DAYS * DAY)), at % (DAYS * DAY)]
    const hour = ((i + 1) * DT_H) % 24
    if (person < 3 || i % 10 === 0) now = 10 ** (4.78 * random.uniform() ** (person + 1))
    lux[at] = hour > 7 && hour < 23 ? now : 0
  }
  const usual = pacemakerOf(name).parameters.values.tau!
  const tau = Float64Array.from({ length: PEOPLE }, (_, p) => usual + (p - 2) * 0.1)
  const lightGain = Float64Array.from({ length: PEOPLE }, (_, p) => 0.6 + 0.2 * p)
  return { lux, tau, lightGain }
}

describe.each(NAMES)('a batch of %s', (name) => {
  const { lux, tau, lightGain } = crowd(name)
  const batch = pacemakerBatch(name, { people: PEOPLE, dtH: DT_H, tau, lightGain })
  for (let day = 0; day < DAYS; day++) {
    const block = new Float64Array(PEOPLE * DAY)
    for (let p = 0; p < PEOPLE; p++) {
      const from = (p * DAYS + day) * DAY
      block.set(lux.subarray(from, from + DAY), p * DAY)
    }
    batch.advance(block, DAY)
  }
  const alone = (p: number) => pacemakerOf(name, { tau: tau[p]!, lightGain: lightGain[p]! })
  const rowOf = (p: number) => lux.subarray(p * DAYS * DAY, (p + 1) * DAYS * DAY)

  test('is the scalar step to 1e-12, people with own light, period and gain, day by day', () => {
    for (let p = 0; p < PEOPLE; p++) {
      const pacemaker = alone(p)
      const state = Float64Array.from(pacemaker.initialState)
      for (const light of rowOf(p)) {
        const alpha = pacemaker.alpha(light)
        const span = 60 * (alpha + pacemaker.beta) * DT_H
        const parts = Math.max(1, Math.ceil(span / BATCH_RECEPTOR_STEP))
        for (let part = 0; part < parts; part++) {
          stepPacemaker(pacemaker, state, alpha, 1, 0, DT_H / parts, state)
        }
      }
      state.forEach((value, j) => {
        expect(Math.abs(batch.states[j]![p]! - value)).toBeLessThan(1e-12 * Math.abs(value) + 1e-12)
      })
    }
  })

  test('has the CBTmin of a converged run to 3 s, one a cycle', () => {
    for (let p = 0; p < PEOPLE; p++) {
      const input = { dtH: DT_H, lux: Float64Array.from([0, ...rowOf(p)]) }
      const { cbtminH, states } = simulate(alone(p), input)
      expect(batch.cbtminH(p).length).toBe(cbtminH.length)
      batch.cbtminH(p).forEach((at, i) => {
        expect(Math.abs(at - cbtminH[i]!)).toBeLessThan(3 / 3600)
      })
      states.at(-1)!.forEach((value, j) => {
        expect(Math.abs(batch.states[j]![p]! - value)).toBeLessThan(5e-5)
      })
    }
  })

  test('goes on from given states, and one row of light may be everybody’s', () => {
    const people = 3
    const shared = pacemakerBatch(name, {
      people,
      dtH: DT_H,
      startH: 48,
      states: batch.states.map((c) => c.slice(0, people)),
    })
    const own = pacemakerBatch(name, {
      people,
      dtH: DT_H,
      startH: 48,
      states: batch.states.map((c) => c.slice(0, people)),
    })
    const row = rowOf(0).slice(0, DAY)
    shared.advance(row, DAY, true)
    own.advance(
      Float32Array.from({ length: people * DAY }, (_, i) => Math.fround(row[i % DAY]!)),
      DAY,
    )
    expect(shared.timeH()).toBe(72)
    for (let j = 0; j < shared.states.length; j++) {
      for (let p = 0; p < people; p++) {
        expect(Math.abs(shared.states[j]![p]! - own.states[j]![p]!)).toBeLessThan(1e-6)
      }
    }
    expect(shared.cbtminH(0).every((at) => at > 48 && at < 73)).toBe(true)
  })

  test('refuses a gap and a light below 0, whoever it belongs to', () => {
    for (const bad of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      const two = pacemakerBatch(name, { people: 2, dtH: DT_H })
      const row = new Float64Array(2 * DAY).fill(100)
      row[DAY + 7] = bad
      expect(() => two.advance(row, DAY)).toThrow(`lux of person 1: got ${bad}`)
    }
  })
})
