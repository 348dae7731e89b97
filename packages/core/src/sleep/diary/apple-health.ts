import { fail, type Problem, type Result } from '../../math/result.ts'
import { isTimeZone } from '../../math/time-zone.ts'
import { chooseSource } from '../evidence/choose-source.ts'
import type { EvidenceReader, EvidenceSink } from '../evidence/evidence-reader.ts'
import type { EvidenceCode, EvidenceOptions, PersonalRecord } from '../evidence/personal-record.ts'
import type { PersonalSeries } from '../evidence/personal-series.ts'
import { type RecordBuilder, recordBuilder } from '../evidence/record-builder.ts'
import type { StageSpan } from '../evidence/sleep-episode.ts'
import { attributeOf, XmlScanner } from '../evidence/xml-scanner.ts'
import { AppleSeries } from './apple-series.ts'
import { appleTime } from './apple-time.ts'
import { episodesOf, offsetZone, type StageSample } from './stage-samples.ts'

const SLEEP = 'HKCategoryTypeIdentifierSleepAnalysis'
/** Sleep samples of one export: thirty years of a watch that scores stages. */
const MAX_SLEEP_SAMPLES = 1_000_000
/** The longest stretch one sample may be of, ms. */
const MAX_SAMPLE_MS = 36 * 3_600_000

const STAGES: Readonly<Record<string, StageSpan['stage']>> = {
  InBed: 'inBed',
  Asleep: 'asleep',
  AsleepUnspecified: 'asleep',
  AsleepCore: 'light',
  AsleepDeep: 'deep',
  AsleepREM: 'rem',
  Awake: 'awake',
  '0': 'inBed',
  '1': 'asleep',
  '2': 'awake',
  '3': 'light',
  '4': 'deep',
  '5': 'rem',
}

/**
 * Apple Health's export.xml, as large as it may be: sleep analysis (values of before and after iOS
 * 16), heart rate and steps by the minute, heart-rate variability and sleeping wrist temperature.
 * Every time bears its offset, so moments are right whatever the zone; a sleep's zone is told by
 * HKTimeZone, else by an offset that is not the record's. Where sources overlap, one tells the
 * night. A phone's time in bed is inferred, what a person typed in is reported.
 */
export const appleHealth: EvidenceReader = {
  format: 'apple-health',
  title: 'Apple Health export (export.zip or export.xml)',
  takes: 'text',
  recognises: ({ text }) => /<HealthData[\s>]/.test(text),
  open: (options) => new AppleHealthSink(options),
}

class AppleHealthSink implements EvidenceSink<string> {
  private readonly record: RecordBuilder
  private readonly where: string
  private readonly samples: StageSample[] = []
  private readonly series = new AppleSeries()
  private readonly zones = new Map<string, number>()
  private readonly scanner: XmlScanner
  private nBad = 0
  private isOver = false
  /** The sample that metadata belong to, while its record is open. */
  private open: StageSample | undefined

  constructor(options: EvidenceOptions) {
    this.record = recordBuilder('apple-health', options)
    this.where = options.name ?? 'export.xml'
    this.scanner = new XmlScanner({
      start: (name, attributes, isEmpty) => this.start(name, attributes, isEmpty),
      end: (name) => this.close(name),
    })
  }

  push(text: string): Problem<EvidenceCode> | undefined {
    if (!this.scanner.push(text)) {
      return fail('BAD_FIELD', this.where, 'a tag without an end', 'XML').problem
    }
    if (this.samples.length <= MAX_SLEEP_SAMPLES) return undefined
    const most = `at most ${MAX_SLEEP_SAMPLES}`
    return fail('TOO_LARGE', this.where, 'more sleep samples', most).problem
  }

  end(): Result<PersonalRecord, EvidenceCode> {
    if (!this.scanner.end() || !this.isOver) {
      return fail('TRUNCATED', this.where, 'no </HealthData>', 'a whole export')
    }
    const zone = mostOf(this.zones)
    if (zone !== undefined) this.record.fileZone(zone)
    if (this.nBad > 0) this.record.warn(`${this.nBad} records without readable times were left out`)
    const { kept, setAside } = chooseSource(episodesOf(this.samples, this.record.zone()))
    for (const [i, episode] of kept.entries()) this.record.addEpisode(episode, `sleep ${i + 1}`)
    if (setAside.length > 0) {
      const line = `${setAside.length} sleeps are told by another source too, and were set aside`
      this.record.warn(line)
    }
    const series: PersonalSeries[] = this.series.finish()
    for (const one of series) this.record.addSeries(one)
    return this.record.finish()
  }

  private start(name: string, attributes: string, isEmpty: boolean): void {
    if (name === 'Record') {
      this.open = undefined
      this.take(attributes)
      if (isEmpty) this.open = undefined
    } else if (name === 'MetadataEntry' && this.open !== undefined) {
      this.metadata(attributes, this.open)
    } else if (name === 'ExportDate') {
      const time = appleTime(attributeOf(attributes, 'value') ?? '')
      if (time !== undefined) this.zones.set(offsetZone(time.offsetMs), 0)
    }
  }

  private close(name: string): void {
    if (name === 'Record') this.open = undefined
    if (name === 'HealthData') this.isOver = true
  }

  private take(attributes: string): void {
    const isSleep = attributes.includes(SLEEP)
    if (!isSleep && !this.series.wants(attributes)) return
    const start = appleTime(attributeOf(attributes, 'startDate') ?? '')
    const end = appleTime(attributeOf(attributes, 'endDate') ?? '')
    const isOrdered = start !== undefined && end !== undefined && end.ms >= start.ms
    if (!isOrdered || end.ms - start.ms > MAX_SAMPLE_MS) {
      this.nBad++
      return
    }
    if (!isSleep) {
      this.series.add(attributes, start.ms, end.ms)
      return
    }
    const value = attributeOf(attributes, 'value') ?? ''
    const stage = STAGES[value.replace('HKCategoryValueSleepAnalysis', '')]
    if (stage === undefined) {
      this.nBad++
      return
    }
    const source = this.series.sourceName(attributes)
    const isGuess = stage === 'inBed' && !/watch/i.test(attributes)
    this.open = {
      startMs: start.ms,
      endMs: end.ms,
      stage,
      source,
      provenance: isGuess ? 'inferred' : 'measured',
      offsetMs: start.offsetMs,
    }
    this.samples.push(this.open)
  }

  /** Replaces the open sample by one that knows what its metadata say. */
  private metadata(attributes: string, sample: StageSample): void {
    const key = attributeOf(attributes, 'key')
    const value = attributeOf(attributes, 'value') ?? ''
    let told: StageSample | undefined
    if (key === 'HKTimeZone' && isTimeZone(value)) {
      this.zones.set(value, (this.zones.get(value) ?? 0) + 1)
      told = { ...sample, zone: value }
    }
    if (key === 'HKWasUserEntered' && value === '1') told = { ...sample, provenance: 'reported' }
    if (told === undefined) return
    this.samples[this.samples.length - 1] = told
    this.open = told
  }
}

/** The zone that most samples name. */
function mostOf(zones: ReadonlyMap<string, number>): string | undefined {
  let [best, most] = [undefined as string | undefined, -1]
  for (const [zone, count] of zones) if (count > most) [best, most] = [zone, count]
  return best
}
