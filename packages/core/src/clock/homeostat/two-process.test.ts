import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson } from '#test/shared.ts'
import {
  hoursToSwitch,
  runTwoProcess,
  TWO_PROCESS_CLOCK,
  TWO_PROCESS_SLEEPR,
  twoProcess,
  twoProcessPressure,
} from './two-process.ts'

const GOLDEN = 'golden/circadian/twoprocess/borbely_default.json'
type Golden = { y0: number; time: number[]; H: number[]; awake: number[]; lower: number[] }

describe('the two-process model of sleep', () => {
  it('sleeps from 23:35 to 07:58, 8.4 h of the day, with the lowest thresholds at 06:00', () => {
    const { switches, cbtminH, dlmoH } = runTwoProcess(TWO_PROCESS_CLOCK, { dtH: 0.1, n: 4800 })
    const [woke, slept] = switches.slice(-3).map(({ atH }) => atH)
    expect([(woke! + 24) % 24, slept! % 24].sort((a, b) => a - b)).toEqual([
      expect.closeTo(7.964, 3),
      expect.closeTo(23.576, 3),
    ])
    expect(cbtminH.slice(0, 2)).toEqual([6, 30])
    expect(dlmoH[0]).toBe(-1)
  })

  it('changes state exactly at the threshold', () => {
    const { values } = TWO_PROCESS_CLOCK
    const model = twoProcess(TWO_PROCESS_CLOCK)
    for (let S = 0.2; S < 0.5; S += 0.05) {
      const h = hoursToSwitch(values, S, true, 8, 100)
      const then = Float64Array.of(twoProcessPressure(values, S, true, h))
      expect(Math.abs(model.switchMargin(then, 1, 8 + h))).toBeLessThan(1e-13)
      for (let t = 0; t < h - 1e-6; t += 0.01) {
        const S1 = Float64Array.of(twoProcessPressure(values, S, true, t))
        expect(model.switchMargin(S1, 1, 8 + t)).toBeLessThan(0)
      }
    }
  })

  it('gives the same states on any grid', () => {
    const coarse = runTwoProcess(TWO_PROCESS_CLOCK, { dtH: 1, n: 200 })
    const fine = runTwoProcess(TWO_PROCESS_CLOCK, { dtH: 0.05, n: 3981 })
    expect(coarse.switches).toEqual(fine.switches.slice(0, coarse.switches.length))
    for (let i = 0; i < 200; i++) expect(coarse.states[i]).toBeCloseTo(fine.states[20 * i]!, 12)
  })

  it('never switches where the thresholds are out of reach', () => {
    const awake = { ...TWO_PROCESS_CLOCK, values: { ...TWO_PROCESS_CLOCK.values, upper: 1.2 } }
    const { switches } = runTwoProcess(awake, { dtH: 0.1, n: 2400 }, { S: 0.3, awake: true })
    expect(switches).toEqual([])
  })
})

describe.skipIf(!hasShared(GOLDEN))(`the two-process model and sleepR (${SHARED_MISSING})`, () => {
  it('has its equations: switched at the ends of its steps, the pressure is equal to 1e-10', () => {
    const golden = sharedJson<Golden>(GOLDEN)
    const model = twoProcess(TWO_PROCESS_SLEEPR)
    let [S, awake] = [golden.y0, false]
    for (const [i, time] of golden.time.entries()) {
      if (i > 0) S = twoProcessPressure(TWO_PROCESS_SLEEPR.values, S, awake, 0.1)
      if (model.switchMargin(Float64Array.of(S), awake ? 1 : 0, time) > 0) awake = !awake
      expect(Math.abs(S - golden.H[i]!)).toBeLessThan(1e-10)
      expect(awake ? 1 : 0).toBe(golden.awake[i])
    }
  })

  it('switches up to a quarter of an hour before sleepR, which looks once a step of 6 min', () => {
    const golden = sharedJson<Golden>(GOLDEN)
    const start = { S: golden.y0, awake: false }
    const { switches } = runTwoProcess(TWO_PROCESS_SLEEPR, { dtH: 0.1, n: 2401 }, start)
    const theirs = golden.time.filter((_, i) => i > 0 && golden.awake[i] !== golden.awake[i - 1])
    expect(switches.length).toBe(theirs.length)
    for (const [i, { atH }] of switches.entries()) {
      expect(theirs[i]! - atH).toBeGreaterThan(0)
      expect(theirs[i]! - atH).toBeLessThan(0.25)
    }
  })
})
