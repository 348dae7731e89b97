import { adviceTitle } from './calendar.ts'
import type { Advice, Plan, PlanDay } from './plan.ts'
import { clockWords, dateWords, intervalWords } from './words.ts'

const COLUMNS = 88
const INDENT = '      '

/** A plan as a page for a terminal: a calm paragraph per day, the first thing of a day marked *. */
export function planText(plan: Plan): string {
  const lines = [...wrapped(plan.headline, ''), '']
  for (const warning of plan.warnings) lines.push(...wrapped(`! ${warning}`, '  '))
  if (plan.warnings.length > 0) lines.push('')
  for (const [i, day] of plan.days.entries()) {
    lines.push(...dayLines(day, plan.days[i - 1]), '')
  }
  lines.push('* if you do one thing that day', ...plan.notes.flatMap((note) => wrapped(note, '  ')))
  return `${lines.join('\n')}\n`
}

function dayLines(day: PlanDay, before: PlanDay | undefined): string[] {
  const { date, zone, advice, predicted } = day
  const place = before !== undefined && before.zone !== zone ? `, now in ${zone}` : ''
  const head = `${dateWords(date)}${place}`
  const low = `body clock's low point ${intervalWords(predicted.cbtmin, zone)}`
  return [`${head}   ${low}`, ...advice.flatMap((one) => adviceLines(one, zone))]
}

function adviceLines(advice: Advice, zone: string): string[] {
  const { kind, fromMs, toMs, level, reason, skipCost, first } = advice
  const from = clockWords(zone, fromMs)
  const until = toMs > fromMs && kind !== 'caffeine' && kind !== 'melatonin'
  const when = until ? `${from}-${clockWords(zone, toMs)}` : `${from}      `
  const title = `  ${first ? '*' : ' '} ${when}  ${adviceTitle(kind, level)}`
  const skip = kind === 'sleep' ? '' : ` Skipping it: ${lowerFirst(skipCost)}`
  return [title, ...wrapped(`${reason}${skip}`, INDENT)]
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** Words in lines of at most `COLUMNS`, the lines after the first moved in by the same. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(' ')) {
    const next = line === indent ? `${line}${word}` : `${line} ${word}`
    if (next.length > COLUMNS && line !== indent) {
      lines.push(line)
      line = `${indent}${word}`
    } else line = next
  }
  lines.push(line)
  return lines
}
