import { zonedText } from '@nocturne/core/math'
import type { PersonalRecord, PersonalSeries, SleepEpisode } from '@nocturne/core/sleep'

/** Warnings shown of one file. */
const MOST_WARNINGS = 12

/** The document of `nocturne read --json` for a file of a person. */
export type PersonalDocument = {
  readonly format: string
  readonly zone: string
  readonly zoneFrom: PersonalRecord['zoneFrom']
  readonly sleeps: readonly {
    readonly source: string
    readonly provenance: SleepEpisode['provenance']
    readonly main: number
    readonly naps: number
    readonly unknown: number
    /** Local time of the first and the last, `YYYY-MM-DDTHH:MM:SS`. */
    readonly first: string
    readonly last: string
  }[]
  readonly series: readonly {
    readonly kind: PersonalSeries['kind']
    readonly source: string
    readonly provenance: PersonalSeries['provenance']
    readonly samples: number
    readonly first: string
    readonly last: string
  }[]
  readonly warnings: readonly string[]
}

/** What a file says of a person, counted: sleeps and series by their source. */
export function personalDocument(record: PersonalRecord): PersonalDocument {
  const bySource = new Map<string, SleepEpisode[]>()
  for (const one of record.episodes) {
    const key = `${one.provenance} ${one.source}`
    const own = bySource.get(key)
    if (own === undefined) bySource.set(key, [one])
    else own.push(one)
  }
  const { format, zone, zoneFrom, warnings } = record
  const at = (ms: number): string => zonedText(zone, Math.round(ms / 1000) * 1000)
  return {
    format,
    zone,
    zoneFrom,
    sleeps: [...bySource.values()].map((own) => ({
      source: own[0]!.source,
      provenance: own[0]!.provenance,
      main: own.filter(({ kind }) => kind === 'main').length,
      naps: own.filter(({ kind }) => kind === 'nap').length,
      unknown: own.filter(({ kind }) => kind === 'unknown').length,
      first: at(startOf(own[0]!)),
      last: at(startOf(own.at(-1)!)),
    })),
    series: record.series.map(({ kind, source, provenance, timesMs }) => ({
      kind,
      source,
      provenance,
      samples: timesMs.length,
      first: at(timesMs[0]!),
      last: at(timesMs.at(-1)!),
    })),
    warnings,
  }
}

/** The same as a page for a person. */
export function personalPage(name: string, document: PersonalDocument): string {
  const { format, zone, zoneFrom, sleeps, series, warnings } = document
  const lines = [`${name}  ${format}`, '', `zone      ${zone} (${ZONE_WORDS[zoneFrom]})`]
  for (const one of sleeps) {
    const naps = one.naps === 0 ? '' : ` and ${one.naps} nap${one.naps === 1 ? '' : 's'}`
    const more = one.unknown === 0 ? '' : ` and ${one.unknown} of unknown kind`
    const nights = `${one.main} night${one.main === 1 ? '' : 's'}${naps}${more}`
    lines.push(`sleeps    ${nights}, ${one.provenance} by ${one.source}`)
    lines.push(`          ${dayOf(one.first)} to ${dayOf(one.last)}`)
  }
  for (const one of series) {
    lines.push(`series    ${one.kind}, ${one.samples} samples, ${one.provenance} by ${one.source}`)
    lines.push(`          ${dayOf(one.first)} to ${dayOf(one.last)}`)
  }
  if (warnings.length > 0) {
    const shown = warnings.slice(0, MOST_WARNINGS).map((warning) => `  ! ${warning}`)
    const more = warnings.length - shown.length
    lines.push('', `${warnings.length} warning${warnings.length === 1 ? '' : 's'}`, ...shown)
    if (more > 0) lines.push(`  and ${more} more`)
  }
  return `${lines.join('\n')}\n`
}

const ZONE_WORDS: Readonly<Record<PersonalRecord['zoneFrom'], string>> = {
  file: 'the file names it',
  given: 'as given',
  assumed: 'assumed, as neither the file nor --zone names one',
}

function startOf(one: SleepEpisode): number {
  return one.onsetMs ?? one.bedMs ?? one.offsetMs ?? one.riseMs ?? 0
}

function dayOf(text: string): string {
  return text.slice(0, 16).replace('T', ' ')
}
