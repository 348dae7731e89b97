import { fail, type Problem } from '../../math/result.ts'
import type { EvidenceReader, EvidenceSink } from '../evidence/evidence-reader.ts'
import type { EvidenceCode, EvidenceOptions } from '../evidence/personal-record.ts'
import { cellsOf } from './cells.ts'
import { dateOrderOf, loggerDay } from './date-order.ts'
import { type LogColumn, type LoggerLog, loggerLog } from './logger-log.ts'
import { MAX_PREAMBLE_LINES } from './preamble.ts'
import { dayClockOf, readingOf } from './reading.ts'

/**
 * ActiLife epoch csv (`Data File Created By ActiGraph`): a report with start and epoch, then one
 * epoch a row, with a header or without. Axis 1 is activity counts; steps and lux are read where a
 * header names them. Tables with a time in each row are read as plain csv.
 */
export const actigraphReader: EvidenceReader = {
  format: 'actigraph-csv',
  title: 'ActiGraph epoch csv',
  takes: 'lines',
  recognises: ({ text }) => /^-{3,}.*ActiGraph/.test(text),
  open: (options) => openActigraph(options),
}

type Epochs = {
  readonly log: LoggerLog
  readonly at: readonly number[]
  readonly startS: number
  readonly epochS: number
}

function openActigraph(options: EvidenceOptions): EvidenceSink<string> {
  const where = options.name ?? 'actigraph-csv'
  const facts = new Map<string, string>()
  let header: readonly string[] | undefined
  let epochs: Epochs | undefined
  let isReport = true
  let nLines = 0
  return {
    push(line) {
      nLines++
      if (line.trim() === '') return undefined
      if (isReport) {
        noteFact(facts, line)
        // The report ends with a rule of dashes.
        isReport = nLines === 1 || !/^-{10,}/.test(line)
        if (nLines <= MAX_PREAMBLE_LINES) return undefined
        return fail('BAD_FIELD', where, 'no end of the report', 'a line of dashes').problem
      }
      const cells = cellsOf(line, line.includes(';') ? ';' : ',')
      if (epochs === undefined && header === undefined && /[a-z]{3}/i.test(line)) {
        header = cells
        return undefined
      }
      if (epochs === undefined) {
        const begun = begin(facts, header, options, where)
        if ('code' in begun) return begun
        epochs = begun
      }
      return addRow(epochs, cells)
    },
    end: () =>
      epochs?.log.finish(epochs.epochS) ??
      fail('TRUNCATED', where, `${nLines} lines`, 'a report and epochs'),
  }
}

function addRow({ log, at, startS, epochS }: Epochs, cells: readonly string[]) {
  const readings = at.map((column) => readingOf(cells[column] ?? ''))
  return log.add(startS + log.size() * epochS, readings)
}

function noteFact(facts: Map<string, string>, line: string): void {
  const fact =
    /^(Serial Number|Start Time|Start Date|Epoch Period \(hh:mm:ss\)):? *(.*?)[,;]*$/.exec(line)
  if (fact) facts.set(fact[1]!, fact[2]!.trim())
  const format = /date format ([dmyMDY/.-]+)/.exec(line)
  if (format) facts.set('format', format[1]!.toLowerCase())
}

function begin(
  facts: ReadonlyMap<string, string>,
  header: readonly string[] | undefined,
  options: EvidenceOptions,
  where: string,
): Epochs | Problem<EvidenceCode> {
  const date = facts.get('Start Date') ?? ''
  const isDayFirst = /^d/.test(facts.get('format') ?? 'm')
  const order = dateOrderOf([date], isDayFirst ? 'dmy' : 'mdy')
  const day = order === undefined ? undefined : loggerDay(date, order)
  const clockS = dayClockOf(facts.get('Start Time') ?? '')
  const epochS = dayClockOf(facts.get('Epoch Period (hh:mm:ss)') ?? '')
  if (!day || clockS === undefined || epochS === undefined || epochS < 1) {
    return fail(
      'BAD_FIELD',
      where,
      'no readable start and epoch',
      'Start Date, Time and Epoch Period',
    ).problem
  }
  const device = `ActiGraph ${facts.get('Serial Number') ?? ''}`.trim().slice(0, 40)
  const named = header?.map((name) => name.toLowerCase().replace(/[ _]/g, '')) ?? ['axis1']
  const columns = named.flatMap((name, at): (LogColumn & { readonly at: number })[] => {
    if (name === 'axis1') return [{ at, kind: 'activityCounts', source: `${device} axis 1` }]
    if (name === 'steps') return [{ at, kind: 'steps', source: device }]
    return name === 'lux' ? [{ at, kind: 'photopicLux', source: device }] : []
  })
  const log = loggerLog('actigraph-csv', columns, options)
  return { log, at: columns.map(({ at }) => at), startS: day.day * 86400 + clockS, epochS }
}
