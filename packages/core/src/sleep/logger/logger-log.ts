import { fail, type Problem, type Result } from '../../math/result.ts'
import { wallClockText } from '../../math/wall-clock.ts'
import type { EvidenceCode, EvidenceOptions, PersonalRecord } from '../evidence/personal-record.ts'
import type { SeriesKind } from '../evidence/personal-series.ts'
import {
  EARLIEST_MS,
  LATEST_MS,
  type RecordBuilder,
  recordBuilder,
} from '../evidence/record-builder.ts'
import { type EpochGrid, epochGrid, modalStepS } from './epoch-grid.ts'
import { type GrowingColumn, growingDoubles, growingFloats } from './growing-column.ts'
import { loggerMoments, zoneChanges } from './logger-clock.ts'

/** What a column of a log measures, and who says so. */
export type LogColumn = {
  readonly kind: SeriesKind
  /** `ActTrust2 1604 PIM`. */
  readonly source: string
}

/** Readings outside are no readings of a person's logger. */
const RANGE: Readonly<Record<SeriesKind, readonly [number, number]>> = {
  activityCounts: [0, 1e7],
  steps: [0, 1e5],
  heartRateBpm: [10, 300],
  heartRateVariabilityMs: [0, 2000],
  photopicLux: [0, 300_000],
  melanopicEdiLux: [0, 300_000],
  skinTemperatureC: [-40, 80],
  worn: [0, 1],
}
/** Share of readings, or of rows, that may be unreadable before the file is refused. */
const MAX_BAD = 0.05
/** Unreadable ones that even a short file may have. */
const FEW = 3

/** Samples of one logger as its rows come, and the record they make. */
export type LoggerLog = {
  readonly builder: RecordBuilder
  /** Adds a sample: its wall clock in seconds and one reading a column (NaN = missing). */
  add(wallS: number, readings: readonly (number | undefined)[]): Problem<EvidenceCode> | undefined
  /** Counts a row that could not be read. */
  badRow(where: string, got: string): void
  /** The clock was this far ahead of the computer's when the log was read out. */
  aheadS(seconds: number): void
  readonly size: () => number
  /**
   * The record; `epochS` where the file says it, else the commonest step. `wallOf` makes a wall
   * clock of what `add` was given, NaN for a row that turns out to have none.
   */
  finish(epochS?: number, wallOf?: (given: number) => number): Result<PersonalRecord, EvidenceCode>
}

/**
 * Opens a log of some columns. Readings out of range or unreadable are missing; a file with more
 * than 5 % of them, or of unreadable rows or rows out of order, is refused with BAD_FIELD. While
 * `worn` is 0 the other readings are missing. A light column that is 0 throughout is left out: the
 * logger has no such sensor. `isUtc`: the clocks are UTC whatever the zone.
 */
export function loggerLog(
  format: string,
  columns: readonly LogColumn[],
  options: EvidenceOptions,
  isUtc: () => boolean = () => false,
): LoggerLog {
  const builder = recordBuilder(format, options)
  const where = options.name ?? format
  const wall = growingDoubles()
  const held = columns.map(() => growingFloats())
  const tally: Tally = { bad: 0, badRows: 0, firstBad: undefined, ahead: undefined }
  const wornAt = columns.findIndex((column) => column.kind === 'worn')
  return {
    builder,
    size: () => wall.size(),
    badRow(place, got) {
      tally.badRows++
      tally.firstBad ??= `${place}: ${got.slice(0, 60)}`
    },
    aheadS: (seconds) => {
      tally.ahead = seconds
    },
    add(wallS, readings) {
      if (!wall.push(wallS)) {
        return fail('TOO_LARGE', where, 'more samples', `at most ${wall.size()}`).problem
      }
      const isOff = wornAt >= 0 && readings[wornAt] === 0
      for (let c = 0; c < columns.length; c++) {
        const value = readings[c]
        const [low, high] = RANGE[columns[c]!.kind]
        const isBad = value === undefined || value < low || value > high
        if (isBad) tally.bad++
        held[c]!.push(isBad || (isOff && c !== wornAt) ? Number.NaN : value)
      }
      return undefined
    },
    finish(epochS, wallOf = (given) => given) {
      const wallS = wall.values().map(wallOf)
      return finished({ builder, where, wallS, held, columns, tally, epochS, isUtc })
    },
  }
}

type Tally = {
  bad: number
  badRows: number
  firstBad: string | undefined
  ahead: number | undefined
}

type Samples = {
  readonly builder: RecordBuilder
  readonly where: string
  readonly wallS: Float64Array
  readonly held: readonly GrowingColumn<Float32Array>[]
  readonly columns: readonly LogColumn[]
  readonly tally: Tally
  readonly epochS: number | undefined
  readonly isUtc: () => boolean
}

function finished(samples: Samples): Result<PersonalRecord, EvidenceCode> {
  const { builder, where, columns, tally } = samples
  const n = samples.wallS.length
  const bad = tooManyBad(samples, n)
  if (bad) return bad
  const zone = samples.isUtc() ? 'UTC' : builder.zone()
  const { wallS } = samples
  tellDifference(samples)
  const epochS = samples.epochS ?? modalStepS(wallS)
  const { timesMs, nFollowed } = loggerMoments(wallS, epochS, zone)
  const kept = ascending(timesMs)
  if (n - kept.length > Math.max(FEW, MAX_BAD * n)) {
    return fail('BAD_FIELD', where, `${n - kept.length} of ${n} times out of order`, 'ascending')
  }
  if (kept.length < n) builder.warn(`${n - kept.length} samples out of order were left out`)
  if (kept.length > 0) {
    const [first, last] = [timesMs[kept[0]!]!, timesMs[kept.at(-1)!]!]
    tellClock(builder, zoneChanges(zone, first, last), nFollowed)
  }
  if (tally.bad > 0) builder.warn(`${tally.bad} readings were unreadable and count as missing`)
  if (tally.badRows > 0) builder.warn(`${tally.badRows} rows left out, first ${tally.firstBad}`)
  const grid = epochGrid(
    Float64Array.from(kept, (at) => timesMs[at]!),
    epochS,
  )
  if (grid.nMoved > 0) builder.warn(`${grid.nMoved} samples were moved to the nearest epoch`)
  columns.forEach((column, c) => {
    addSeries(builder, column, grid, kept, samples.held[c]!.values())
  })
  return builder.finish()
}

function tooManyBad(
  { where, columns, tally }: Samples,
  n: number,
): ReturnType<typeof fail<EvidenceCode>> | undefined {
  if (tally.badRows > Math.max(FEW, MAX_BAD * (n + tally.badRows))) {
    const got = `${tally.badRows} unreadable rows of ${n + tally.badRows}, first ${tally.firstBad}`
    return fail<EvidenceCode>('BAD_FIELD', where, got, 'rows as the first')
  }
  if (tally.bad > Math.max(FEW, MAX_BAD * n * columns.length)) {
    const got = `${tally.bad} unreadable readings in ${n} rows`
    return fail<EvidenceCode>('BAD_FIELD', where, got, 'numbers in range')
  }
  return undefined
}

/**
 * Tells a difference of over two minutes between logger and computer at read-out; the logger's
 * times are kept. Of one cyepi log the computer was an hour behind, and the diary agrees with the
 * logger.
 */
function tellDifference({ builder, tally }: Samples): void {
  const minutes = Math.round((tally.ahead ?? 0) / 60)
  if (Math.abs(minutes) < 2) return
  const side = minutes > 0 ? 'ahead of' : 'behind'
  const difference = `${Math.abs(minutes)} min ${side} the computer's at read-out`
  builder.warn(`the logger's clock was ${difference}: its times are kept`)
}

/**
 * Samples of 1970 to 2100 in order of time: one that jumps out of line is left out, not all those
 * after it.
 */
function ascending(timesMs: Float64Array): number[] {
  const kept: number[] = []
  let last = EARLIEST_MS - 1
  for (let i = 0; i < timesMs.length; i++) {
    const [now, next] = [timesMs[i]!, timesMs[i + 1]]
    const leapsOut = next !== undefined && now > next && next > last
    if (!(now > last) || now >= LATEST_MS || leapsOut) continue
    kept.push(i)
    last = now
  }
  return kept
}

function tellClock(builder: RecordBuilder, nChanges: number, nFollowed: number): void {
  if (nFollowed > 0) builder.warn("the logger's clock changed with the zone's: followed")
  if (nChanges > nFollowed) {
    builder.warn("the zone's clock changed inside the recording and the logger's ran on")
  }
}

function addSeries(
  builder: RecordBuilder,
  { kind, source }: LogColumn,
  grid: EpochGrid,
  kept: readonly number[],
  values: Float32Array,
): void {
  const isLight = kind === 'photopicLux' || kind === 'melanopicEdiLux'
  const isSilent = values.every((value) => !(value > 0))
  if (isLight && isSilent) {
    builder.warn(`${source}: 0 throughout, taken as no sensor`)
    return
  }
  if (values.every((value) => Number.isNaN(value))) return
  const series = builder.series({ kind, source, provenance: 'measured', epochS: grid.epochS })
  if (series === undefined) return
  for (let slot = 0; slot < grid.timesMs.length; slot++) {
    const at = grid.sample[slot]!
    series.add(grid.timesMs[slot]!, at < 0 ? Number.NaN : values[kept[at]!]!)
  }
}

/** The warning about a year before there were loggers. */
export function movedYear(year: number, wallS: number): string {
  const read = wallClockText(wallS).slice(0, 4)
  return `the year ${year} is before there were loggers: read as ${read}, weekdays not to be trusted`
}
