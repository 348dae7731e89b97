import { STAGE_COUNT, type Stage } from '../stage/stage.ts'
import { stageIndices } from './hypnogram.ts'

/** How stages follow each other: rows from, columns to, both in the order of `STAGES`. */
export type TransitionMatrix = {
  readonly counts: readonly (readonly number[])[]
  /** Rows sum to 1; a row of NaN where the stage is never left. */
  readonly probabilities: readonly (readonly number[])[]
}

/**
 * Counts the steps from each epoch to the next and their conditional probabilities. A step from or
 * to `?` is not counted. As `transition_matrix` of YASA 0.7, on all five stages.
 */
export function transitionMatrix(stages: readonly Stage[]): TransitionMatrix {
  const indices = stageIndices(stages)
  const counts = Array.from({ length: STAGE_COUNT }, () => new Array<number>(STAGE_COUNT).fill(0))
  for (let i = 1; i < indices.length; i++) {
    const from = indices[i - 1]!
    const to = indices[i]!
    if (from >= 0 && to >= 0) counts[from]![to]!++
  }
  const probabilities = counts.map((row) => {
    const sum = row.reduce((total, count) => total + count, 0)
    return row.map((count) => count / sum)
  })
  return { counts, probabilities }
}
