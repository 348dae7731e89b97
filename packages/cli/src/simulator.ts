import {
  type LightSeries,
  PACEMAKER_NAMES,
  type Pacemaker,
  type PacemakerName,
  PHILLIPS_ROBINSON_07_CLOCK,
  pacemakerOf,
  runPhillipsRobinson,
  runSkeldon23,
  runTwoProcess,
  SKELDON23_ARCASCOPE,
  type SleepWakeTrajectory,
  simulate,
  TWO_PROCESS_CLOCK,
} from '@nocturne/core/clock'
import { describeProblem } from '@nocturne/core/math'
import { UsageError } from './command.ts'

/** What a model is run over. */
export type SimulatorInput = {
  readonly light: LightSeries
  /** Hours since midnight of day 1 at sample 0. */
  readonly startH: number
  readonly wake: Float64Array | undefined
  readonly doses: readonly { readonly hour: number; readonly mg: number }[]
  readonly parameters: Readonly<Record<string, number>>
  readonly startState: readonly number[] | undefined
  readonly onProgress: (fraction: number) => void
}

/** A run, as `nocturne clock simulate --json` gives it. */
export type SimulatedClock = {
  readonly timesH: readonly number[]
  /** One row per time. */
  readonly states: readonly (readonly number[])[]
  readonly cbtminH: readonly number[]
  readonly dlmoH: readonly number[]
}

/** A model that the command line can run. */
export type Simulator = {
  readonly title: string
  readonly doi: string
  /** Letters and published numbers. */
  readonly parameters: Readonly<Record<string, number>>
  readonly stateNames: readonly string[]
  /** What of the input it has no use for, said as a note. */
  readonly ignores: readonly ('light' | 'wake' | 'dose')[]
  run(input: SimulatorInput): SimulatedClock
}

/** Every model of `nocturne clock simulate`, by name. */
export const SIMULATORS: Readonly<Record<string, Simulator>> = {
  ...Object.fromEntries(PACEMAKER_NAMES.map((name) => [name, pacemakerSimulator(name)])),
  skeldon23: skeldon23Simulator(),
  twoprocess: twoProcessSimulator(),
  phillipsrobinson07: phillipsRobinsonSimulator(),
}

function pacemakerSimulator(name: PacemakerName): Simulator {
  const published: Pacemaker = pacemakerOf(name)
  return {
    title: published.parameters.name,
    doi: published.parameters.doi,
    parameters: published.parameters.values,
    stateNames: published.stateNames,
    ignores: [
      ...(name === 'hilaire07' ? [] : (['wake'] as const)),
      ...(name === 'breslow13' ? [] : (['dose'] as const)),
    ],
    run: (input) => {
      const { lux, dtH } = input.light
      const { timesH, states, cbtminH, dlmoH } = simulate(
        pacemakerOf(name, input.parameters),
        { dtH, lux, awake: input.wake, startH: input.startH, doses: input.doses },
        { startState: input.startState, onProgress: input.onProgress },
      )
      return { timesH: [...timesH], states: states.map((row) => [...row]), cbtminH, dlmoH }
    },
  }
}

function skeldon23Simulator(): Simulator {
  const { name, doi, values } = SKELDON23_ARCASCOPE
  return {
    title: name,
    doi,
    parameters: values,
    stateNames: ['x', 'xc', 'n', 'H'],
    ignores: ['wake', 'dose'],
    run: ({ light, startH, parameters, startState }) => {
      const changed = { name, doi, values: { ...values, ...parameters } }
      mustBeAbove0('Delta', changed.values.Delta)
      mustBeAbove0('chi', changed.values.chi)
      const initial = startState && { state: startState, awake: true }
      const run = runSkeldon23(light, { parameters: changed, initial })
      if (!run.ok) throw new UsageError(describeProblem(run.problem))
      return rowsOf(run.value, 4, startH)
    },
  }
}

function twoProcessSimulator(): Simulator {
  const { name, doi, values } = TWO_PROCESS_CLOCK
  return {
    title: name,
    doi,
    parameters: values,
    stateNames: ['S', 'awake'],
    ignores: ['light', 'wake', 'dose'],
    run: ({ light, startH, parameters, startState }) => {
      const changed = { name, doi, values: { ...values, ...parameters } }
      const { upper, lower, chiW, chiS, period } = changed.values
      mustBeAbove0('upper - lower', upper - lower)
      for (const [letter, value] of Object.entries({ chiW, chiS, period })) {
        mustBeAbove0(letter, value)
      }
      const initial = startState && { S: startState[0]!, awake: startState[1]! > 0 }
      const grid = { dtH: light.dtH, n: light.lux.length, startH }
      const run = runTwoProcess(changed, grid, initial)
      const rows = rowsOf(run, 1, 0)
      return { ...rows, states: rows.states.map(([S], i) => [S!, run.awake[i]!]) }
    },
  }
}

function phillipsRobinsonSimulator(): Simulator {
  const { name, doi, values } = PHILLIPS_ROBINSON_07_CLOCK
  return {
    title: name,
    doi,
    parameters: values,
    stateNames: ['Vv', 'Vm', 'H'],
    ignores: ['light', 'wake', 'dose'],
    run: ({ light, startH, parameters, startState, onProgress }) => {
      const changed = { name, doi, values: { ...values, ...parameters } }
      const { chi, taum, tauv, sigma, period } = changed.values
      for (const [letter, value] of Object.entries({ chi, taum, tauv, sigma, period })) {
        mustBeAbove0(letter, value)
      }
      const grid = { dtH: light.dtH, n: light.lux.length, startH }
      return rowsOf(runPhillipsRobinson(changed, grid, startState, onProgress), 3, 0)
    },
  }
}

/** Thresholds that change places or times of no length would switch sleep for ever. */
function mustBeAbove0(letter: string, value: number): void {
  if (!(value > 0)) throw new UsageError(`--parameters: got ${letter} ${value}, expected above 0`)
}

function rowsOf(run: SleepWakeTrajectory, size: number, startH: number): SimulatedClock {
  const states = Array.from(run.timesH, (_, i) => [...run.states.slice(i * size, (i + 1) * size)])
  const later = (timeH: number): number => timeH + startH
  return {
    timesH: Array.from(run.timesH, later),
    states,
    cbtminH: run.cbtminH.map(later),
    dlmoH: run.dlmoH.map(later),
  }
}
