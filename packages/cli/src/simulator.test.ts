import { describe, expect, it } from 'vitest'
import { SIMULATORS, type SimulatedClock } from './simulator.ts'

function runOf(model: string, parameters: Record<string, number>, hours = 96): SimulatedClock {
  const lux = Float64Array.from({ length: hours * 10 + 1 }, (_, i) => (i % 240 < 80 ? 0 : 300))
  return SIMULATORS[model]!.run({
    light: { unit: 'photopicLux', dtH: 0.1, lux },
    startH: 0,
    wake: undefined,
    doses: [],
    parameters,
    startState: undefined,
    onProgress: () => {},
  })
}

describe('the models of sleep and waking on the command line', () => {
  it('gives the pressure and whether the sleeper is awake, asleep at midnight and awake at noon', () => {
    const { states, cbtminH } = runOf('twoprocess', {})
    expect(states[0]).toEqual([0.55241, 0])
    expect(states[120]![1]).toBe(1)
    expect(cbtminH).toEqual([6, 30, 54, 78])
  })

  it('runs the flip-flop of Phillips and Robinson, least awake at 04:00', () => {
    const { states, cbtminH } = runOf('phillipsrobinson07', {})
    const asleep = states.filter(([Vv, Vm]) => Vv! > Vm!).length
    expect(asleep / states.length).toBeCloseTo(6.37 / 24, 2)
    expect(cbtminH).toEqual([4, 28, 52, 76])
    expect(() => runOf('phillipsrobinson07', { chi: 0 })).toThrow('chi')
  })

  it('lets the clock of the HCL model run with changed numbers', () => {
    const { cbtminH } = runOf('skeldon23', { tauc: 24.6 })
    expect(cbtminH.length).toBe(4)
    expect(cbtminH[3]).toBeGreaterThan(runOf('skeldon23', {}).cbtminH[3]!)
  })

  it('refuses thresholds that change places, in one line', () => {
    expect(() => runOf('twoprocess', { upper: 0.1 })).toThrow('upper - lower')
    expect(() => runOf('skeldon23', { Delta: 0 })).toThrow('Delta')
  })

  it('shows numbers under which a model blows up by a state that is not finite', () => {
    const { states } = runOf('skeldon23', { G: 1e9 })
    expect(states.flat().every(Number.isFinite)).toBe(false)
  })
})
