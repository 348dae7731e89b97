import { fail, ok, type Result } from '../../math/result.ts'
import { isTimeZone } from '../../math/time-zone.ts'
import type { PacemakerName } from '../pacemaker/pacemaker.ts'
import { PACEMAKER_NAMES, pacemakerOf } from '../pacemaker/registry.ts'
import type { ClockDraw, ClockPosterior } from './clock-posterior.ts'

/** Draws that are read at most. */
const MOST_DRAWS = 10_000

/**
 * The posterior inside a document of `clockDocument`, parsed from JSON. Fails with CLOCK_DOCUMENT
 * at the first field that is not as it should be; weights are made to sum to 1.
 */
export function readClockDocument(json: unknown): Result<ClockPosterior, 'CLOCK_DOCUMENT'> {
  if (!isRecord(json)) return bad('document', json, 'an object')
  const { atMs, zone, habit, draws } = json
  if (!isNumber(atMs)) return bad('atMs', atMs, 'ms since 1970')
  if (typeof zone !== 'string' || !isTimeZone(zone)) return bad('zone', zone, 'a time zone')
  if (!isRecord(habit) || !isNumber(habit.onsetH) || !isNumber(habit.offsetH)) {
    return bad('habit', habit, '{onsetH, offsetH} in hours')
  }
  if (!Array.isArray(draws) || draws.length === 0 || draws.length > MOST_DRAWS) {
    return bad('draws', Array.isArray(draws) ? `${draws.length} draws` : draws, '1 to 10000 draws')
  }
  const read: ClockDraw[] = []
  for (const [i, draw] of draws.entries()) {
    const one = readDraw(draw, `draws[${i}]`)
    if (!one.ok) return one
    read.push(one.value)
  }
  const sum = read.reduce((total, { weight }) => total + weight, 0)
  if (!(sum > 0)) return bad('draws', `weights that sum to ${sum}`, 'weights above 0')
  return ok({
    atMs,
    zone,
    draws: read.map((draw) => ({ ...draw, weight: draw.weight / sum })),
    habit: { onsetH: habit.onsetH, offsetH: habit.offsetH },
  })
}

const POSITIVE = ['tauH', 'lightGain', 'sleepNeedH'] as const

function readDraw(draw: unknown, where: string): Result<ClockDraw, 'CLOCK_DOCUMENT'> {
  if (!isRecord(draw)) return bad(where, draw, 'an object')
  const model = PACEMAKER_NAMES.find((name) => name === draw.model)
  if (model === undefined) return bad(`${where}.model`, draw.model, PACEMAKER_NAMES.join(', '))
  for (const key of POSITIVE) {
    if (!isNumber(draw[key]) || draw[key] <= 0) return bad(`${where}.${key}`, draw[key], '> 0')
  }
  for (const key of ['weight', 'dlmoToCbtminH', 'onsetToCbtminH']) {
    if (!isNumber(draw[key])) return bad(`${where}.${key}`, draw[key], 'a number')
  }
  if ((draw.weight as number) < 0) return bad(`${where}.weight`, draw.weight, '0 or more')
  const state = draw.state
  if (!isState(state, model)) return bad(`${where}.state`, state, `a state of ${model}`)
  const { cbtminShiftH: shift, cbtminSdH: sd } = draw
  if (shift !== undefined && !isNumber(shift)) return bad(`${where}.cbtminShiftH`, shift, 'hours')
  if (sd !== undefined && !(isNumber(sd) && sd >= 0)) {
    return bad(`${where}.cbtminSdH`, sd, '0 or more hours')
  }
  return ok({
    model,
    weight: draw.weight as number,
    tauH: draw.tauH as number,
    lightGain: draw.lightGain as number,
    sleepNeedH: draw.sleepNeedH as number,
    dlmoToCbtminH: draw.dlmoToCbtminH as number,
    onsetToCbtminH: draw.onsetToCbtminH as number,
    state,
    cbtminShiftH: shift,
    cbtminSdH: sd,
  })
}

function isState(state: unknown, model: PacemakerName): state is number[] {
  const size = pacemakerOf(model).initialState.length
  return Array.isArray(state) && state.length === size && state.every(isNumber)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function bad(where: string, got: unknown, expected: string): Result<never, 'CLOCK_DOCUMENT'> {
  const text = got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 60)
  return fail('CLOCK_DOCUMENT', where, text, expected)
}
