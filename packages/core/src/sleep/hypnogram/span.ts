import { fail, ok, type Result } from '../../math/result.ts'
import { EPOCH_S, type Stage } from '../stage/stage.ts'
import { type Hypnogram, STAGES_AND_UNSCORED } from './hypnogram.ts'

/** A stretch of one stage as an event list tells it, seconds from the start of the recording. */
export type StageSpan = {
  readonly onsetS: number
  /** Length in seconds; when unknown, the span lasts to the next one. */
  readonly durationS?: number
  readonly stage: Stage
  /** The place in the file, for messages: `line 12`. */
  readonly where: string
}

/** Most epochs a hypnogram may have: a week at one second is 604 800; more is a broken file. */
export const MAX_EPOCHS = 1_000_000

/** What spans became, and what had to be decided on the way. */
export type SpannedHypnogram = { readonly hypnogram: Hypnogram; readonly warnings: string[] }

const EPOCH_LENGTHS_S = [30, 20, 15, 10, 5, 4, 3, 2, 1] as const
const TOLERANCE_S = 0.002

/**
 * Cuts an event list into equal epochs from its first onset. The epoch is 30 s, or the longest of
 * 20, 15, 10, 5 … 1 s that fits every onset and duration when 30 does not; where none fits, 30 s
 * and the stage that covers most of each epoch. Time that no span covers is `?`; where spans
 * overlap the later wins.
 */
export function hypnogramOfSpans(
  list: readonly StageSpan[],
  options: { readonly epochS?: number | undefined } = {},
): Result<SpannedHypnogram, 'HYPNOGRAM_EMPTY' | 'HYPNOGRAM_TIME' | 'HYPNOGRAM_SIZE'> {
  if (list.length === 0) return fail('HYPNOGRAM_EMPTY', 'file', 'no stages', 'at least one')
  for (const span of list) {
    const { onsetS, durationS, where } = span
    if (!Number.isFinite(onsetS)) return fail('HYPNOGRAM_TIME', where, `${onsetS}`, 'an onset in s')
    if (durationS !== undefined && !(durationS >= 0 && durationS < Number.POSITIVE_INFINITY)) {
      return fail('HYPNOGRAM_TIME', where, `a duration of ${durationS} s`, '0 s or more')
    }
  }
  const sorted = [...list].sort((a, b) => a.onsetS - b.onsetS)
  const start = sorted[0]!.onsetS
  const warnings: string[] = []
  const ends = spanEnds(sorted, options.epochS)
  const epochS = options.epochS ?? commonEpoch(sorted, ends, start)
  if (epochS === undefined) warnings.push('stages do not start on a grid: each 30 s by majority')
  const length = epochS ?? EPOCH_S
  const end = ends.reduce((a, b) => Math.max(a, b), start)
  const n = Math.round((end - start) / length + 1e-6) || 1
  if (n > MAX_EPOCHS) return fail('HYPNOGRAM_SIZE', 'file', `${n} epochs`, `at most ${MAX_EPOCHS}`)
  const stages = fill(sorted, ends, start, length, n, warnings)
  const startS = Math.round(start * 1e6) / 1e6
  return ok({ hypnogram: { epochS: length, stages, startS }, warnings })
}

/**
 * Ends in seconds; a span of unknown length lasts to the next, the last one as long as the one
 * before.
 */
function spanEnds(spans: readonly StageSpan[], epochS: number | undefined): number[] {
  return spans.map((span, i) => {
    if (span.durationS !== undefined && span.durationS > 0) return span.onsetS + span.durationS
    const next = spans[i + 1]
    if (next) return next.onsetS
    const before = spans[i - 1]
    const last = before && span.onsetS - before.onsetS < EPOCH_S ? span.onsetS - before.onsetS : 0
    return span.onsetS + (epochS ?? (last > 0 ? last : EPOCH_S))
  })
}

function commonEpoch(
  spans: readonly StageSpan[],
  ends: readonly number[],
  start: number,
): number | undefined {
  const fits = (epochS: number): boolean => {
    const onGrid = (time: number): boolean => {
      const offset = time - start
      return Math.abs(offset - Math.round(offset / epochS) * epochS) <= TOLERANCE_S
    }
    return spans.every(
      (span, i) => onGrid(span.onsetS) && (onGrid(ends[i]!) || i === ends.length - 1),
    )
  }
  return EPOCH_LENGTHS_S.find(fits)
}

/**
 * Seconds of each stage in each epoch decide; a span ends where the next begins, `?` fills the
 * rest.
 */
function fill(
  spans: readonly StageSpan[],
  ends: readonly number[],
  start: number,
  epochS: number,
  n: number,
  warnings: string[],
): Stage[] {
  const kinds = STAGES_AND_UNSCORED.length
  const shares = new Float64Array(n * kinds)
  let overlaps = 0
  for (const [i, span] of spans.entries()) {
    const next = spans[i + 1]?.onsetS ?? Number.POSITIVE_INFINITY
    if (next < ends[i]! - TOLERANCE_S) overlaps++
    const from = (span.onsetS - start) / epochS
    const to = (Math.min(ends[i]!, next) - start) / epochS
    const kind = STAGES_AND_UNSCORED.indexOf(span.stage)
    for (let epoch = Math.floor(from + 1e-4); epoch < Math.min(n, to - 1e-4); epoch++) {
      const share = Math.min(to, epoch + 1) - Math.max(from, epoch)
      shares[epoch * kinds + kind] = shares[epoch * kinds + kind]! + share
    }
  }
  if (overlaps > 0) warnings.push(`${overlaps} stages overlap the next one: the later one wins`)
  return Array.from({ length: n }, (_, epoch) => longest(shares, epoch * kinds))
}

/**
 * The stage with the largest share of an epoch, `?` when all stages together cover less than half.
 */
function longest(shares: Float64Array, at: number): Stage {
  let covered = 0
  let best = STAGES_AND_UNSCORED.length - 1
  for (let kind = 0; kind < STAGES_AND_UNSCORED.length; kind++) {
    covered += shares[at + kind]!
    if (shares[at + kind]! > shares[at + best]!) best = kind
  }
  return covered >= 0.5 - 1e-4 ? STAGES_AND_UNSCORED[best]! : '?'
}
