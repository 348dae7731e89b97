import type { Hypnogram } from '../hypnogram/hypnogram.ts'
import { type SleepStage, STAGE_COUNT, STAGES } from '../stage/stage.ts'

/**
 * Where events may be looked for: `include` names the stages. When the hypnogram carries
 * probabilities and `leastProbability` is given, an epoch counts as soon as the included stages
 * together reach it: a machine's doubt about N2 is not a reason to be blind there.
 */
export type MaskOptions = {
  readonly include: readonly SleepStage[]
  readonly leastProbability?: number
}

/**
 * One byte per sample of a signal of `n` samples at `rateHz`: 1 where the hypnogram allows events.
 * Samples outside the hypnogram and epochs scored `?` are 0. `undefined` (no restriction) when
 * there is no hypnogram or no epoch of it is scored: an unscored night is searched whole.
 */
export function stageMask(
  hypnogram: Hypnogram | undefined,
  n: number,
  rateHz: number,
  options: MaskOptions,
): Uint8Array | undefined {
  if (hypnogram === undefined || hypnogram.stages.every((stage) => stage === '?')) return undefined
  const mask = new Uint8Array(n)
  const startS = hypnogram.startS ?? 0
  for (let epoch = 0; epoch < hypnogram.stages.length; epoch++) {
    if (!isIncluded(hypnogram, epoch, options)) continue
    const from = Math.max(0, Math.round((startS + epoch * hypnogram.epochS) * rateHz))
    const to = Math.round((startS + (epoch + 1) * hypnogram.epochS) * rateHz)
    if (to > from) mask.fill(1, from, Math.min(n, to))
  }
  return mask
}

function isIncluded(hypnogram: Hypnogram, epoch: number, options: MaskOptions): boolean {
  const stage = hypnogram.stages[epoch]!
  if (stage === '?') return false
  if (options.include.includes(stage)) return true
  const { probabilities } = hypnogram
  if (probabilities === undefined || options.leastProbability === undefined) return false
  let sum = 0
  for (const name of options.include) {
    sum += probabilities[epoch * STAGE_COUNT + STAGES.indexOf(name)] ?? 0
  }
  return sum >= options.leastProbability
}

/** What of a mask is left without the missing samples; `undefined` when nothing is forbidden. */
export function searchable(
  mask: Uint8Array | undefined,
  missing: Uint8Array | undefined,
): Uint8Array | undefined {
  if (missing === undefined) return mask
  return missing.map((gone, i) => (gone === 1 ? 0 : (mask?.[i] ?? 1)))
}
