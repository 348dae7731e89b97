const DAY_S = 86400

/**
 * Seconds of a wall clock `YYYY-MM-DDTHH:MM[:SS[.fff]]` (a space for the T is allowed, a zone after
 * it is ignored) since 1970-01-01T00:00:00 on the same clock, so that the difference of two is
 * seconds elapsed when the clock was not changed between them. `undefined` when the text is no such
 * time.
 */
export function wallClockS(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?/.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second] = match.map(Number)
  const clockS = hour! * 3600 + minute! * 60 + (match[6] === undefined ? 0 : second!)
  if (hour! > 23 || minute! > 59 || second! >= 60) return undefined
  const days = daysOf(year!, month!, day!)
  // A day that the calendar does not have comes back as another.
  const back = dateOf(days)
  if (back.month !== month || back.day !== day) return undefined
  return days * DAY_S + clockS
}

/** Seconds since midnight, 0 to 86 400, of a wall clock; `undefined` when it is unknown or none. */
export function clockOfDayS(wallClock: string | undefined): number | undefined {
  const s = wallClock === undefined ? undefined : wallClockS(wallClock)
  return s === undefined ? undefined : s - Math.floor(s / DAY_S) * DAY_S
}

/**
 * The wall clock of seconds since 1970-01-01T00:00:00, `YYYY-MM-DDTHH:MM:SS[.mmm]`, to the
 * millisecond.
 */
export function wallClockText(seconds: number): string {
  const ms = Math.round(seconds * 1000)
  const day = Math.floor(ms / (DAY_S * 1000))
  const rest = ms - day * DAY_S * 1000
  const { year, month, day: dayOfMonth } = dateOf(day)
  const s = Math.floor(rest / 1000)
  const clock = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60].map((v) => digits(v, 2))
  const fraction = rest % 1000 === 0 ? '' : `.${digits(rest % 1000, 3)}`
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(dayOfMonth, 2)}`
  return `${date}T${clock.join(':')}${fraction}`
}

/** A wall clock moved by `seconds`; the same text back when it cannot be read. */
export function addSeconds(wallClock: string, seconds: number): string {
  const start = wallClockS(wallClock)
  return start === undefined || seconds === 0 ? wallClock : wallClockText(start + seconds)
}

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar, years starting in March. */
function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100)
  return era * 146097 + dayOfEra + dayOfYear - 719468
}

function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719468
  const era = Math.floor(shifted / 146097)
  const doe = shifted - era * 146097
  const leaps = Math.floor(doe / 1460) - Math.floor(doe / 36524) + Math.floor(doe / 146096)
  const yearOfEra = Math.floor((doe - leaps) / 365)
  const dayOfYear =
    doe - (yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const march = Math.floor((5 * dayOfYear + 2) / 153)
  const month = march < 10 ? march + 3 : march - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return { year, month, day: dayOfYear - Math.floor((153 * march + 2) / 5) + 1 }
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
