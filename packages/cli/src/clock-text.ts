import {
  type ClockDocument,
  type ClockTimeInterval,
  clockTimeOf,
  type LedgerEntry,
} from '@nocturne/core/clock'
import { durationText } from '@nocturne/core/figure'
import type { RhythmMeasure } from '@nocturne/core/sleep'

/** A fit in words for the person it is about. */
export function clockTextOf(document: ClockDocument, rhythm: readonly RhythmMeasure[]): string {
  const { phase, sleepNeedH, tauH, lightSensitivity, habit, ridge } = document
  const need = (hours: number): string => durationText(hours * 60)
  const models = document.ensemble.map(({ model, cbtmin }) => `${model} ${cbtmin.text}`)
  const lines = [
    `Your body clock, from ${counted(document.nights, 'night')} up to ${document.at} (${document.zone})`,
    '',
    row('Usual sleep', `${clockTimeOf(habit.onsetH).text} to ${clockTimeOf(habit.offsetH).text}`),
    ...regularity(rhythm),
    row('Melatonin starts (DLMO)', times(phase.dlmo)),
    row('Lowest point (CBTmin)', times(phase.cbtmin)),
    row('', `by model: ${models.join(', ')}`),
    row(
      'Sleep need',
      `${need(sleepNeedH.median)} (${need(sleepNeedH.lo80)} to ${need(sleepNeedH.hi80)})`,
    ),
    row('Period without light', `${tauH.median.toFixed(2)} h (${range(tauH, 2)})`),
    row(
      'Light sensitivity',
      `${lightSensitivity.median.toFixed(1)} of the average (${range(lightSensitivity, 1)})`,
    ),
    '',
    `In brackets and after "between": 4 chances in 5. ${ridge.text}`,
    '',
    'What moved what, from an average adult (23:30 to 07:30):',
    ...document.ledger.map(entryText),
    '',
    'What would make it surer:',
    ...sharpeners(document).map((line) => `  ${line}`),
    ...document.warnings.map((warning) => `note: ${warning}`),
  ]
  return `${lines.join('\n')}\n`
}

/** How alike the days are: 100 = asleep and awake at the same minutes every day, 0 = by chance. */
function regularity(rhythm: readonly RhythmMeasure[]): string[] {
  const index = rhythm.find(({ name }) => name.startsWith('SRI'))
  return index ? [row('Regularity', `${index.value.toFixed(0)} of 100 (${index.name})`)] : []
}

const LABEL_WIDTH = 25

function row(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${text}`
}

function times({ median, lo80, hi80 }: ClockTimeInterval): string {
  return `${median.text}   between ${lo80.text} and ${hi80.text}`
}

function range({ lo80, hi80 }: { lo80: number; hi80: number }, places: number): string {
  return `${lo80.toFixed(places)} to ${hi80.toFixed(places)}`
}

const NAMES: Readonly<Record<LedgerEntry['evidence'], string>> = {
  genes: 'your genes',
  habit: 'your usual hours',
  nights: 'your single nights',
  light: 'your light',
  dlmo: 'your melatonin',
}

function entryText({ evidence, moved }: LedgerEntry): string {
  const clock = `clock ${minutes(moved.cbtminMin)}`
  return row(
    NAMES[evidence],
    `${clock}, period ${minutes(moved.tauMin)}, sleep need ${minutes(moved.sleepNeedMin)}`,
  )
}

function minutes(value: number): string {
  const whole = Math.round(value)
  if (whole === 0) return Math.abs(value) < 0.05 ? '0 min' : `${value > 0 ? '+' : '-'}<1 min`
  return `${whole > 0 ? '+' : '-'}${Math.abs(whole)} min`
}

function sharpeners(document: ClockDocument): string[] {
  const lines: string[] = []
  const has = (evidence: LedgerEntry['evidence']): boolean =>
    document.ledger.some((entry) => entry.evidence === evidence)
  if (document.nights < 14) lines.push('more nights: two weeks with free days tell need from habit')
  if (document.light.worn < 0.5) lines.push('a light logger at the eye or wrist (--light)')
  if (!has('dlmo')) {
    lines.push('one measured melatonin onset (--dlmo): it says more of your hour than all nights')
  }
  if (lines.length === 0) lines.push('nights under other light: a journey, a camping week')
  return lines
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
