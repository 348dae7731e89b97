import { wallClockS } from '../../math/wall-clock.ts'

const DAY_S = 86400

const CLOCK = /^(\d{1,3}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*([ap])?\.?m?\.?$/i

/**
 * A time as event lists write it. `elapsed`: seconds from the start of the recording. `clock`:
 * seconds since midnight of an unknown day. `date`: seconds on the wall clock since 1970.
 */
export type Moment = { readonly kind: 'elapsed' | 'clock' | 'date'; readonly s: number }

/**
 * Reads `12.5` or `12,5` (seconds), `22:31:05[.5]`, `10:31:05 PM`, `2024-05-01 22:31:05`,
 * `2024-05-01T22:31:05Z`. A day written with slashes or dots is ambiguous and counts as a clock
 * only. `undefined` otherwise.
 */
export function readMoment(text: string): Moment | undefined {
  const trimmed = text.trim()
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed)) {
    return { kind: 'elapsed', s: Number(trimmed) }
  }
  if (/^\d+,\d+$/.test(trimmed)) return { kind: 'elapsed', s: Number(trimmed.replace(',', '.')) }
  const date = wallClockS(trimmed)
  if (date !== undefined) return { kind: 'date', s: date }
  const time = trimmed.replace(/^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[ T]+/, '')
  const match = CLOCK.exec(time)
  if (!match || Number(match[2]) > 59 || Number(match[3] ?? 0) > 59) return undefined
  const hour = Number(match[1])
  const half = match[5]?.toLowerCase()
  const hours = half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0)
  const fraction = match[4] ? Number(`0.${match[4]}`) : 0
  return {
    kind: 'clock',
    s: hours * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0) + fraction,
  }
}

/**
 * Turns clocks into growing seconds: a clock that is more than 12 h earlier than the one before has
 * passed midnight. Dates and elapsed seconds are left as they are.
 */
export function unrollClocks(moments: readonly Moment[]): number[] {
  let day = 0
  let before = Number.NEGATIVE_INFINITY
  return moments.map(({ kind, s }) => {
    if (kind !== 'clock') return s
    if (s + day * DAY_S < before - DAY_S / 2) day++
    before = s + day * DAY_S
    return before
  })
}
