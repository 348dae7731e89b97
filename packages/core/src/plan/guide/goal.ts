import { fail, ok, type Result } from '../../math/result.ts'
import { wallClockS } from '../../math/wall-clock.ts'

/** A stretch of one kind of working day in a rota, or of days off (no times). Clock hours 0..24. */
export type RotaRun = {
  readonly days: number
  readonly shift?: { readonly fromH: number; readonly toH: number } | undefined
}

/** A sleep as clock times: hours of the day, 0..24; the second may be the next morning. */
export type SleepClock = { readonly onsetH: number; readonly offsetH: number }

/**
 * What a person wants of their clock. Dates are `YYYY-MM-DD` of the zone the person is in.
 *
 * `shift`: +8 h is a destination whose clocks are 8 h ahead (a flight east: sleep ends up 8 h
 * earlier on the home clock), -5 h one whose clocks are behind. `move`: sleep that many hours
 * earlier (> 0) or later (< 0) at home. `wake`, `bed`: a fixed clock time. `rota`: runs of shifts
 * and days off, for ever. `socialJetLag`: the same sleep on free days as on working days.
 */
export type Goal =
  | { readonly kind: 'shift'; readonly hours: number; readonly by?: string | undefined }
  | { readonly kind: 'move'; readonly earlierH: number; readonly by?: string | undefined }
  | { readonly kind: 'wake'; readonly clockH: number; readonly from?: string | undefined }
  | { readonly kind: 'bed'; readonly clockH: number; readonly by?: string | undefined }
  | { readonly kind: 'rota'; readonly runs: readonly RotaRun[]; readonly from?: string | undefined }
  | { readonly kind: 'socialJetLag'; readonly free?: SleepClock | undefined }

/** The forms of a goal, as a person types them. */
export const GOAL_FORMS = [
  'shift +8h by 2026-12-01',
  'earlier 2h by 2026-12-10',
  'later 1h30',
  'wake 06:30 from 2026-12-01',
  'bed 23:30 by 2026-12-10',
  'nights 22:00-06:00 3on2off from 2026-12-01',
  'rota 2x06:00-14:00 2x22:00-06:00 4xoff',
  'social jet lag weekends 01:30-10:00',
] as const

/** Time zones differ by 26 h at most, which is 14 h ahead or 12 behind on a clock. */
const MOST_SHIFT_H = 14
const MOST_MOVE_H = 12
/** A rota longer than eight weeks is a list of dates. */
const MOST_ROTA_DAYS = 56
const MOST_TEXT = 300

/**
 * Reads a goal as a person types it (see `GOAL_FORMS`); letters' case and spare spaces do not
 * matter. Fails with GOAL and says what was expected in its place.
 */
export function parseGoal(text: string): Result<Goal, 'GOAL'> {
  if (text.length > MOST_TEXT) {
    return fail('GOAL', 'goal', `${text.length} letters`, `at most ${MOST_TEXT}`)
  }
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ')
  const [verb] = words.split(' ', 1)
  const rest = words.slice(verb!.length).trim()
  const reader = READERS[verb ?? '']
  if (reader) return reader(rest, verb!)
  return fail('GOAL', 'goal', `"${text.trim()}"`, `a goal as "${GOAL_FORMS.join('", "')}"`)
}

/** A goal as `parseGoal` reads it: parsing it back gives the same goal. */
export function goalText(goal: Goal): string {
  const dated = (word: string, date: string | undefined): string => (date ? ` ${word} ${date}` : '')
  switch (goal.kind) {
    case 'shift':
      return `shift ${goal.hours < 0 ? '-' : '+'}${hoursText(goal.hours)}${dated('by', goal.by)}`
    case 'move': {
      const way = goal.earlierH < 0 ? 'later' : 'earlier'
      return `${way} ${hoursText(goal.earlierH)}${dated('by', goal.by)}`
    }
    case 'wake':
      return `wake ${timeText(goal.clockH)}${dated('from', goal.from)}`
    case 'bed':
      return `bed ${timeText(goal.clockH)}${dated('by', goal.by)}`
    case 'rota':
      return `rota ${goal.runs.map(runText).join(' ')}${dated('from', goal.from)}`
    case 'socialJetLag': {
      const free = goal.free
      const times = free && `${timeText(free.onsetH)}-${timeText(free.offsetH)}`
      return `social jet lag${times ? ` weekends ${times}` : ''}`
    }
  }
}

/** `06:30` as decimal hours, 0 <= h < 24; undefined when it is no time of day. */
function clockHours(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d\d)$/.exec(text.trim())
  if (!match) return undefined
  const [hours, minutes] = [Number(match[1]), Number(match[2])]
  return hours < 24 && minutes < 60 ? hours + minutes / 60 : undefined
}

/** Decimal hours of a day as `HH:MM`, to the minute; wrapped into 0..24. */
export function timeText(clockH: number): string {
  const minute = Math.round(clockH * 60)
  const inDay = minute - Math.floor(minute / 1440) * 1440
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${pad(Math.floor(inDay / 60))}:${pad(inDay % 60)}`
}

/** `07:00-15:30` as two clock times; undefined when it is none or has no length. */
export function clockRange(text: string): readonly [number, number] | undefined {
  const parts = text.split(/[-\u2013]/)
  if (parts.length !== 2) return undefined
  const [from, to] = parts.map(clockHours)
  return from === undefined || to === undefined || from === to ? undefined : [from, to]
}

type Reader = (rest: string, verb: string) => Result<Goal, 'GOAL'>

const READERS: Readonly<Record<string, Reader>> = {
  shift: readShift,
  earlier: readMove,
  later: readMove,
  wake: readWake,
  bed: readBed,
  nights: readRota,
  rota: readRota,
  social: readSocialJetLag,
}

function readShift(rest: string): Result<Goal, 'GOAL'> {
  const match = /^([+-]?)(.*?)(?: by (.+))?$/.exec(rest)!
  const hours = durationHours(match[2]!)
  if (hours === undefined || hours < 0.25 || hours > MOST_SHIFT_H) {
    const range = `hours from 0.25 to ${MOST_SHIFT_H}, as +8h (east) or -5h (west)`
    return fail('GOAL', 'goal "shift"', `"${rest}"`, range)
  }
  const by = dateOf('by', match[3])
  if (!by.ok) return by
  const signed = match[1] === '-' ? -hours : hours
  return ok({ kind: 'shift', hours: signed, ...(by.value && { by: by.value }) })
}

function readMove(rest: string, verb: string): Result<Goal, 'GOAL'> {
  const match = /^(.*?)(?: by (.+))?$/.exec(rest)!
  const hours = durationHours(match[1]!)
  if (hours === undefined || hours < 0.25 || hours > MOST_MOVE_H) {
    const range = `hours from 0.25 to ${MOST_MOVE_H}, as 2h or 1h30`
    return fail('GOAL', `goal "${verb}"`, `"${rest}"`, range)
  }
  const by = dateOf('by', match[2])
  if (!by.ok) return by
  const earlierH = verb === 'later' ? -hours : hours
  return ok({ kind: 'move', earlierH, ...(by.value && { by: by.value }) })
}

function readWake(rest: string): Result<Goal, 'GOAL'> {
  const match = /^(\S*)(?: from (.+))?$/.exec(rest)
  const clockH = clockHours(match?.[1] ?? rest)
  if (clockH === undefined) return fail('GOAL', 'goal "wake"', `"${rest}"`, 'a time as 06:30')
  const from = dateOf('from', match?.[2])
  if (!from.ok) return from
  return ok({ kind: 'wake', clockH, ...(from.value && { from: from.value }) })
}

function readBed(rest: string): Result<Goal, 'GOAL'> {
  const match = /^(\S*)(?: by (.+))?$/.exec(rest)
  const clockH = clockHours(match?.[1] ?? rest)
  if (clockH === undefined) return fail('GOAL', 'goal "bed"', `"${rest}"`, 'a time as 23:30')
  const by = dateOf('by', match?.[2])
  if (!by.ok) return by
  return ok({ kind: 'bed', clockH, ...(by.value && { by: by.value }) })
}

/** `22:00-06:00 3on2off`, or runs `2x06:00-14:00 4xoff`. */
function readRota(rest: string, verb: string): Result<Goal, 'GOAL'> {
  const where = `goal "${verb}"`
  const match = /^(.*?)(?: from (.+))?$/.exec(rest)!
  const from = dateOf('from', match[2])
  if (!from.ok) return from
  const simple = /^(\S+) (\d+) ?on ?(\d+) ?off$/.exec(match[1]!)
  const words = simple ? [`${simple[2]}x${simple[1]}`, `${simple[3]}xoff`] : match[1]!.split(' ')
  const runs: RotaRun[] = []
  for (const word of words) {
    const run = readRun(word)
    if (!run) {
      const forms = 'a rota as 22:00-06:00 3on2off, or 2x06:00-14:00 4xoff'
      return fail('GOAL', where, `"${simple ? match[1]! : word}"`, forms)
    }
    runs.push(run)
  }
  const days = runs.reduce((sum, run) => sum + run.days, 0)
  if (days > MOST_ROTA_DAYS || !runs.some((run) => run.shift)) {
    return fail('GOAL', where, `${days} days`, `at most ${MOST_ROTA_DAYS}, with a shift in them`)
  }
  return ok({ kind: 'rota', runs, ...(from.value && { from: from.value }) })
}

function readRun(word: string): RotaRun | undefined {
  const match = /^(\d{1,2})x(.+)$/.exec(word)
  const days = Number(match?.[1])
  if (!match || days < 1) return undefined
  if (match[2] === 'off') return { days }
  const range = clockRange(match[2]!)
  return range && { days, shift: { fromH: range[0], toH: range[1] } }
}

function readSocialJetLag(rest: string): Result<Goal, 'GOAL'> {
  const match = /^jet ?-?lag(?: (?:weekends|free days) (\S+))?$/.exec(rest)
  const free = match?.[1] === undefined ? undefined : clockRange(match[1])
  if (!match || (match[1] !== undefined && !free)) {
    const forms = 'social jet lag, or social jet lag weekends 01:30-10:00'
    return fail('GOAL', 'goal', `"social ${rest}"`, forms)
  }
  return ok({ kind: 'socialJetLag', ...(free && { free: { onsetH: free[0], offsetH: free[1] } }) })
}

function dateOf(word: string, text: string | undefined): Result<string | undefined, 'GOAL'> {
  if (text === undefined) return ok(undefined)
  if (/^\d{4}-\d\d-\d\d$/.test(text) && wallClockS(`${text}T00:00`) !== undefined) return ok(text)
  return fail('GOAL', `goal "${word}"`, `"${text}"`, 'a date as 2026-12-01')
}

/** `8h`, `1.5 h`, `1h30`, `90min` as hours; undefined when it is no length of time. */
function durationHours(text: string): number | undefined {
  const minutes = /^(\d{1,3}) ?min(?:utes)?$/.exec(text)
  if (minutes) return Number(minutes[1]) / 60
  const hours = /^(\d{1,2}(?:\.\d+)?) ?h(?:ours?)?(?: ?(\d\d)(?: ?min)?)?$/.exec(text)
  if (!hours || Number(hours[2] ?? 0) > 59) return undefined
  // To the minute, so that a goal comes back from its words as it was.
  return Math.round(Number(hours[1]) * 60 + Number(hours[2] ?? 0)) / 60
}

/** Hours without their sign: `8h`, `1h30`. */
function hoursText(hours: number): string {
  const minutes = Math.round(Math.abs(hours) * 60)
  const rest = minutes % 60
  return `${Math.floor(minutes / 60)}h${rest === 0 ? '' : String(rest).padStart(2, '0')}`
}

function runText({ days, shift }: RotaRun): string {
  return `${days}x${shift ? `${timeText(shift.fromH)}-${timeText(shift.toH)}` : 'off'}`
}
