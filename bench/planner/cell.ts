import { type PlanProblem, USUAL_PRICE, USUAL_SLEEP_RULES } from '@nocturne/core/plan'

/** Hours of a step: advice by the quarter of an hour. */
export const DT_H = 0.25
/** Steps of a day. */
export const PER_DAY = 96
/** Days every life is lived for. */
export const LIFE_DAYS = 21

/** What is wanted, in the words of the table. */
export type Goal =
  | 'shift +8'
  | 'shift -8'
  | 'shift 12'
  | 'shift +5'
  | 'shift -5'
  | 'nights'
  | 'DSPD'

/** What the world does not allow. */
export type Limit = 'none' | 'dark nights' | 'office' | 'flight'

/** Models the bench plans on and lives on. */
export type PlanarModel = 'jewett99' | 'hannay19'

/**
 * What is believed of the model: one of them, both alike, or both with what a fit leaves unknown of
 * CBTmin (`cbtminSdH`), as a real user's plan has it.
 */
export type PlanModel = PlanarModel | 'both' | 'fit'

/** One cell of the bench. */
export type Cell = {
  readonly goal: Goal
  readonly imax: number
  readonly limit: Limit
  readonly planModel: PlanModel
  readonly lifeModel: PlanarModel
  readonly adherence: number
  readonly people: number
}

/** A cell as numbers per step of `LIFE_DAYS` days that start at the destination's midnight. */
export type World = {
  readonly low: Float64Array
  readonly usual: Float64Array
  readonly high: Float64Array
  readonly asleep: Uint8Array
  readonly fixedSleep: { readonly onset: number; readonly offset: number }[]
  /** Desired sleep, its usual light, and the first day on which it counts. */
  readonly target: {
    readonly onsetH: number
    readonly offsetH: number
    readonly wakeLux: number
    readonly dayLux?: Float64Array
    readonly fromDay: number
  }
  /** Sleep before: hours of the destination's clock. */
  readonly home: { readonly onsetH: number; readonly offsetH: number; readonly wakeLux: number }
  /** Middle of the population's period, h. */
  readonly tauH: number
}

const ROOM_LUX = 100
const OFFICE_LUX = 300
const CABIN_LUX = 50
const SHIFT_H: Readonly<Record<string, number>> = {
  'shift +8': 8,
  'shift -8': -8,
  'shift 12': 12,
  'shift +5': 5,
  'shift -5': -5,
  nights: 0,
  DSPD: 0,
}

/** Builds a cell's world. East is +: the destination's clock is ahead of the body's. */
export function worldOf(cell: Cell): World {
  const steps = LIFE_DAYS * PER_DAY
  const sleep = nightsOf(cell.goal)
  const asleep = new Uint8Array(steps)
  for (const { onset, offset } of sleep) asleep.fill(1, Math.max(0, onset), Math.max(0, offset))
  const usual = new Float64Array(steps).fill(ROOM_LUX)
  const low = new Float64Array(steps)
  const high = new Float64Array(steps).fill(cell.imax)
  const fix = (day: number, fromH: number, toH: number, lux: readonly number[]): void => {
    const [least, middle, most] = lux as [number, number, number]
    const from = Math.max(0, day * PER_DAY + fromH / DT_H)
    const to = Math.max(0, day * PER_DAY + toH / DT_H)
    low.fill(least, from, to)
    usual.fill(middle, from, to)
    high.fill(most, from, to)
  }
  const room = [OFFICE_LUX, OFFICE_LUX, OFFICE_LUX]
  for (let day = 0; day < LIFE_DAYS; day++) {
    if (cell.limit === 'office') fix(day, 9, 17, room)
    if (cell.goal === 'nights' && day % 5 < 3) fix(day, 22, 30, room)
  }
  if (cell.limit === 'flight') fix(0, 8, 18, [0, CABIN_LUX, 2 * CABIN_LUX])
  const free = cell.limit === 'none'
  // Nobody has to sleep: light is to be had all night, and there is none unless it is sought.
  if (free) for (let i = 0; i < steps; i++) if (asleep[i]) usual[i] = 0
  return {
    low,
    usual,
    high,
    asleep: free ? new Uint8Array(steps) : asleep,
    fixedSleep: free ? [] : sleep,
    ...aimOf(cell, usual, asleep),
  }
}

function nightsOf(goal: Goal): { onset: number; offset: number }[] {
  return Array.from({ length: LIFE_DAYS }, (_, day) => {
    let onsetH = 0
    if (goal === 'DSPD') onsetH = 3 - 0.5 * Math.min(4, day + 1)
    if (goal === 'nights') onsetH = day === 0 ? 0 : [4, 8, 8, 8, 4][day % 5]!
    const onset = day * PER_DAY + onsetH / DT_H
    return { onset, offset: onset + 8 / DT_H }
  })
}

function aimOf(
  cell: Cell,
  usual: Float64Array,
  asleep: Uint8Array,
): Pick<World, 'target' | 'home' | 'tauH'> {
  const wakeLux = ROOM_LUX
  if (cell.goal === 'DSPD') {
    return {
      target: { onsetH: 1, offsetH: 9, wakeLux, fromDay: 4 },
      home: { onsetH: 3, offsetH: 11, wakeLux },
      tauH: 24.5,
    }
  }
  if (cell.goal === 'nights') {
    // The compromise: in tune with sleep between that after shifts (8-16) and that of days off.
    return {
      target: { onsetH: 6, offsetH: 14, wakeLux, fromDay: 0 },
      home: { onsetH: 0, offsetH: 8, wakeLux },
      tauH: 24.2,
    }
  }
  const shiftH = SHIFT_H[cell.goal]!
  const last = (LIFE_DAYS - 1) * PER_DAY
  const dayLux = Float64Array.from({ length: PER_DAY }, (_, i) =>
    asleep[last + i] ? 0 : usual[last + i]!,
  )
  return {
    target: { onsetH: 0, offsetH: 8, wakeLux, dayLux, fromDay: 0 },
    home: { onsetH: (shiftH + 24) % 24, offsetH: (shiftH + 32) % 24, wakeLux },
    tauH: 24.2,
  }
}

/** The planner's question on one morning of a world: `days` days from `day` on, for some draws. */
export function problemOn(
  world: World,
  day: number,
  days: number,
  draws: PlanProblem['draws'],
  previous?: Int8Array,
): PlanProblem {
  const from = day * PER_DAY
  const to = Math.min(world.low.length, from + days * PER_DAY)
  const steps = to - from
  const { fromDay, ...day24 } = world.target
  return {
    startMs: 0,
    dtH: DT_H,
    steps,
    draws,
    light: {
      low: world.low.slice(from, to),
      usual: world.usual.slice(from, to),
      high: world.high.slice(from, to),
    },
    sleepable: new Uint8Array(steps).fill(1),
    rules: USUAL_SLEEP_RULES,
    lastSleep: { onset: -64, offset: -32 },
    fixedSleep: world.fixedSleep
      .map(({ onset, offset }) => ({ onset: onset - from, offset: offset - from }))
      .filter(({ onset, offset }) => offset > 0 && onset < steps),
    target: [
      { ...day24, fromStep: Math.max(0, fromDay * PER_DAY - from), toStep: steps, weight: 1 },
    ],
    previous,
    price: USUAL_PRICE,
  }
}
