import { type Random, seededRandom } from '../packages/core/src/math/random.ts'
import { isTimeZone } from '../packages/core/src/math/time-zone.ts'
import {
  type EvidenceOptions,
  MAX_WARNINGS,
  type PersonalRecord,
} from '../packages/core/src/sleep/evidence/personal-record.ts'
import {
  EARLIEST_MS,
  flawOf,
  LATEST_MS,
} from '../packages/core/src/sleep/evidence/record-builder.ts'
import { readPersonalRecord } from '../packages/core/src/sleep/intake/read-personal-record.ts'

/** What numbers are swapped for. */
const NUMBERS = [
  '0',
  '-1',
  '99',
  '24:00',
  '1e308',
  '-1e309',
  '999999999999999999',
  'NaN',
  'Infinity',
  '1969',
  '2101',
  '0x1F',
  '31',
  '',
]

/** Samples a small mutated file can at most come to: a day's steps for each of its few records. */
const MAX_SAMPLES = 2_000_000

/** A file with one to four things wrong: flipped, cut, doubled, spliced, or with other numbers. */
export function mutated(files: readonly Uint8Array[], random: Random): Uint8Array {
  const pick = (): Uint8Array => files[random.integer(files.length)]!
  let bytes: Uint8Array = pick().slice()
  for (let n = 1 + random.integer(4); n > 0; n--) bytes = once(bytes, pick(), random)
  return bytes
}

function once(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(bytes.length + 1)
  const length = 1 + random.integer(Math.max(1, Math.min(2000, bytes.length)))
  const cut = (from: Uint8Array, start: number, end: number): number[] => [
    ...from.subarray(start, end),
  ]
  switch (random.integer(8)) {
    case 0: {
      for (let i = random.integer(8); i >= 0 && bytes.length > 0; i--) {
        bytes[random.integer(bytes.length)]! ^= 1 << random.integer(8)
      }
      return bytes
    }
    case 1:
      return bytes.slice(0, at)
    case 2: {
      const part = cut(bytes, at, at + length)
      return Uint8Array.from([...cut(bytes, 0, at), ...part, ...cut(bytes, at, bytes.length)])
    }
    case 3:
      return Uint8Array.from([...cut(bytes, 0, at), ...cut(bytes, at + length, bytes.length)])
    case 4: {
      const start = random.integer(other.length + 1)
      return Uint8Array.from([...cut(bytes, 0, at), ...cut(other, start, other.length)])
    }
    case 5: {
      const noise = Array.from({ length: 1 + random.integer(20) }, () => random.integer(256))
      return Uint8Array.from([...cut(bytes, 0, at), ...noise, ...cut(bytes, at, bytes.length)])
    }
    default:
      return otherNumber(bytes, at, random)
  }
}

/** Swaps a run of digits, the first from `at` on, for another number. */
function otherNumber(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  const isDigit = (i: number): boolean => bytes[i]! >= 48 && bytes[i]! <= 57
  let start = at
  while (start < bytes.length && !isDigit(start)) start++
  let end = start
  while (end < bytes.length && isDigit(end)) end++
  const number = new TextEncoder().encode(NUMBERS[random.integer(NUMBERS.length)]!)
  return Uint8Array.from([...bytes.subarray(0, start), ...number, ...bytes.subarray(end)])
}

/** What came of reading mutated files: how many could still be read, how many were refused. */
export type Survival = { read: number; refused: Record<string, number> }

/**
 * Reads `count` mutations of some small files, in pieces of odd sizes, and throws at the first that
 * gives a record which cannot be; what a reader throws comes through too. The same seed makes the
 * same mutations.
 */
export async function surviveMutations(
  files: readonly Uint8Array[],
  count: number,
  options: EvidenceOptions = {},
  seed = 1,
): Promise<Survival> {
  const survival: Survival = { read: 0, refused: {} }
  for (let i = 0; i < count; i++) {
    const bytes = mutated(files, seededRandom(seed * 1_000_003 + i))
    const what = `mutation ${i} of seed ${seed}`
    const size = 1 + (i % 5) * 997
    const result = await readPersonalRecord(pieces(bytes, size), options).catch((error) => {
      throw new Error(`${what}: thrown ${error?.stack ?? error}`)
    })
    if (result.ok) {
      survival.read++
      const flaw = insanityOf(result.value)
      if (flaw !== undefined) throw new Error(`${what}: ${flaw}`)
    } else {
      const { code } = result.problem
      survival.refused[code] = (survival.refused[code] ?? 0) + 1
      if (result.problem.got === '') throw new Error(`${what}: refused without a word`)
    }
  }
  return survival
}

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** What cannot be in a record; undefined when all of it can. */
export function insanityOf(record: PersonalRecord): string | undefined {
  if (!isTimeZone(record.zone)) return `zone ${record.zone}`
  if (record.warnings.length > MAX_WARNINGS) return `${record.warnings.length} warnings`
  let before = EARLIEST_MS
  for (const episode of record.episodes) {
    const flaw = flawOf(episode)
    if (flaw !== undefined) return `a sleep that ${flaw}: ${JSON.stringify(episode)}`
    const first = episode.onsetMs ?? episode.bedMs ?? episode.offsetMs ?? episode.riseMs!
    if (first < before) return 'sleeps out of order'
    before = first
  }
  const nSamples = record.series.reduce((sum, { timesMs }) => sum + timesMs.length, 0)
  if (nSamples > MAX_SAMPLES) return `${nSamples} samples`
  for (const { kind, timesMs, values } of record.series) {
    if (timesMs.length !== values.length) return `${kind}: columns of different lengths`
    for (const [i, ms] of timesMs.entries()) {
      const isMoment = ms >= EARLIEST_MS && ms < LATEST_MS
      if (!isMoment) return `${kind}: a moment ${ms}`
      if (i > 0 && ms <= timesMs[i - 1]!) return `${kind}: moments out of order`
      if (Math.abs(values[i]!) === Number.POSITIVE_INFINITY) return `${kind}: not finite`
    }
  }
  return undefined
}
