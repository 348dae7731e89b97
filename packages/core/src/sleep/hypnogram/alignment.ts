import { fail, ok, type Result } from '../../math/result.ts'
import { wallClockS } from '../../math/wall-clock.ts'
import { type Hypnogram, hypnogramS, sliceHypnogram } from './hypnogram.ts'
import { resampleEpochs } from './resample.ts'

/**
 * What two hypnograms are laid side by side by. `time` tries clocks, then offsets, then falls back.
 */
export type AlignmentBasis = 'time' | 'epoch'

/** Hypnograms of one epoch length, one beginning and one end, and what had to be done for it. */
export type AlignedHypnograms = {
  readonly hypnograms: readonly Hypnogram[]
  /** What they were aligned by: wall clock, offset in the recording, or epoch number. */
  readonly by: 'clock' | 'offset' | 'epoch'
  readonly warnings: readonly string[]
}

/**
 * Lays hypnograms side by side: by wall clock when all know their start, else by their offset in
 * the recording when all know that (or lengths differ and some do: an unknown offset is 0), else
 * epoch by epoch from the first. Epochs that not all of them cover are cut off with a warning (with
 * `trim: false` they are refused: `ALIGNMENT_LENGTH`). Starts that differ by a part of an epoch are
 * rounded to the nearest, with a warning. Different epoch lengths become 30 s by majority. Fails
 * with `ALIGNMENT_NONE` when they share no epoch.
 */
export function alignHypnograms(
  hypnograms: readonly Hypnogram[],
  options: { readonly by?: AlignmentBasis; readonly trim?: boolean } = {},
): Result<AlignedHypnograms, 'ALIGNMENT_LENGTH' | 'ALIGNMENT_NONE'> {
  const warnings: string[] = []
  const even = sameEpochs(hypnograms, warnings)
  const epochS = even[0]?.epochS ?? 1
  const { by, starts } = startsOf(even, options.by ?? 'time')
  const origin = Math.min(...starts)
  const offsets = starts.map((start) => Math.round((start - origin) / epochS))
  if (starts.some((start, i) => Math.abs(start - origin - offsets[i]! * epochS) > 0.01)) {
    warnings.push('starts differ by a part of an epoch: rounded to the nearest')
  }
  const from = Math.max(...offsets)
  const to = Math.min(...even.map(({ stages }, i) => offsets[i]! + stages.length))
  if (to <= from) {
    const lengths = even.map(({ stages }, i) => `${offsets[i]}..${offsets[i]! + stages.length}`)
    return fail(
      'ALIGNMENT_NONE',
      'epochs',
      lengths.join(' and '),
      'hypnograms that overlap in time',
    )
  }
  const aligned = even.map((hypnogram, i) =>
    sliceHypnogram(hypnogram, from - offsets[i]!, to - offsets[i]!),
  )
  const lost = even.map(({ stages }) => stages.length - (to - from))
  if (lost.some((epochs) => epochs > 0)) {
    const lengths = even.map(({ stages }) => stages.length).join(' and ')
    if (options.trim === false) {
      return fail('ALIGNMENT_LENGTH', 'epochs', lengths, 'the same epochs in both')
    }
    const what = by === 'epoch' ? 'from the first epoch on' : `by ${by}`
    warnings.push(`lengths differ (${lengths} epochs): ${to - from} shared, aligned ${what}`)
  }
  return ok({ hypnograms: aligned, by, warnings })
}

function sameEpochs(hypnograms: readonly Hypnogram[], warnings: string[]): readonly Hypnogram[] {
  const lengths = new Set(hypnograms.map(({ epochS }) => epochS))
  if (lengths.size <= 1) return hypnograms
  warnings.push(`epochs of ${[...lengths].join(' and ')} s: brought to 30 s by majority`)
  return hypnograms.map((hypnogram) => resampleEpochs(hypnogram))
}

type Starts = { readonly by: 'clock' | 'offset' | 'epoch'; readonly starts: readonly number[] }

function startsOf(hypnograms: readonly Hypnogram[], basis: AlignmentBasis): Starts {
  const none = hypnograms.map(() => 0)
  if (basis === 'epoch') return { by: 'epoch', starts: none }
  const clocks = hypnograms.map(({ startTime }) =>
    startTime === undefined ? undefined : wallClockS(startTime),
  )
  if (clocks.every((clock) => clock !== undefined) && overlap(hypnograms, clocks)) {
    return { by: 'clock', starts: clocks }
  }
  const known = hypnograms.every(({ startS }) => startS !== undefined)
  const lengths = new Set(hypnograms.map(({ stages }) => stages.length))
  const offsets = hypnograms.map(({ startS }) => startS ?? 0)
  const useful = known || (lengths.size > 1 && offsets.some((offset) => offset > 0))
  return useful && overlap(hypnograms, offsets)
    ? { by: 'offset', starts: offsets }
    : { by: 'epoch', starts: none }
}

function overlap(hypnograms: readonly Hypnogram[], starts: readonly number[]): boolean {
  const ends = hypnograms.map((hypnogram, i) => starts[i]! + hypnogramS(hypnogram))
  return Math.max(...starts) < Math.min(...ends)
}
