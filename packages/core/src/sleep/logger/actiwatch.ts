import { fail, type Problem, type Result } from '../../math/result.ts'
import type { EvidenceReader, EvidenceSink } from '../evidence/evidence-reader.ts'
import type { EvidenceCode, EvidenceOptions, PersonalRecord } from '../evidence/personal-record.ts'
import type { SeriesKind } from '../evidence/personal-series.ts'
import { type LoggerDay, loggerDay } from './date-order.ts'
import { type LoggerLog, loggerLog, movedYear } from './logger-log.ts'
import { dayClockOf, readingOf } from './reading.ts'

const HEADER_LINES = 7
const DAY = /^\s*\d{1,2}-[A-Za-z]{3}-(\d\d|\d{4})\s*$/

/**
 * Actiwatch AWD files of Cambridge Neurotechnology and Mini-Mitter: seven lines of header, then one
 * epoch a line, `activity` or `activity , light`, with an `M` where the marker was pressed. The
 * epoch's code counts quarter minutes. The second column is lux where the serial number begins with
 * L, P or D, skin temperature where it begins with T, and is not read otherwise.
 */
export const actiwatchReader: EvidenceReader = {
  format: 'actiwatch-awd',
  title: 'Actiwatch AWD',
  takes: 'lines',
  recognises({ text }) {
    const [, day, time, epoch] = text.slice(0, 2000).split(/\n/).map(plain)
    return (
      DAY.test(day ?? '') && dayClockOf(time ?? '') !== undefined && /^\w{1,3}$/.test(epoch ?? '')
    )
  },
  open: (options) => openActiwatch(options),
}

type Start = {
  readonly log: LoggerLog
  readonly startS: number
  readonly epochS: number
  readonly hasSecond: boolean
}

function openActiwatch(options: EvidenceOptions): EvidenceSink<string> {
  const header: string[] = []
  const where = options.name ?? 'actiwatch-awd'
  let start: Start | undefined
  let nLines = 0
  return {
    push(line) {
      nLines++
      const text = plain(line)
      if (header.length < HEADER_LINES) {
        header.push(text)
        return undefined
      }
      if (text === '') return undefined
      if (start === undefined) {
        const begun = startOf(header, text, options)
        if (!begun.ok) return begun.problem
        start = begun.value
      }
      return addEpoch(start, text, nLines)
    },
    end(): Result<PersonalRecord, EvidenceCode> {
      if (start) return start.log.finish(start.epochS)
      return fail('TRUNCATED', where, `${header.length} lines`, 'a header and epochs')
    },
  }
}

/** Some files end their lines with two carriage returns. */
function plain(line: string): string {
  return line.replace(/\r/g, '').trim()
}

function addEpoch(start: Start, text: string, nLines: number): Problem<EvidenceCode> | undefined {
  const { log, startS, epochS, hasSecond } = start
  const [first, second] = text.replace(/[Mm]\s*$/, '').split(/\s*,\s*/)
  const activity = readingOf((first ?? '').replace(/[Mm]$/, '').trim())
  // A line that cannot be read still takes its epoch: those after it stay where they are.
  if (activity === undefined) log.badRow(`line ${nLines}`, text)
  const readings = [activity ?? Number.NaN, ...(hasSecond ? [readingOf(second ?? '')] : [])]
  return log.add(startS + log.size() * epochS, readings)
}

function startOf(
  header: readonly string[],
  firstEpoch: string,
  options: EvidenceOptions,
): Result<Start, EvidenceCode> {
  const where = (line: number): string => `${options.name ?? 'AWD'} line ${line}`
  const day: LoggerDay | undefined = loggerDay(header[1]!, 'dmy')
  if (!day) return fail('BAD_FIELD', where(2), `"${header[1]!.slice(0, 40)}"`, 'a day 23-Jan-2018')
  const clockS = dayClockOf(header[2]!)
  if (clockS === undefined) {
    return fail('BAD_FIELD', where(3), `"${header[2]!.slice(0, 40)}"`, 'a time of day')
  }
  const quarters = /^\d{1,3}$/.test(header[3]!) ? Number(header[3]) : 0
  if (quarters < 1 || quarters > 240) {
    const got = `"${header[3]!.slice(0, 40)}"`
    return fail('BAD_FIELD', where(4), got, 'an epoch of 1 to 240 quarter minutes')
  }
  const serial = header[5]!.slice(0, 20)
  const second = firstEpoch.includes(',') ? secondKind(serial) : undefined
  const log = loggerLog(
    'actiwatch-awd',
    [
      { kind: 'activityCounts', source: `Actiwatch ${serial}` },
      ...(second ? [{ kind: second, source: `Actiwatch ${serial}` }] : []),
    ],
    options,
  )
  const startS = day.day * 86400 + clockS
  if (day.yearWritten !== undefined) log.builder.warn(movedYear(day.yearWritten, startS))
  if (firstEpoch.includes(',') && !second) {
    log.builder.warn(`the second column of an Actiwatch ${serial[0] ?? ''} is not read`)
  }
  return {
    ok: true,
    value: { log, startS, epochS: quarters * 15, hasSecond: second !== undefined },
  }
}

function secondKind(serial: string): SeriesKind | undefined {
  if (/^[LPD]/i.test(serial)) return 'photopicLux'
  return /^T/i.test(serial) ? 'skinTemperatureC' : undefined
}
