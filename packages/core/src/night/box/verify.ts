import { ok, type Result } from '../../math/result.ts'
import type { ByteSource } from '../../signal/source.ts'
import { recordsOfBody } from './body.ts'
import type { BoxDamage } from './damage.ts'
import { type BoxCode, type BoxPart, boxParts } from './parts.ts'
import type { BoxRecord } from './record.ts'

/** What is in a box, and whether every byte of it is as it was written. */
export type BoxSummary = {
  /** No damage of any kind. */
  readonly ok: boolean
  /** Records that can be read. */
  readonly records: number
  readonly counts: {
    readonly inputs: number
    readonly samples: number
    readonly decisions: number
    readonly events: number
    readonly notes: number
  }
  readonly blocks: number
  readonly segments: number
  readonly bytes: number
  /** Bytes at the end that are no whole block. */
  readonly torn: number
  /** The night was closed in good order. */
  readonly ended: boolean
  /** Device time of the last input, s. */
  readonly spanS: number
  readonly startMs?: number
  readonly timeZone?: string
  /** `name version` of each release the night was begun with. */
  readonly releases: readonly string[]
  /** Ids of the consents that were given, in order. */
  readonly consents: readonly string[]
  readonly sealed: boolean
  /** Last SHA-256 of the chain, hexadecimal: it stands for every byte before it. */
  readonly chain: string
  /** The first hundred. */
  readonly damages: readonly BoxDamage[]
}

const MOST_DAMAGES = 100

type BlockPart = Extract<BoxPart, { kind: 'block' }>

/** The records of a block; undefined where its body is not one of a box. */
export function recordsOf(block: BlockPart): BoxRecord[] | undefined {
  return recordsOfBody(block.body, block.head.records)
}

/** The damage that a block is whose checks fit and whose body is none: someone made it. */
export function unreadable({ source, offset, head, bytes }: BlockPart): BoxDamage {
  const which = { record: head.recordsBefore, records: head.records }
  return { what: 'altered', source, offset, bytes: bytes.length, ...which }
}

/**
 * Reads a whole box, checks each byte by CRC-32 and SHA-256 and each record by its form, and counts
 * what it holds; `progress` hears how far it is, 0 to 1. Memory is bounded. Fails where the bytes
 * are no box of a known version.
 */
export async function verifyBox(
  sources: readonly ByteSource[],
  progress: (fraction: number) => void = () => undefined,
): Promise<Result<BoxSummary, BoxCode>> {
  const bytes = sources.reduce((sum, { size }) => sum + size, 0)
  const tally = emptyTally(bytes)
  let done = 0
  for await (const part of boxParts(sources)) {
    if (part.kind === 'problem') return { ok: false, problem: part.problem }
    if (part.kind === 'block') {
      countBlock(tally, part)
      done += part.bytes.length
      progress(done / bytes)
    } else if (part.kind === 'segment') tally.segments++
    else countDamage(tally, part.damage)
  }
  return ok({ ...tally, ok: tally.damages.length === 0 })
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type Tally = Omit<Writable<BoxSummary>, 'counts' | 'releases' | 'consents' | 'damages'> & {
  readonly counts: Writable<BoxSummary['counts']>
  readonly releases: string[]
  readonly consents: string[]
  readonly damages: BoxDamage[]
}

function emptyTally(bytes: number): Tally {
  return {
    ok: true,
    records: 0,
    counts: { inputs: 0, samples: 0, decisions: 0, events: 0, notes: 0 },
    blocks: 0,
    segments: 0,
    bytes,
    torn: 0,
    ended: false,
    spanS: 0,
    releases: [],
    consents: [],
    sealed: false,
    chain: '',
    damages: [],
  }
}

function countBlock(tally: Tally, block: BlockPart): void {
  const records = recordsOf(block)
  tally.blocks++
  tally.spanS = block.head.atMs / 1000
  tally.chain = Array.from(block.chain, (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (!records) {
    countDamage(tally, unreadable(block))
    return
  }
  tally.records += records.length
  for (const record of records) countRecord(tally, record)
}

function countRecord(tally: Tally, record: BoxRecord): void {
  const { counts } = tally
  if (record.kind === 'event') {
    counts.events++
    if (record.event.kind === 'decision') counts.decisions++
  } else if (record.kind === 'input') {
    counts.inputs++
    if (record.input.kind === 'samples') counts.samples += record.input.columns[0]?.length ?? 0
    if (record.input.kind === 'consent') tally.consents.push(record.input.consent.terms.id)
  } else if (record.kind === 'night') {
    const { startMs, timeZone, release } = record.header
    Object.assign(tally, { startMs, timeZone })
    tally.releases.push(`${release.name} ${release.version}`)
  } else if (record.kind === 'note' || record.kind === 'restart') counts.notes++
  else if (record.kind === 'sealed') tally.sealed = true
  else tally.ended = true
}

function countDamage(tally: Tally, damage: BoxDamage): void {
  if (damage.what === 'torn') tally.torn += damage.bytes
  if (tally.damages.length < MOST_DAMAGES) tally.damages.push(damage)
}
