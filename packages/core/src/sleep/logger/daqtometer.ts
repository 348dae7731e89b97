import { fail } from '../../math/result.ts'
import type { EvidenceReader, EvidenceSink } from '../evidence/evidence-reader.ts'
import type { EvidenceOptions } from '../evidence/personal-record.ts'
import { cellsOf } from './cells.ts'
import { type DelimitedLog, delimitedLog } from './delimited-log.ts'
import { MAX_PREAMBLE_LINES } from './preamble.ts'

/**
 * Daqtometer csv: a report with one column a channel, then rows of time and readings. The first
 * acceleration channel is activity counts; light is the sensor's raw number, not lux, and is left.
 */
export const daqtometerReader: EvidenceReader = {
  format: 'daqtometer',
  title: 'Daqtometer csv',
  takes: 'lines',
  recognises: ({ text }) => /^Start: \d{4}-/.test(text) && /^Serial number:,/m.test(text),
  open: (options) => openDaqtometer(options),
}

function openDaqtometer(options: EvidenceOptions): EvidenceSink<string> {
  const where = options.name ?? 'daqtometer'
  let names: readonly string[] = []
  let log: DelimitedLog | undefined
  let nLines = 0
  return {
    push(line) {
      nLines++
      if (line.trim() === '') return undefined
      if (log) return log.row(line, nLines)
      if (line.startsWith('Name:,')) names = cellsOf(line, ',')
      if (!/^\d{4}-\d\d-\d\d /.test(line)) {
        if (nLines <= MAX_PREAMBLE_LINES) return undefined
        return fail('BAD_FIELD', where, 'no rows', 'rows of time and readings').problem
      }
      const at = names.findIndex((name) => /^Accel/i.test(name))
      if (at < 0)
        return fail('BAD_FIELD', where, 'no acceleration channel', 'Accelleration').problem
      log = openRows(at, names, options)
      return log.row(line, nLines)
    },
    end: () => log?.finish() ?? fail('EMPTY', where, 'no rows', 'rows of time and readings'),
  }
}

function openRows(at: number, names: readonly string[], options: EvidenceOptions): DelimitedLog {
  const log = delimitedLog(
    'daqtometer',
    {
      delimiter: ',',
      columns: [
        { at: 0, role: 'dateTime', name: 'time' },
        { at, role: 'activityCounts', name: names[at]! },
      ],
    },
    options,
    (name) => `Daqtometer ${name}`,
  )
  if (names.some((name) => /light/i.test(name))) {
    log.log.builder.warn('light is the raw number of the sensor, not lux: left out')
  }
  return log
}
