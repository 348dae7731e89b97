import { clockText, durationText } from '../../figure/index.ts'
import { wallClockS, wallClockText } from '../../math/wall-clock.ts'
import { runs } from '../hypnogram/period.ts'
import type { Night } from '../night/night.ts'
import type { Stage } from '../stage/stage.ts'

const DAY_S = 86_400
const WEEKDAYS = 'Thursday Friday Saturday Sunday Monday Tuesday Wednesday'.split(' ')
const MONTHS =
  'January February March April May June July August September October November December'.split(' ')

/**
 * When the night was, in words, as far as the file says: `Sunday 8 to Monday 9 March 2026, 22:47 to
 * 06:31`.
 */
export function whenText(night: Night): string {
  const start = night.recording.startTime && wallClockS(night.recording.startTime)
  const length = durationText(nightMin(night))
  if (typeof start !== 'number') return `Start unknown, ${length}`
  const end = start + nightMin(night) * 60
  const [from, to] = [dateOf(start), dateOf(end)]
  const days =
    from.text === to.text
      ? from.text
      : `${from.weekday} ${from.day}${from.month === to.month ? '' : ` ${from.month}`} to ${to.text}`
  return `${days}, ${clockText(start)} to ${clockText(end)}`
}

/** The clock time (or the hours elapsed) of a moment, seconds from the start of the recording. */
export function momentText(night: Night, atS: number): string {
  const start = night.recording.startTime && wallClockS(night.recording.startTime)
  if (typeof start === 'number') return clockText(start + atS)
  return `${Math.floor(atS / 3600)} h ${Math.floor((atS % 3600) / 60)} min into the recording`
}

/** Length of what was staged, minutes. */
export function nightMin(night: Night): number {
  return (night.stages.length * night.epochS) / 60
}

/** The night in one sentence, for those who cannot see the figure. */
export function describeNight(night: Night): string {
  const { statistics: s } = night
  if (!(s.tstMin > 0)) return 'No sleep was found in this recording.'
  const rem = stretchesOf(night, 'R').length
  return (
    `Estimated sleep ${durationText(s.tstMin)} of ${durationText(nightMin(night))}: ` +
    `deep ${durationText(s.n3Min)}, light ${durationText(s.n1Min + s.n2Min)}, ` +
    `REM ${durationText(s.remMin)} in ${counted(rem, 'stretch', 'stretches')}; ` +
    `awake after falling asleep ${durationText(s.wasoMin ?? 0)}.`
  )
}

/** `1 stretch`, `4 stretches`. */
export function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`
}

/** A share as whole percent, `–` when it is no number. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(100 * share)} %` : '–'
}

/** A number with `digits` decimals, `–` when it is missing. */
export function fixed(value: number | undefined, digits = 0): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits)
}

/**
 * Stretches of one stage, as first epoch and length: gaps of up to `bridgeMin` minutes of anything
 * else are bridged, and what is then shorter than two minutes is left out.
 */
export function stretchesOf(
  night: Night,
  stage: Stage,
  bridgeMin = 5,
): { readonly start: number; readonly length: number }[] {
  const found: { start: number; length: number }[] = []
  const bridge = (bridgeMin * 60) / night.epochS
  for (const { value, start, length } of runs(night.stages)) {
    if (value !== stage) continue
    const last = found[found.length - 1]
    if (last && start - last.start - last.length <= bridge) {
      last.length = start + length - last.start
    } else found.push({ start, length })
  }
  return found.filter(({ length }) => length * night.epochS >= 120)
}

function dateOf(seconds: number): { text: string; weekday: string; day: number; month: string } {
  const days = Math.floor(seconds / DAY_S)
  const weekday = WEEKDAYS[((days % 7) + 7) % 7]!
  const [year, month, day] = wallClockText(days * DAY_S)
    .slice(0, 10)
    .split('-')
    .map(Number)
  const name = MONTHS[month! - 1]!
  return { text: `${weekday} ${day} ${name} ${year}`, weekday, day: day!, month: name }
}
