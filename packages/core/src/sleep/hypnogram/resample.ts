import { assert } from '../../math/assert.ts'
import { EPOCH_S, STAGE_COUNT } from '../stage/stage.ts'
import type { Hypnogram } from './hypnogram.ts'
import { hypnogramOfSpans, type StageSpan } from './span.ts'

/**
 * A hypnogram on epochs of another length (default 30 s): the stage that covers most of each new
 * epoch, the earlier of `W N1 N2 N3 R ?` on a tie; an epoch covered by less than half is `?`.
 * Probabilities are averaged over the old epochs that begin in the new one. Shortening repeats.
 */
export function resampleEpochs(hypnogram: Hypnogram, epochS: number = EPOCH_S): Hypnogram {
  assert(epochS > 0, 'an epoch must be longer than 0 s')
  if (epochS === hypnogram.epochS || hypnogram.stages.length === 0) return { ...hypnogram, epochS }
  const list = hypnogram.stages.map(
    (stage, i): StageSpan => ({
      onsetS: i * hypnogram.epochS,
      durationS: hypnogram.epochS,
      stage,
      where: `epoch ${i}`,
    }),
  )
  const spanned = hypnogramOfSpans(list, { epochS })
  assert(spanned.ok, 'a hypnogram within limits can be resampled')
  const { stages } = spanned.value.hypnogram
  const probabilities = averageRows(hypnogram, epochS, stages.length)
  return { ...hypnogram, epochS, stages, ...(probabilities && { probabilities }) }
}

function averageRows(
  { probabilities, epochS: oldS, stages }: Hypnogram,
  epochS: number,
  n: number,
): Float32Array | undefined {
  if (!probabilities) return undefined
  const averaged = new Float32Array(n * STAGE_COUNT)
  for (let epoch = 0; epoch < n; epoch++) {
    const first = Math.min(Math.floor((epoch * epochS) / oldS + 1e-9), stages.length - 1)
    const next = Math.floor(((epoch + 1) * epochS) / oldS - 1e-9) + 1
    const last = Math.max(first + 1, Math.min(stages.length, next))
    for (let k = 0; k < STAGE_COUNT; k++) {
      let sum = 0
      for (let i = first; i < last; i++) sum += probabilities[i * STAGE_COUNT + k]!
      averaged[epoch * STAGE_COUNT + k] = sum / (last - first)
    }
  }
  return averaged
}
