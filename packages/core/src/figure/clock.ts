import { assert } from '../math/assert.ts'

/**
 * A mark on a time axis: where (seconds on the axis), what it says, and whether a day begins there.
 */
export type ClockTick = { readonly atS: number; readonly label: string; readonly midnight: boolean }

const DAY_S = 86_400

/** Steps people read at a glance, in seconds. */
const STEPS_S = [
  10,
  30,
  60,
  120,
  300,
  600,
  900,
  1800,
  3600,
  7200,
  10800,
  14400,
  21600,
  43200,
  DAY_S,
]

/** Most ticks an axis can carry, whatever was asked for. */
const MOST_TICKS = 200

/** Clock time `HH:MM` (24 h) of seconds after a midnight; any number of days, also before it. */
export function clockText(secondsOfDay: number): string {
  const minute = Math.floor(secondsOfDay / 60)
  const inDay = minute - Math.floor(minute / 1440) * 1440
  return `${pad(Math.floor(inDay / 60))}:${pad(inDay % 60)}`
}

/**
 * A length of time in words: `7 h 12 min`, `45 min`, `0 min`; rounded to the minute, never
 * negative.
 */
export function durationText(minutes: number): string {
  const whole = Math.max(0, Math.round(minutes))
  if (whole < 60) return `${whole} min`
  const rest = whole % 60
  return rest === 0 ? `${whole / 60} h` : `${Math.floor(whole / 60)} h ${rest} min`
}

/**
 * Ticks of a time axis from `startS` to `endS` at round clock times, in at most `most` steps.
 * `clockAtZeroS` is the clock at axis second 0 in seconds after midnight; without it labels are
 * hours elapsed (`2:30`).
 */
export function clockTicks(
  startS: number,
  endS: number,
  most: number,
  clockAtZeroS: number | undefined,
): ClockTick[] {
  assert(Number.isFinite(startS) && Number.isFinite(endS), 'a time axis needs finite ends')
  const wanted = Math.max(1, Math.min(MOST_TICKS, most))
  const zero = clockAtZeroS ?? 0
  const step = stepFor(endS - startS, wanted)
  const ticks: ClockTick[] = []
  for (let clock = Math.ceil((startS + zero) / step) * step; clock <= endS + zero; clock += step) {
    ticks.push({
      atS: clock - zero,
      label: clockAtZeroS === undefined ? elapsedText(clock, step) : labelOf(clock, step),
      midnight: clockAtZeroS !== undefined && clock % DAY_S === 0,
    })
  }
  return ticks
}

function stepFor(spanS: number, wanted: number): number {
  const step = STEPS_S.find((s) => spanS / s <= wanted)
  return step ?? Math.ceil(spanS / wanted / DAY_S) * DAY_S
}

function labelOf(clock: number, step: number): string {
  const text = clockText(clock)
  return step < 60 ? `${text}:${pad(clock - Math.floor(clock / 60) * 60)}` : text
}

function elapsedText(seconds: number, step: number): string {
  const whole = Math.round(seconds)
  const text = `${Math.floor(whole / 3600)}:${pad(Math.floor(whole / 60) % 60)}`
  return step < 60 ? `${text}:${pad(whole % 60)}` : text
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
