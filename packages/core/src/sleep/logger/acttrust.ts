import { fail } from '../../math/result.ts'
import { wallClockS } from '../../math/wall-clock.ts'
import type { EvidenceReader, EvidenceSink } from '../evidence/evidence-reader.ts'
import type { EvidenceOptions } from '../evidence/personal-record.ts'
import { cellsOf } from './cells.ts'
import type { ColumnRole } from './column-name.ts'
import { type DelimitedLog, delimitedLog, type TableColumn } from './delimited-log.ts'
import { MAX_PREAMBLE_LINES } from './preamble.ts'

/**
 * Condor ActTrust and ActLumus text logs: a report of facts, then rows cut by semicolons. Activity
 * is PIM (proportional integration, counts an epoch), light is lux and melanopic EDI where the
 * device has the sensor. Times are those of the logger's own clock.
 */
export const acttrustReader: EvidenceReader = {
  format: 'acttrust',
  title: 'Condor ActTrust or ActLumus text log',
  takes: 'lines',
  recognises: ({ text }) => /^DATE\/TIME;MS;/m.test(text) && text.includes('Condor Instruments'),
  open: (options) => openActtrust(options),
}

/** Columns that are read, by their name in the log; skin temperature only of a wrist device. */
const COLUMNS: Readonly<Record<string, ColumnRole>> = {
  'DATE/TIME': 'dateTime',
  PIM: 'activityCounts',
  LIGHT: 'photopicLux',
  'MELANOPIC EDI': 'melanopicEdiLux',
  TEMPERATURE: 'skinTemperatureC',
}

function openActtrust(options: EvidenceOptions): EvidenceSink<string> {
  const facts = new Map<string, string>()
  const where = options.name ?? 'acttrust'
  let log: DelimitedLog | undefined
  let nLines = 0
  return {
    push(line) {
      nLines++
      if (log) return line.trim() === '' ? undefined : log.row(line, nLines)
      if (line.startsWith('DATE/TIME;')) {
        log = openRows(line, facts, options)
        return undefined
      }
      const fact = /^([A-Z_]+) ?: ?(.*)$/.exec(line.trim())
      if (fact) facts.set(fact[1]!, fact[2]!.trim())
      if (nLines <= MAX_PREAMBLE_LINES) return undefined
      return fail('BAD_FIELD', where, 'no DATE/TIME row', 'the columns of an ActTrust log').problem
    },
    end() {
      if (!log) return fail('TRUNCATED', where, 'no DATE/TIME row', 'the columns of the log')
      const device = reportTime(facts.get('CONNECTION_DEVICE_DATE_TIME'))
      const system = reportTime(facts.get('CONNECTION_SYSTEM_DATE_TIME'))
      if (device !== undefined && system !== undefined) log.log.aheadS(device - system)
      return log.finish(intervalS(facts.get('INTERVAL')))
    },
  }
}

function openRows(
  header: string,
  facts: ReadonlyMap<string, string>,
  options: EvidenceOptions,
): DelimitedLog {
  const model = facts.get('DEVICE_MODEL') ?? 'ActTrust'
  const isWrist = /^ActTrust/i.test(model)
  const columns = cellsOf(header, ';').flatMap((name, at): TableColumn[] => {
    const role = COLUMNS[name]
    return role === undefined || (role === 'skinTemperatureC' && !isWrist)
      ? []
      : [{ at, role, name }]
  })
  const device = `${model} ${facts.get('DEVICE_ID') ?? ''}`.trim().slice(0, 40)
  const table = { delimiter: ';', columns } as const
  return delimitedLog('acttrust', table, options, (name) => `${device} ${name}`)
}

/** Seconds of `21/08/2023 10:20:46`. */
function reportTime(text: string | undefined): number | undefined {
  const match = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d:\d\d)/.exec(text ?? '')
  return match ? wallClockS(`${match[3]}-${match[2]}-${match[1]}T${match[4]}`) : undefined
}

function intervalS(text: string | undefined): number | undefined {
  const seconds = Number(text)
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600 ? seconds : undefined
}
