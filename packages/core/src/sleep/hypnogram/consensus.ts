import { assert } from '../../math/assert.ts'
import type { Stage } from '../stage/stage.ts'
import { type Agreement, agreementOfStages } from './agreement.ts'
import { type Hypnogram, STAGES_AND_UNSCORED } from './hypnogram.ts'
import { countVotes } from './vote.ts'

/** The consensus of several scorers, their ranking, and how much of the vote each epoch got. */
export type Consensus = {
  /** Stages by the rule below; `probabilities` are the shares of the votes. */
  readonly hypnogram: Hypnogram
  /** Scorers by soft agreement with the others, the best first: indices into the list given. */
  readonly ranking: readonly number[]
  /** Soft agreement of each scorer with the others, 0..1, in the order given. */
  readonly softAgreement: readonly number[]
}

const KINDS = STAGES_AND_UNSCORED.length

/**
 * Consensus of aligned hypnograms by the rule of the Dreem Open Datasets (Guillot et al. 2020, IEEE
 * TNSRE 28:1955): the stage with most votes; on a tie, what the scorer with the highest soft
 * agreement says. Not scored is a vote like any other here. Needs at least one hypnogram; all must
 * have the same epochs.
 */
export function consensus(scorers: readonly Hypnogram[]): Consensus {
  const first = scorers[0]
  assert(first !== undefined, 'a consensus needs at least one hypnogram')
  const all = scorers.map(({ stages }) => stages)
  const softAgreement = all.map((stages, i) =>
    softAgreementOf(
      stages,
      all.filter((_, other) => other !== i),
    ),
  )
  const ranking = all
    .map((_, i) => i)
    .sort((a, b) => softAgreement[b]! - softAgreement[a]! || a - b)
  const counts = voteCounts(all)
  const best = all[ranking[0]!]!
  const stages = best.map((own, i) => winner(counts, i * KINDS, own))
  const { probabilities } = countVotes(all)
  const hypnogram = { ...first, stages, probabilities }
  return { hypnogram, ranking, softAgreement }
}

/**
 * Epochs `from` (included) to `to` (excluded) that lie between the first and the last scored epoch
 * of every scorer: what is compared in the Dreem Open Datasets. Empty when somebody scored nothing.
 */
export function scoredByAll(scorers: readonly (readonly Stage[])[]): {
  readonly from: number
  readonly to: number
} {
  let from = 0
  let to = scorers[0]?.length ?? 0
  for (const stages of scorers) {
    const first = stages.findIndex((stage) => stage !== '?')
    from = Math.max(from, first < 0 ? stages.length : first)
    to = Math.min(to, stages.findLastIndex((stage) => stage !== '?') + 1)
  }
  return { from, to: Math.max(from, to) }
}

/** How one scorer fares against the consensus of all the others. */
export type LeaveOneOut = { readonly agreement: Agreement; readonly reference: Hypnogram }

/**
 * Each scorer against the consensus of the others, whose ranking is made without that scorer.
 * Epochs that either side leaves unscored do not count. Needs at least two hypnograms.
 */
export function leaveOneOut(scorers: readonly Hypnogram[]): LeaveOneOut[] {
  assert(scorers.length >= 2, 'comparing with the others needs at least two hypnograms')
  return scorers.map((tested, i) => {
    const reference = consensus(scorers.filter((_, other) => other !== i)).hypnogram
    return { agreement: agreementOfStages(reference.stages, tested.stages), reference }
  })
}

/** Every pair of scorers once, in order: indices of the pair and their agreement. */
export function pairwise(
  scorers: readonly Hypnogram[],
): { readonly pair: readonly [number, number]; readonly agreement: Agreement }[] {
  return scorers.flatMap((a, i) =>
    scorers.slice(i + 1).map((b, k) => ({
      pair: [i, i + 1 + k] as const,
      agreement: agreementOfStages(a.stages, b.stages),
    })),
  )
}

/**
 * Soft agreement of a scorer with others, 0..1: the mean over epochs of the votes its stage got,
 * divided by the votes of the most frequent stage (Guillot et al. 2020). NaN without others.
 */
function softAgreementOf(stages: readonly Stage[], others: readonly (readonly Stage[])[]): number {
  const counts = voteCounts(others)
  let sum = 0
  for (const [i, stage] of stages.entries()) {
    const votes = counts.subarray(i * KINDS, (i + 1) * KINDS)
    const most = votes.reduce((a, b) => Math.max(a, b), 0)
    sum += votes[STAGES_AND_UNSCORED.indexOf(stage)]! / most
  }
  return sum / stages.length
}

function voteCounts(scorers: readonly (readonly Stage[])[]): Uint16Array {
  const n = scorers[0]?.length ?? 0
  const counts = new Uint16Array(n * KINDS)
  for (const stages of scorers) {
    assert(stages.length === n, 'hypnograms must have the same number of epochs')
    for (const [i, stage] of stages.entries()) {
      counts[i * KINDS + STAGES_AND_UNSCORED.indexOf(stage)]!++
    }
  }
  return counts
}

/** The kind with most votes; on a tie `own`, the best-ranked scorer's. */
function winner(counts: Uint16Array, at: number, own: Stage): Stage {
  let best = 0
  let tied = false
  for (let kind = 1; kind < KINDS; kind++) {
    const votes = counts[at + kind]!
    if (votes === counts[at + best]!) tied = true
    if (votes > counts[at + best]!) {
      best = kind
      tied = false
    }
  }
  return tied ? own : STAGES_AND_UNSCORED[best]!
}
