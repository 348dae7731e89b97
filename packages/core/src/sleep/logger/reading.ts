const MISSING = /^(|-+|nan|na|n\/a|kz|null|none|\.)$/i
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?$/i

/**
 * A number as loggers write it: `27.19`, `27,19`, `3,95E+01`. NaN where the cell says that there is
 * none (empty, `NaN`, `kZ`, `--`); undefined where it is no number, `1,234.5` among them.
 */
export function readingOf(cell: string): number | undefined {
  if (MISSING.test(cell)) return Number.NaN
  if (cell.length > 32 || !NUMBER.test(cell)) return undefined
  const value = Number(cell.replace(',', '.'))
  return Number.isFinite(value) ? value : undefined
}

/**
 * Seconds since midnight of `9:05`, `09:05:30`, `09:05:30.5` or `09:38:00 AM`; undefined when it is
 * no time of day.
 */
export function dayClockOf(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d\d)(?::(\d\d(?:[.,]\d{1,6})?))?\s*([AaPp])?\.?[Mm]?\.?$/.exec(text)
  if (!match) return undefined
  const [hour, minute] = [Number(match[1]), Number(match[2])]
  const second = match[3] === undefined ? 0 : Number(match[3].replace(',', '.'))
  if (minute > 59 || second >= 60) return undefined
  if (match[4] === undefined) return hour > 23 ? undefined : hour * 3600 + minute * 60 + second
  if (hour < 1 || hour > 12) return undefined
  const isAfternoon = /p/i.test(match[4])
  return ((hour % 12) + (isAfternoon ? 12 : 0)) * 3600 + minute * 60 + second
}
