import { wallClockText } from '../../math/wall-clock.ts'
import type { Advice, AdviceKind, Plan } from './plan.ts'
import { type FormerPlan, formerPlan } from './plan-document.ts'

/** What a calendar is told beside the plan. */
export type CalendarOptions = {
  /** When the file is made, ms since 1970 UTC: DTSTAMP, and the order of versions. */
  readonly stampMs: number
  /** The plan before: its events that are gone are cancelled. */
  readonly previous?: FormerPlan | undefined
}

type Event = {
  readonly uid: string
  readonly fromMs: number
  readonly toMs: number
  readonly kind: AdviceKind
  readonly advice?: Advice | undefined
}

/** Longest line, octets without its end (RFC 5545, 3.1). */
const MOST_OCTETS = 75
/** Versions are counted in minutes from here, so that they fit 31 bits for four thousand years. */
const VERSION_ZERO_MS = Date.UTC(2020, 0, 1)
const MINUTE_MS = 60_000

/** Minutes before an event at which a calendar speaks up. */
const ALARM_MIN: Readonly<Record<AdviceKind, number>> = {
  sleep: 30,
  seekLight: 10,
  avoidLight: 10,
  nap: 10,
  caffeine: 0,
  noCaffeine: 0,
  melatonin: 10,
}

/**
 * A plan as an iCalendar file (RFC 5545) with an alarm for each piece of advice. Moments are UTC
 * (`…Z`), so they are right in every calendar, across changes of the clock and of the zone. An
 * event's UID is its date, kind and place in that day, its SEQUENCE grows with `stampMs`: importing
 * a newer file moves the events there are. Same plan and stamp, same bytes.
 */
export function planCalendar(plan: Plan, { stampMs, previous }: CalendarOptions): string {
  const events = eventsOf(plan)
  const uids = new Set(events.map(({ uid }) => uid))
  const gone = previous ? formerEvents(previous).filter(({ uid }) => !uids.has(uid)) : []
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Nocturne//plan//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escapeText(`Nocturne: ${plan.goal}`)}`,
    ...events.flatMap((event) => eventLines(event, stampMs, 'CONFIRMED')),
    ...gone.flatMap((event) => eventLines(event, stampMs, 'CANCELLED')),
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}

/** A kind of advice in a few words, as a calendar or a page titles it. */
export function adviceTitle(kind: AdviceKind, level: number | undefined): string {
  switch (kind) {
    case 'sleep':
      return 'Sleep'
    case 'seekLight':
      return `Seek light${level === undefined ? '' : `, ${level} lux or more`}`
    case 'avoidLight':
      return `Avoid light${level === undefined ? '' : `, ${level} lux or less`}`
    case 'nap':
      return 'Nap'
    case 'caffeine':
      return `Caffeine${level === undefined ? '' : `, ${level} mg`}`
    case 'noCaffeine':
      return 'No caffeine from now'
    case 'melatonin':
      return `Melatonin${level === undefined ? '' : `, ${level} mg`}`
  }
}

function eventsOf(plan: Plan): Event[] {
  const advice = plan.days.flatMap((day) => day.advice)
  return formerEvents(formerPlan(plan)).map((event, i) => ({ ...event, advice: advice[i] }))
}

function formerEvents({ advice }: FormerPlan): Event[] {
  const counts = new Map<string, number>()
  return advice.map(({ date, kind, fromMs, toMs }) => {
    const key = `${date}-${kind}`
    const nth = (counts.get(key) ?? 0) + 1
    counts.set(key, nth)
    return { uid: `${key}-${nth}@plan.nocturne`, fromMs, toMs, kind }
  })
}

function eventLines(event: Event, stampMs: number, status: string): string[] {
  const { uid, fromMs, toMs, kind, advice } = event
  const title = `${advice?.first ? '★ ' : ''}${adviceTitle(kind, advice?.level)}`
  const words = advice ? `${advice.reason}\n${advice.skipCost}` : ''
  const alarm = [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escapeText(title)}`,
    `TRIGGER:-PT${ALARM_MIN[kind]}M`,
    'END:VALARM',
  ]
  return [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${utcText(stampMs)}`,
    `DTSTART:${utcText(fromMs)}`,
    `DTEND:${utcText(Math.max(toMs, fromMs + MINUTE_MS))}`,
    `SEQUENCE:${Math.max(0, Math.floor((stampMs - VERSION_ZERO_MS) / MINUTE_MS))}`,
    `STATUS:${status}`,
    `SUMMARY:${escapeText(title)}`,
    ...(words === '' ? [] : [`DESCRIPTION:${escapeText(words)}`]),
    'CATEGORIES:Nocturne',
    'TRANSP:TRANSPARENT',
    ...(status === 'CONFIRMED' ? alarm : []),
    'END:VEVENT',
  ]
}

/** `20261201T133000Z`. */
function utcText(ms: number): string {
  return `${wallClockText(Math.round(ms / 1000)).replace(/[-:]/g, '')}Z`
}

/** TEXT of RFC 5545, 3.3.11: control characters but line ends are left out. */
function escapeText(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replace(/[\u0000-\u0009\u000B-\u001F\u007F]/g, '')
      .replace(/[\\;,]/g, (c) => `\\${c}`)
      .replace(/\n/g, '\\n')
  )
}

/** A line in pieces of at most 75 octets of UTF-8, never inside a letter. */
function folded(line: string): string {
  let out = ''
  let octets = 0
  for (const letter of line) {
    const code = letter.codePointAt(0)!
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    if (octets + size > MOST_OCTETS) {
      out += '\r\n '
      octets = 1
    }
    out += letter
    octets += size
  }
  return out
}
