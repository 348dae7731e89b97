import { adviceTitle } from './calendar.ts'
import { addDays, momentOf } from './itinerary.ts'
import type { Advice, Plan, PlanDay } from './plan.ts'
import {
  clockWords,
  dateWords,
  intervalWords,
  lightEffect,
  pullOfLight,
  skipWords,
} from './words.ts'

const COLUMNS = 88
const WHEN = 17

/**
 * A plan as a page for a terminal: a few lines per day, the first thing of a day marked `*`, and at
 * the end what holds on every day. The reasons are short here; the document and the calendar have
 * them whole.
 */
export function planText(plan: Plan): string {
  const lines = [...wrapped(plan.headline, 0), '']
  for (const warning of plan.warnings) lines.push(...wrapped(`! ${warning}`, 2))
  if (plan.warnings.length > 0) lines.push('')
  for (const [i, day] of plan.days.entries()) {
    lines.push(...dayLines(day, plan.days[i - 1], plan.direction), '')
  }
  lines.push('* the one to do if you do one thing that day', '', ...LEGEND, '')
  for (const note of plan.notes) lines.push(...wrapped(note, 2))
  return `${lines.join('\n')}\n`
}

const LEGEND = [
  'Low point: when body temperature is lowest (CBTmin), with the interval that holds it in',
  '80 % of cases. Light before it moves the clock later, after it earlier. Costs are hours that',
  'the clock is out of step with the goal, added up over all the coming days.',
]

function dayLines(
  day: PlanDay,
  before: PlanDay | undefined,
  direction: Plan['direction'],
): string[] {
  const { date, zone, advice, predicted } = day
  const place = before !== undefined && before.zone !== zone ? `, on the clock of ${zone}` : ''
  const head = `${dateWords(date)}${place}`
  const low = `low point about ${intervalWords(predicted.cbtmin, zone)}`
  const pad = ' '.repeat(Math.max(3, COLUMNS - head.length - low.length))
  const lines = [`${head}${pad}${low}`]
  if (!advice.some(({ kind }) => kind === 'seekLight' || kind === 'avoidLight')) {
    lines.push(`${' '.repeat(WHEN)}Light as on any day: bright by day, dim in the evening.`)
  }
  return [...lines, ...advice.flatMap((one) => adviceLines(one, day, direction))]
}

function adviceLines(advice: Advice, day: PlanDay, direction: Plan['direction']): string[] {
  const { kind, fromMs, toMs, zone, level, first } = advice
  const from = clockWords(zone, fromMs)
  const moment = kind === 'caffeine' || kind === 'melatonin' || kind === 'noCaffeine'
  const when = moment ? from : `${from}-${clockWords(zone, toMs)}`
  const elsewhere = zone === day.zone ? '' : `(clock of ${zone}) `
  const title = `${elsewhere}${adviceTitle(kind, level)}`
  const words = `${title}${shortReason(advice, day, direction)}`
  const [head, ...rest] = wrapped(words, WHEN)
  return [`  ${first ? '*' : ' '} ${when.padEnd(WHEN - 4)}${head!.trimStart()}`, ...rest]
}

/** The reason in a few words; what is not about light keeps its own. */
function shortReason(advice: Advice, day: PlanDay, direction: Plan['direction']): string {
  const { predicted } = day
  const { kind, fromMs, toMs, reason, skipCostH } = advice
  if (kind === 'sleep') return fromMs < nextMidnight(day) ? '.' : ` (into ${nextWeekday(day)}).`
  if (kind !== 'seekLight' && kind !== 'avoidLight') return `. ${reason}`
  const pull = pullOfLight((fromMs + toMs) / 2, predicted.cbtmin.medianMs)
  const does = lightEffect(kind === 'seekLight', pull, direction)
  return `: ${does}. ${skipWords(skipCostH ?? 0)}`
}

function nextMidnight({ date, zone }: PlanDay): number {
  return momentOf(zone, addDays(date, 1), 0)
}

function nextWeekday({ date }: PlanDay): string {
  return dateWords(addDays(date, 1)).split(' ')[0]!
}

/** Words in lines of at most `COLUMNS`, each moved in by `indent`. */
function wrapped(text: string, indent: number): string[] {
  const space = ' '.repeat(indent)
  const lines: string[] = []
  let line = space
  for (const word of text.split(' ')) {
    const next = line === space ? `${line}${word}` : `${line} ${word}`
    if (next.length > COLUMNS && line !== space) {
      lines.push(line)
      line = `${space}${word}`
    } else line = next
  }
  lines.push(line)
  return lines
}
