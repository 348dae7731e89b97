import { fail, ok } from '../../math/result.ts'
import { wallClockS, wallClockText } from '../../math/wall-clock.ts'
import type { HypnogramFileOptions, Reading } from './file.ts'
import { readMoment, unrollClocks } from './moment.ts'
import { hypnogramOfSpans, type StageSpan } from './span.ts'
import { stageOfWord } from './stage-code.ts'
import { columnKey } from './table.ts'
import { quoted } from './token.ts'

type Columns = { readonly time: number; readonly event: number; readonly duration: number }

/**
 * Reads a RemLogic event export (CAP Sleep Database and others): tab-separated rows below a heading
 * with `Time [hh:mm:ss]`, `Event` and `Duration[s]`, in any order and with or without `Position`.
 * Only rows whose event is a stage (`SLEEP-S0` … `SLEEP-REM`, `SLEEP-MT`, `SLEEP-UNSCORED`) are
 * read; arousals, CAP phases and the rest are left out. Times are clocks and may pass midnight;
 * gaps are `?`.
 */
export function readRemlogicFile(lines: readonly string[], options: HypnogramFileOptions): Reading {
  const at = headingLine(lines)
  const columns = at < 0 ? undefined : columnsOf(lines[at]!)
  if (!columns) return fail('HYPNOGRAM_FORMAT', 'file', 'no heading', 'Time, Event and Duration[s]')
  const found: { clock: string; span: StageSpan }[] = []
  for (let i = at + 1; i < lines.length; i++) {
    const cells = lines[i]!.split('\t').map((cell) => cell.trim())
    const where = `line ${i + 1}`
    const event = cells[columns.event] ?? ''
    const stage = /^(?:sleep|stage)/i.test(event) ? stageOfWord(event) : undefined
    if (stage === undefined) continue
    const duration = cells[columns.duration] ?? ''
    const durationS = Number(duration.replace(',', '.'))
    if (duration === '' || !(durationS >= 0)) {
      return fail('HYPNOGRAM_TIME', where, quoted(duration), 'a duration in seconds')
    }
    const clock = (cells[columns.time] ?? '').replace(/^(\d{1,2})\.(\d\d)\.(\d\d)/, '$1:$2:$3')
    if (!readMoment(clock)) {
      return fail('HYPNOGRAM_TIME', where, quoted(clock), 'a time hh:mm:ss')
    }
    found.push({ clock, span: { onsetS: 0, durationS, stage, where } })
  }
  if (found.length === 0) return fail('HYPNOGRAM_EMPTY', 'file', 'no sleep stages', 'at least one')
  const starts = unrollClocks(found.map(({ clock }) => readMoment(clock)!))
  const spans = found.map(({ span }, i) => ({ ...span, onsetS: starts[i]! }))
  const spanned = hypnogramOfSpans(spans, { epochS: options.epochS })
  if (!spanned.ok) return spanned
  const { startS: _, ...hypnogram } = spanned.value.hypnogram
  const startTime = startTimeOf(lines.slice(0, at), starts[0]!)
  return ok({
    hypnogram: { ...hypnogram, ...(startTime !== undefined && { startTime }) },
    format: 'remlogic',
    warnings: spanned.value.warnings,
  })
}

/** The line of the heading of a RemLogic export, or -1: how the format is recognised. */
export function headingLine(lines: readonly string[]): number {
  return lines.slice(0, 200).findIndex((line) => columnsOf(line) !== undefined)
}

function columnsOf(line: string): Columns | undefined {
  const keys = line.split('\t').map(columnKey)
  const time = keys.findIndex((key) => /^time(?:hhmmss(?:xxx)?)?$/.test(key))
  const event = keys.indexOf('event')
  const duration = keys.findIndex((key) => /^durations?$/.test(key))
  if (time < 0 || event < 0 || duration < 0) return undefined
  return keys.includes('sleepstage') || keys[time] !== 'time' || keys.includes('location')
    ? { time, event, duration }
    : undefined
}

/** `Recording Date: 01/02/2009` gives the day, with the day first as RemLogic writes it. */
function startTimeOf(heading: readonly string[], clockS: number): string | undefined {
  for (const line of heading) {
    const match = /recording date\s*:?\s*(\d{1,2})[./-](\d{1,2})[./-](\d{4})/i.exec(line)
    const [, day, month, year] = match ?? []
    if (!day || !month || !year) continue
    const midnight = wallClockS(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T00:00`)
    return midnight === undefined ? undefined : wallClockText(midnight + clockS)
  }
  return undefined
}
