import { assert } from '../../math/assert.ts'
import { log2 } from '../../math/elementary.ts'
import { STAGE_COUNT, type Stage } from '../stage/stage.ts'
import { stageIndices } from './hypnogram.ts'

/** Votes of several scorers on each epoch. */
export type Votes = {
  /** n x 5, row-major in the order of `STAGES`: how many scorers said so. */
  readonly counts: Uint16Array
  /** Share of the scorers who scored the epoch; a row of NaN where nobody did. */
  readonly probabilities: Float32Array
  /**
   * Entropy of each epoch's votes, bit: 0 = all agree, log2(5) at most; NaN where nobody scored.
   */
  readonly entropyBits: Float64Array
}

/** Counts the votes of scorers whose hypnograms are aligned (same length). `?` is no vote. */
export function countVotes(scorers: readonly (readonly Stage[])[]): Votes {
  const n = scorers[0]?.length ?? 0
  assert(
    scorers.every(({ length }) => length === n),
    'hypnograms must have the same number of epochs',
  )
  const counts = new Uint16Array(n * STAGE_COUNT)
  for (const stages of scorers) {
    const indices = stageIndices(stages)
    for (let i = 0; i < n; i++) {
      if (indices[i]! >= 0) counts[i * STAGE_COUNT + indices[i]!]!++
    }
  }
  const probabilities = new Float32Array(counts.length)
  const entropyBits = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const row = counts.subarray(i * STAGE_COUNT, (i + 1) * STAGE_COUNT)
    const sum = row.reduce((total, count) => total + count, 0)
    let entropy = sum === 0 ? Number.NaN : 0
    for (const [k, count] of row.entries()) {
      const p = count / sum
      probabilities[i * STAGE_COUNT + k] = p
      if (p > 0) entropy -= p * log2(p)
    }
    entropyBits[i] = entropy
  }
  return { counts, probabilities, entropyBits }
}

/**
 * Fleiss' kappa of several scorers (Fleiss 1971): 1 = all agree, 0 = as by chance. Only epochs that
 * every scorer scored count; NaN when there are none, fewer than two scorers, or only one stage.
 */
export function fleissKappa(scorers: readonly (readonly Stage[])[]): number {
  const { counts } = countVotes(scorers)
  const raters = scorers.length
  const totals = new Float64Array(STAGE_COUNT)
  let pairs = 0
  let epochs = 0
  for (let row = 0; row < counts.length; row += STAGE_COUNT) {
    const votes = counts.subarray(row, row + STAGE_COUNT)
    if (votes.reduce((total, count) => total + count, 0) !== raters) continue
    epochs++
    for (const [k, count] of votes.entries()) {
      totals[k]! += count
      pairs += count * (count - 1)
    }
  }
  const observed = pairs / (epochs * raters * (raters - 1))
  const shares = totals.map((total) => total / (epochs * raters))
  const chance = shares.reduce((sum, share) => sum + share * share, 0)
  return (observed - chance) / (1 - chance)
}
