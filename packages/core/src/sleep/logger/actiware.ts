import { fail } from '../../math/result.ts'
import { isTimeZone, type TimeZone } from '../../math/time-zone.ts'
import type { EvidenceReader, EvidenceSink } from '../evidence/evidence-reader.ts'
import type { EvidenceOptions } from '../evidence/personal-record.ts'
import { cellsOf } from './cells.ts'
import { type DelimitedLog, delimitedLog, tableOf } from './delimited-log.ts'
import { MAX_PREAMBLE_LINES } from './preamble.ts'

/**
 * Philips Respironics Actiware exports (RPX), English, French and German, with decimal points or
 * commas: activity counts, white light in lux, off-wrist. The zone is that of the cities the file
 * names, else its offset.
 */
export const actiwareReader: EvidenceReader = {
  format: 'actiware',
  title: 'Actiware export (Philips Respironics RPX csv)',
  takes: 'lines',
  recognises: ({ text }) => /^"?[^\n]{0,40}Actiware/i.test(text) && /^"?-{10,}/m.test(text),
  open: (options) => openActiware(options),
}

/** Cities of the time-zone line, as Windows writes them in three languages. */
const CITIES: readonly (readonly [RegExp, TimeZone])[] = [
  [/London|Londres/, 'Europe/London'],
  [/Berlin/, 'Europe/Berlin'],
  [/Paris/, 'Europe/Paris'],
  [/Bru(ss|x)el|Bruxelles|Brüssel/, 'Europe/Brussels'],
  [/Prag|Budapest/, 'Europe/Prague'],
  [/Warsaw|Warschau|Varsovie/, 'Europe/Warsaw'],
  [/Helsinki/, 'Europe/Helsinki'],
  [/Athen|Athènes/, 'Europe/Athens'],
  [/Eastern Time|Est \(É\.-U\.|Ostküste/, 'America/New_York'],
  [/Central Time|Centre \(É\.-U\./, 'America/Chicago'],
  [/Mountain Time|Montagnes Rocheuses/, 'America/Denver'],
  [/Pacific Time|Pacifique \(É\.-U\./, 'America/Los_Angeles'],
  [/Brasilia|Brasília/, 'America/Sao_Paulo'],
  [/Tokyo|Tokio/, 'Asia/Tokyo'],
  [/Sydney/, 'Australia/Sydney'],
]

function openActiware(options: EvidenceOptions): EvidenceSink<string> {
  const where = options.name ?? 'actiware'
  const facts = new Map<string, string>()
  let log: DelimitedLog | undefined
  let nLines = 0
  return {
    push(line) {
      nLines++
      if (log) return line.trim() === '' ? undefined : log.row(line, nLines)
      const table = isEpochHeader(line) ? tableOf(line) : undefined
      if (table) {
        log = delimitedLog('actiware', table, options, (name) => `${device(facts)} ${name}`)
        const zone = zoneOf(facts)
        if (zone !== undefined) log.log.builder.fileZone(zone)
        return undefined
      }
      noteFact(facts, line)
      if (nLines <= MAX_PREAMBLE_LINES) return undefined
      return fail('BAD_FIELD', where, 'no epoch-by-epoch data', 'a column of activity').problem
    },
    end() {
      return log
        ? log.finish()
        : fail('TRUNCATED', where, 'no epoch-by-epoch data', 'a column of activity')
    },
  }
}

/** The epoch table's header: a line number, a time, and activity (the marker list has none). */
function isEpochHeader(line: string): boolean {
  const cells = cellsOf(line, ',')
  return /^(Line|Zeile|Ligne)$/.test(cells[0] ?? '') && cells.length >= 5
}

type Fact = 'type' | 'serial' | 'zone' | 'offset'
const FACTS: readonly (readonly [Fact, RegExp])[] = [
  ['offset', /^(Time Zone Offset|Zeitzonenverschiebung|Décalage du fuseau horaire)/],
  ['zone', /^(Time Zone|Zeitzone|Fuseau horaire)/],
  ['type', /^(Actiwatch Type|Actiwatch-Typ|Type d'Actiwatch)/],
  ['serial', /^(Actiwatch Serial|Actiwatch-Serien|Numéro de série)/],
]

function noteFact(facts: Map<string, string>, line: string): void {
  const [name, value] = cellsOf(line, ',')
  const fact = FACTS.find(([, pattern]) => pattern.test(name ?? ''))?.[0]
  if (fact !== undefined && value !== undefined) facts.set(fact, value.slice(0, 120))
}

function device(facts: ReadonlyMap<string, string>): string {
  return `${facts.get('type') ?? 'Actiwatch'} ${facts.get('serial') ?? ''}`.trim().slice(0, 40)
}

function zoneOf(facts: ReadonlyMap<string, string>): TimeZone | undefined {
  const cities = facts.get('zone') ?? ''
  const named = CITIES.find(([pattern]) => pattern.test(cities))?.[1]
  if (named !== undefined && isTimeZone(named)) return named
  const offset = facts.get('offset')
  return offset !== undefined && /^[+-]\d\d:\d\d$/.test(offset) ? offset : undefined
}
