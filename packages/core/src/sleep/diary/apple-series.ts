import { type MinuteSeries, minuteSeries } from '../evidence/minute-series.ts'
import type { PersonalSeries, SeriesKind } from '../evidence/personal-series.ts'
import { attributeOf } from '../evidence/xml-scanner.ts'

/** Sources whose series are kept apart; those beyond are left out. */
const MAX_SOURCES = 50

type Quantity = {
  readonly kind: SeriesKind
  readonly how: 'mean' | 'sum'
  /** The range a value must lie in to be one. */
  readonly range: readonly [number, number]
}

const QUANTITIES: Readonly<Record<string, Quantity>> = {
  HeartRate: { kind: 'heartRateBpm', how: 'mean', range: [20, 300] },
  StepCount: { kind: 'steps', how: 'sum', range: [0, 1_000_000] },
  HeartRateVariabilitySDNN: { kind: 'heartRateVariabilityMs', how: 'mean', range: [0, 1000] },
  AppleSleepingWristTemperature: { kind: 'skinTemperatureC', how: 'mean', range: [0, 60] },
}
const PREFIX = 'HKQuantityTypeIdentifier'
const WANTED = new RegExp(`type="${PREFIX}(${Object.keys(QUANTITIES).join('|')})"`)
/** For tags with single quotes or spaces around the equals sign. */
const PERHAPS = new RegExp(`${PREFIX}(${Object.keys(QUANTITIES).join('|')})\\b`)

/** The series of an Apple Health export, one for each quantity and source, by the minute. */
export class AppleSeries {
  private readonly open = new Map<string, MinuteSeries>()
  private readonly names = new Map<string, string>()

  /** Whether a record's attributes are of a quantity that is kept. */
  wants(attributes: string): boolean {
    return WANTED.test(attributes) || PERHAPS.test(attributes)
  }

  /** Takes a record's value, from `startMs` to `endMs`. */
  add(attributes: string, startMs: number, endMs: number): void {
    const type = (attributeOf(attributes, 'type') ?? '').replace(PREFIX, '')
    const quantity = Object.hasOwn(QUANTITIES, type) ? QUANTITIES[type] : undefined
    const text = attributeOf(attributes, 'value') ?? ''
    const value = text === '' ? Number.NaN : Number(text)
    if (quantity === undefined) return
    const scaled = inUnit(value, attributeOf(attributes, 'unit') ?? '')
    if (!(scaled >= quantity.range[0] && scaled <= quantity.range[1])) return
    const series = this.seriesOf(quantity, this.sourceName(attributes))
    if (quantity.how === 'sum') series?.spread(startMs, endMs, scaled)
    else series?.add(startMs, scaled)
  }

  /** A record's source, one string for all records of it. */
  sourceName(attributes: string): string {
    const name = attributeOf(attributes, 'sourceName') ?? 'unknown source'
    const kept = this.names.get(name)
    if (kept !== undefined) return kept
    // A copy of its own, so that the piece of the file it was cut from can go.
    const own = [...name.slice(0, 100)].join('')
    if (this.names.size < 10 * MAX_SOURCES) this.names.set(own, own)
    return own
  }

  finish(): PersonalSeries[] {
    return [...this.open.values()].filter((one) => one.size() > 0).map((one) => one.finish())
  }

  private seriesOf({ kind, how }: Quantity, source: string): MinuteSeries | undefined {
    const key = `${kind} ${source}`
    const open = this.open.get(key)
    if (open !== undefined || this.open.size >= MAX_SOURCES) return open
    const made = minuteSeries({ kind, source, provenance: 'measured' }, how)
    this.open.set(key, made)
    return made
  }
}

/** A value in the unit of its series: beats a minute, ms, degrees Celsius. */
function inUnit(value: number, unit: string): number {
  if (unit === 'count/s') return value * 60
  if (unit === 's') return value * 1000
  return unit === 'degF' ? ((value - 32) * 5) / 9 : value
}
