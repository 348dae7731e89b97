import {
  type Agreement,
  consensus,
  countVotes,
  fleissKappa,
  type Hypnogram,
  leaveOneOut,
  pairwise,
  type Stage,
} from '@nocturne/core/sleep'

/** What `nocturne agree` says of more than two hypnograms of one night. */
export type ScorerComparison = {
  readonly n: number
  /** Means over all pairs of scorers. */
  readonly pairwise: { readonly accuracy: number; readonly kappa: number }
  readonly fleissKappa: number
  /** Share of the epochs scored by anybody on which all votes are equal. */
  readonly unanimous: number
  readonly meanEntropyBits: number
  readonly consensus: { readonly stages: readonly Stage[]; readonly ranking: readonly string[] }
  /** Each file against the consensus of all the others. */
  readonly scorers: readonly { readonly file: string; readonly agreement: Agreement }[]
}

/**
 * Compares aligned hypnograms of several scorers by the consensus rule of the Dreem Open Datasets.
 */
export function compareScorers(
  files: readonly string[],
  hypnograms: readonly Hypnogram[],
): ScorerComparison {
  const pairs = pairwise(hypnograms).map(({ agreement }) => agreement)
  const stages = hypnograms.map((hypnogram) => hypnogram.stages)
  const entropies = [...countVotes(stages).entropyBits].filter((bits) => !Number.isNaN(bits))
  const { hypnogram, ranking } = consensus(hypnograms)
  return {
    n: hypnogram.stages.length,
    pairwise: {
      accuracy: mean(pairs.map(({ accuracy }) => accuracy)),
      kappa: mean(pairs.map(({ kappa }) => kappa)),
    },
    fleissKappa: fleissKappa(stages),
    unanimous: entropies.filter((bits) => bits === 0).length / entropies.length,
    meanEntropyBits: mean(entropies),
    consensus: { stages: hypnogram.stages, ranking: ranking.map((i) => files[i]!) },
    scorers: leaveOneOut(hypnograms).map(({ agreement }, i) => ({ file: files[i]!, agreement })),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
