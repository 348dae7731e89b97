import { readFile } from 'node:fs/promises'
import {
  fillLightGaps,
  type GapPolicy,
  type LightRecord,
  type LightSeries,
  lightInUnit,
  readLightRecord,
  SPECTRA,
} from '@nocturne/core/clock'
import { describeProblem } from '@nocturne/core/math'
import { type Arguments, type Io, UsageError } from '../command.ts'
import { SIMULATORS, type SimulatedClock, type Simulator } from '../simulator.ts'
import type { ClockVerb } from './clock-verb.ts'

const GAPS: readonly GapPolicy[] = ['hold', 'profile', 'unknown']

/** `nocturne clock simulate`: a model over a light record. */
export const SIMULATE: ClockVerb = {
  name: 'simulate',
  usage:
    'simulate --model M --light FILE [--parameters k=v,…] [--start-state a,b,…] [--dose MG@H,…]',
  example: 'nocturne clock simulate --model jewett99 --light light.json',
  positionals: [0, 0],
  options: {
    model: { type: 'string', value: 'M', help: Object.keys(SIMULATORS).join(', ') },
    light: {
      type: 'string',
      value: 'FILE',
      help: '{"dt_h":.1,"light_lux":[…],"wake":[…]} from midnight; null is a gap',
    },
    parameters: { type: 'string', value: 'k=v,…', help: 'numbers of the model changed by letter' },
    'start-state': { type: 'string', value: 'a,b,…', help: 'the state at the first sample' },
    dose: { type: 'string', value: 'MG@H,…', help: 'breslow13: melatonin by mouth, mg at an hour' },
    gaps: {
      type: 'string',
      value: 'HOW',
      help: 'fill gaps of the light: hold (2 h, then as usual at that time of day) or profile (hold)',
    },
    spectrum: {
      type: 'string',
      value: 'S',
      help: `for melanopic light only: ${Object.keys(SPECTRA).join(', ')}`,
    },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const simulator = simulatorOf(args)
  const record = await recordOf(args, io)
  const wake = wakeOf(record, simulator, io)
  const label = `running ${args.text('model')}`
  const clock = simulator.run({
    light: record.light,
    startH: record.startH,
    wake,
    doses: dosesOf(args, record, simulator),
    parameters: parametersOf(args, simulator),
    startState: startStateOf(args, simulator),
    onProgress: (fraction) => io.progress(label, fraction),
  })
  io.progress(label, 1)
  const { timesH, states, cbtminH, dlmoH } = clock
  const broken = states.findIndex((row) => !row.every(Number.isFinite))
  if (broken >= 0) {
    const where = `${args.text('model')} at ${timesH[broken]!.toFixed(1)} h`
    throw new UsageError(`${where}: got a state that is not finite, expected other parameters`)
  }
  const document = { model: args.text('model'), dtH: record.light.dtH }
  if (args.flag('json')) {
    io.out(`${JSON.stringify({ ...document, timesH, states, cbtminH, dlmoH })}\n`)
  } else io.out(summary(clock, simulator, record))
  return 0
}

function simulatorOf(args: Arguments): Simulator {
  const name = args.text('model')
  const simulator = name !== undefined && Object.hasOwn(SIMULATORS, name) && SIMULATORS[name]
  if (simulator) return simulator
  const got = name === undefined ? 'nothing' : `"${name}"`
  throw new UsageError(`--model: got ${got}, expected one of ${Object.keys(SIMULATORS).join(', ')}`)
}

async function recordOf(args: Arguments, io: Io): Promise<LightRecord> {
  const path = args.text('light')
  if (path === undefined) throw new UsageError('--light: got nothing, expected a file of light')
  const read = readLightRecord(await readFile(path, 'utf8'))
  if (!read.ok) throw new UsageError(`${path}: ${describeProblem(read.problem)}`)
  const light = photopic(read.value.light, args)
  const policy = (args.text('gaps') ?? 'hold') as GapPolicy
  if (!GAPS.includes(policy)) {
    throw new UsageError(`--gaps: got "${policy}", expected one of ${GAPS.join(', ')}`)
  }
  const filled = fillLightGaps(light, read.value.startH, policy)
  if (!filled.ok) throw new UsageError(`${path}: ${describeProblem(filled.problem)}`)
  const { gapSamples, lux } = filled.value
  if (gapSamples > 0) {
    const hours = (gapSamples * light.dtH).toFixed(1)
    io.err(`nocturne clock: ${path}: ${hours} h of light unknown, filled (--gaps ${policy})\n`)
  }
  return { ...read.value, light: { ...light, lux } }
}

function photopic(light: LightSeries, args: Arguments): LightSeries {
  const name = args.text('spectrum')
  if (light.unit === 'photopicLux') {
    if (name === undefined) return light
    throw new UsageError(`--spectrum: got "${name}" with photopic light, expected none`)
  }
  const spectrum =
    name !== undefined && Object.hasOwn(SPECTRA, name)
      ? SPECTRA[name as keyof typeof SPECTRA]
      : undefined
  if (spectrum) return lightInUnit(light, 'photopicLux', spectrum)
  const got = name === undefined ? 'nothing with melanopic light' : `"${name}"`
  const expected = Object.keys(SPECTRA).join(', ')
  throw new UsageError(`--spectrum: got ${got}, expected one of ${expected}`)
}

/** A gap in wake, or none at all, is filled from the light, and said. */
function wakeOf(record: LightRecord, simulator: Simulator, io: Io): Float64Array | undefined {
  if (simulator.ignores.includes('wake')) return undefined
  const { wake, light } = record
  const guessed = light.lux.map((lux, i) => {
    const known = wake?.[i]
    return known === undefined || Number.isNaN(known) ? Number(lux > 0) : known
  })
  if (wake?.every((value) => !Number.isNaN(value))) return wake
  io.err('nocturne clock: wake is not known throughout: taken as awake where there is light\n')
  return guessed
}

function parametersOf(args: Arguments, simulator: Simulator): Record<string, number> {
  const changes: Record<string, number> = {}
  for (const part of listOf(args.text('parameters'))) {
    const [letter = '', text = ''] = part.split('=').map((side) => side.trim())
    if (!Object.hasOwn(simulator.parameters, letter)) {
      const letters = Object.keys(simulator.parameters).join(', ')
      throw new UsageError(`--parameters: got "${letter}", expected one of ${letters}`)
    }
    changes[letter] = finite(text, `--parameters ${letter}`)
  }
  return changes
}

function startStateOf(args: Arguments, simulator: Simulator): number[] | undefined {
  const parts = listOf(args.text('start-state'))
  if (parts.length === 0) return undefined
  if (parts.length !== simulator.stateNames.length) {
    const names = simulator.stateNames.join(', ')
    throw new UsageError(`--start-state: got ${parts.length} numbers, expected ${names}`)
  }
  return parts.map((text) => finite(text, '--start-state'))
}

function dosesOf(
  args: Arguments,
  { startH, light }: LightRecord,
  simulator: Simulator,
): { hour: number; mg: number }[] {
  const parts = listOf(args.text('dose'))
  if (parts.length > 0 && simulator.ignores.includes('dose')) {
    throw new UsageError('--dose: got a model without melatonin, expected --model breslow13')
  }
  const endH = startH + (light.lux.length - 1) * light.dtH
  return parts.map((part) => {
    const [mgText = '', hourText = ''] = part.split('@')
    const [mg, hour] = [finite(mgText, '--dose'), finite(hourText, '--dose')]
    if (mg < 0 || hour < startH || hour > endH) {
      const expected = `0 mg or more at ${startH} to ${endH.toFixed(1)} h`
      throw new UsageError(`--dose: got "${part}", expected ${expected}`)
    }
    return { hour, mg }
  })
}

function listOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((part) => part.trim())
}

function finite(text: string, where: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new UsageError(`${where}: got "${text}", expected a number`)
}

/** The run in words: the model, its last state, and the markers of its days. */
function summary(clock: SimulatedClock, simulator: Simulator, record: LightRecord): string {
  const last = clock.states.at(-1) ?? []
  const state = simulator.stateNames.map((name, j) => `${name} ${last[j]!.toFixed(4)}`).join(', ')
  const days = ((record.light.lux.length - 1) * record.light.dtH) / 24
  const unused = simulator.ignores.includes('light') ? ', which has no use for light' : ''
  const rows = clock.cbtminH.map((cbtmin, i) => {
    const day = String(Math.floor(cbtmin / 24) + 1).padStart(5)
    return `${day}    ${clockText(cbtmin)}    ${clockText(clock.dlmoH[i] ?? Number.NaN)}`
  })
  return [
    `${simulator.title}, doi ${simulator.doi}`,
    `${days.toFixed(1)} days in steps of ${record.light.dtH} h${unused}; at the end ${state}`,
    '',
    ...(rows.length > 0 ? ['  day   CBTmin    DLMO (7 h before)', ...rows] : ['no marker']),
    '',
  ].join('\n')
}

/** Hours as a time of day, `HH:MM`. */
function clockText(hours: number): string {
  if (Number.isNaN(hours)) return '--:--'
  const minutes = Math.round(hours * 60) - 1440 * Math.floor(Math.round(hours * 60) / 1440)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
