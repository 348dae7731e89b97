import { assert } from '../../math/assert.ts'
import { addSeconds } from '../../math/wall-clock.ts'
import { EPOCH_S, type SleepStage, STAGE_COUNT, STAGES, type Stage } from '../stage/stage.ts'

/**
 * A night as a sequence of equal epochs, each with one stage. `?` is an epoch nobody could score
 * (no signal, movement, artefact, before lights off): it is never counted as sleep or as wake.
 */
export type Hypnogram = {
  /** Length of an epoch, seconds: 30 unless the file says otherwise. */
  readonly epochS: number
  readonly stages: readonly Stage[]
  /** n x 5 probabilities, row-major in the order of `STAGES`; a row of NaN where there are none. */
  readonly probabilities?: Float32Array
  /**
   * Local wall clock of the first epoch, `YYYY-MM-DDTHH:MM:SS[.mmm]`; unknown when the file has
   * none.
   */
  readonly startTime?: string
  /**
   * Start of the first epoch, seconds from the start of the recording it belongs to; unknown = 0.
   */
  readonly startS?: number
}

/** The six values a stage can take: the five of `STAGES`, then `?`. */
export const STAGES_AND_UNSCORED: readonly Stage[] = [...STAGES, '?']

/** Index of a stage in `STAGES`, 0..4, or -1 for `?`. */
export function stageIndex(stage: Stage): number {
  return STAGES.indexOf(stage as SleepStage)
}

/** Stages as indices into `STAGES` (0..4 = W N1 N2 N3 R, -1 = not scored), one per epoch. */
export function stageIndices(stages: readonly Stage[]): Int8Array {
  return Int8Array.from(stages, stageIndex)
}

/** The stage of an index 0..4; every other number, NaN included, is `?`. */
export function stageAt(index: number): Stage {
  return STAGES[index] ?? '?'
}

/**
 * The hypnogram of n x 5 probabilities: the likeliest stage of each row, the earlier one of
 * `STAGES` on a tie, `?` where the row holds a NaN. The array is kept, not copied.
 */
export function hypnogramOf(
  probabilities: Float32Array,
  options: { readonly epochS?: number; readonly startTime?: string; readonly startS?: number } = {},
): Hypnogram {
  assert(probabilities.length % STAGE_COUNT === 0, 'probabilities must have five columns')
  const stages: Stage[] = []
  for (let row = 0; row < probabilities.length; row += STAGE_COUNT) {
    stages.push(likeliest(probabilities, row))
  }
  return { epochS: EPOCH_S, ...options, stages, probabilities }
}

/** Length of the hypnogram in seconds. */
export function hypnogramS(hypnogram: Hypnogram): number {
  return hypnogram.stages.length * hypnogram.epochS
}

/**
 * Epochs `from` (included) to `to` (excluded) as a hypnogram of their own: start time and offset
 * move.
 */
export function sliceHypnogram(hypnogram: Hypnogram, from: number, to: number): Hypnogram {
  const first = Math.max(0, Math.min(from, hypnogram.stages.length))
  const last = Math.max(first, Math.min(to, hypnogram.stages.length))
  const { epochS, probabilities, startTime, startS } = hypnogram
  return {
    epochS,
    stages: hypnogram.stages.slice(first, last),
    ...(probabilities && {
      probabilities: probabilities.slice(first * STAGE_COUNT, last * STAGE_COUNT),
    }),
    ...(startTime !== undefined && { startTime: addSeconds(startTime, first * epochS) }),
    ...((startS !== undefined || first > 0) && { startS: (startS ?? 0) + first * epochS }),
  }
}

function likeliest(probabilities: Float32Array, row: number): Stage {
  let best = 0
  for (let k = 0; k < STAGE_COUNT; k++) {
    const p = probabilities[row + k]!
    if (Number.isNaN(p)) return '?'
    if (p > probabilities[row + best]!) best = k
  }
  return stageAt(best)
}
