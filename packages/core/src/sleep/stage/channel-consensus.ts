import { exp, log } from '../../math/elementary.ts'
import { STAGE_COUNT } from './stage.ts'

/** What several channels, or several models, said about the same epochs. */
export type StageOpinion = {
  /** Epochs x 5, row-major. */
  readonly probabilities: Float32Array
  /** One weight per epoch, 0..1. */
  readonly quality: Float32Array
}

/**
 * One opinion from several: the mean of log p weighted by each one's quality in that epoch, made
 * to sum to 1. Rows of NaN and of quality 0 do not vote; where nobody votes the row is NaN with
 * quality 0. The quality of the consensus is that of its best voice. Opinions may differ in
 * length: the longest counts.
 */
export function channelConsensus(opinions: readonly StageOpinion[]): StageOpinion {
  const epochs = opinions.reduce((n, o) => Math.max(n, o.quality.length), 0)
  const probabilities = new Float32Array(epochs * STAGE_COUNT)
  const quality = new Float32Array(epochs)
  const logs = new Float64Array(STAGE_COUNT)
  for (let e = 0; e < epochs; e++) {
    logs.fill(0)
    let weight = 0
    for (const opinion of opinions) {
      const w = opinion.quality[e] ?? 0
      if (!(w > 0) || Number.isNaN(opinion.probabilities[e * STAGE_COUNT]!)) continue
      weight += w
      quality[e] = Math.max(quality[e]!, w)
      for (let k = 0; k < STAGE_COUNT; k++) {
        logs[k]! += w * log(Math.max(opinion.probabilities[e * STAGE_COUNT + k]!, 1e-9))
      }
    }
    const row = probabilities.subarray(e * STAGE_COUNT, (e + 1) * STAGE_COUNT)
    if (weight === 0) row.fill(NaN)
    else softenInto(row, logs, weight)
  }
  return { probabilities, quality }
}

function softenInto(row: Float32Array, logs: Float64Array, weight: number): void {
  let sum = 0
  const powers = Array.from(logs, (l) => exp(l / weight))
  for (const p of powers) sum += p
  powers.forEach((p, k) => {
    row[k] = p / sum
  })
}
