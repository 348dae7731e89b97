import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson } from '#test/shared.ts'
import {
  PHILLIPS_ROBINSON_07,
  PHILLIPS_ROBINSON_07_CLOCK,
  runPhillipsRobinson,
} from './phillips-robinson.ts'
import { Radau } from './radau.ts'

const GOLDEN = 'golden/circadian/twoprocess/philrob_default.json'

describe('the Phillips-Robinson flip-flop', () => {
  it('sleeps 6.4 h of each day by its potentials', () => {
    const { switches } = runPhillipsRobinson(PHILLIPS_ROBINSON_07, { dtH: 0.25, n: 480 })
    const [slept, woke] = switches.slice(-2).map(({ atH }) => atH)
    expect(switches.at(-1)?.awake).toBe(1)
    expect(woke! - slept!).toBeCloseTo(6.37, 1)
  })

  it('on the clock sleeps from 00:13 to 06:35, and is settled from the first night on', () => {
    const grid = { dtH: 0.25, n: 400, startH: 0 }
    const { switches, cbtminH } = runPhillipsRobinson(PHILLIPS_ROBINSON_07_CLOCK, grid)
    for (const { atH, awake } of switches) expect(atH % 24).toBeCloseTo(awake ? 6.587 : 0.215, 2)
    expect(cbtminH).toEqual([4, 28, 52, 76])
  })

  it('places its switches at the same moments on any grid', () => {
    const fine = runPhillipsRobinson(PHILLIPS_ROBINSON_07, { dtH: 0.1, n: 400 })
    const coarse = runPhillipsRobinson(PHILLIPS_ROBINSON_07, { dtH: 1, n: 40 })
    for (const [i, { atH }] of coarse.switches.entries()) {
      expect(Math.abs(atH - fine.switches[i]!.atH) * 3600).toBeLessThan(0.2)
    }
    expect(coarse.cbtminH).toEqual([12, 36])
  })
})

describe('Radau', () => {
  it('solves a stiff linear problem to its tolerance', () => {
    const rate = (t: number, y: Float64Array, out: Float64Array): void => {
      out[0] = -1e4 * (y[0]! - t * t) + 2 * t
    }
    const jacobian = (_t: number, _y: Float64Array, out: Float64Array): void => {
      out[0] = -1e4
    }
    const y = Float64Array.of(1)
    new Radau({ size: 1, rate, jacobian }, 1e-5).advance(y, 0, 3)
    expect(y[0]).toBeCloseTo(9, 7)
  })
})

describe.skipIf(!hasShared(GOLDEN))(`the flip-flop and sleepR (${SHARED_MISSING})`, () => {
  type Golden = { Vv: number[]; Vm: number[]; H: number[]; asleep: number[]; time: number[] }
  const golden = hasShared(GOLDEN) ? sharedJson<Golden>(GOLDEN) : undefined
  const ours = runPhillipsRobinson(PHILLIPS_ROBINSON_07, { dtH: 0.1, n: 2401 }, [-13, 1, 10])

  it('has the states of a run by lsoda at 1e-8 within 1e-6, all along ten days', () => {
    for (const [k, name] of (['Vv', 'Vm', 'H'] as const).entries()) {
      const off = golden![name].map((value, i) => Math.abs(value - ours.states[3 * i + k]!))
      expect(Math.max(...off), name).toBeLessThan(1e-6)
    }
  })

  it('falls asleep later than by sleepR, which counts falling somnogen as sleep', () => {
    const falling = golden!.time.map((_, i) => ours.states[3 * i + 5]! < ours.states[3 * i + 2]!)
    const differ = falling.filter((falls, i) => falls !== (golden!.asleep[i] === 1))
    expect(differ.length).toBeLessThanOrEqual(1)
    const theirs = golden!.time.filter(
      (_, i) => i > 0 && golden!.asleep[i]! > golden!.asleep[i - 1]!,
    )
    const onsets = ours.switches.filter(({ awake }) => awake === 0)
    expect(onsets.length).toBe(theirs.length)
    for (const [i, { atH }] of onsets.entries()) {
      expect(atH - theirs[i]!).toBeGreaterThan(0.5)
      expect(atH - theirs[i]!).toBeLessThan(1.6)
    }
  })
})
