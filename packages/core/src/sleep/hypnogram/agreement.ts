import { assert } from '../../math/assert.ts'
import { type SleepStage, STAGE_COUNT, STAGES, type Stage } from '../stage/stage.ts'
import { type Hypnogram, stageIndices } from './hypnogram.ts'

/**
 * How one stage fares: `reference` is how often the first hypnogram has it, `tested` the second.
 */
export type StageAgreement = {
  readonly reference: number
  readonly tested: number
  readonly precision: number
  readonly recall: number
}

/**
 * Epoch-by-epoch agreement of a tested hypnogram with a reference. Only epochs that both score
 * count. A number that has no meaning is NaN (`null` in JSON): F1 of a stage that neither has,
 * kappa where both have one and the same stage throughout, everything when no epoch is shared.
 */
export type Agreement = {
  /** Share of equal epochs, 0..1. */
  readonly accuracy: number
  /** Cohen's kappa (1960), unweighted, -1..1. */
  readonly kappa: number
  /** Harmonic mean of precision and recall of each stage. */
  readonly f1: Readonly<Record<SleepStage, number>>
  /**
   * Counts: rows are the reference, columns the tested hypnogram, both in the order of `STAGES`.
   */
  readonly confusion: readonly (readonly number[])[]
  /** Mean F1 of the stages that occur in either. */
  readonly macroF1: number
  /** Matthews' correlation for several classes (Gorodkin 2004). */
  readonly matthews: number
  /** Epochs compared. */
  readonly n: number
  /** Epochs left out because one of the two, or both, did not score them. */
  readonly unscored: number
  readonly stages: Readonly<Record<SleepStage, StageAgreement>>
}

/**
 * Agreement of `tested` with `reference`, epoch by epoch in their order: see `Agreement`. Both must
 * have the same number of epochs of the same length; `alignHypnograms` makes that so.
 */
export function agreement(reference: Hypnogram, tested: Hypnogram): Agreement {
  assert(reference.epochS === tested.epochS, 'hypnograms must have epochs of one length')
  return agreementOfStages(reference.stages, tested.stages)
}

/** As `agreement`, of two lists of stages of the same length. */
export function agreementOfStages(
  reference: readonly Stage[],
  tested: readonly Stage[],
): Agreement {
  assert(reference.length === tested.length, 'hypnograms must have the same number of epochs')
  const confusion = confusionMatrix(reference, tested)
  return agreementOfCounts(confusion, reference.length)
}

/** Agreement of several nights taken as one: the counts are added before anything is divided. */
export function pooledAgreement(nights: readonly Agreement[]): Agreement {
  const sum = emptyMatrix()
  let epochs = 0
  for (const { confusion, n, unscored } of nights) {
    epochs += n + unscored
    for (const [i, row] of confusion.entries()) {
      for (const [j, count] of row.entries()) sum[i]![j]! += count
    }
  }
  return agreementOfCounts(sum, epochs)
}

/** Counts of stage pairs; pairs with a `?` are left out. */
function confusionMatrix(reference: readonly Stage[], tested: readonly Stage[]): number[][] {
  const confusion = emptyMatrix()
  const a = stageIndices(reference)
  const b = stageIndices(tested)
  for (let i = 0; i < a.length; i++) {
    if (a[i]! >= 0 && b[i]! >= 0) confusion[a[i]!]![b[i]!]!++
  }
  return confusion
}

function emptyMatrix(): number[][] {
  return Array.from({ length: STAGE_COUNT }, () => new Array<number>(STAGE_COUNT).fill(0))
}

function agreementOfCounts(confusion: number[][], epochs: number): Agreement {
  const rows = confusion.map((row) => row.reduce((sum, count) => sum + count, 0))
  const columns = STAGES.map((_, j) => confusion.reduce((sum, row) => sum + row[j]!, 0))
  const n = rows.reduce((sum, count) => sum + count, 0)
  const equal = STAGES.reduce((sum, _, i) => sum + confusion[i]![i]!, 0)
  const chance = rows.reduce((sum, count, i) => sum + count * columns[i]!, 0)
  const f1s = STAGES.map((_, i) => (2 * confusion[i]![i]!) / (rows[i]! + columns[i]!))
  const present = f1s.filter((f1) => !Number.isNaN(f1))
  return {
    accuracy: equal / n,
    kappa: (equal * n - chance) / (n * n - chance),
    f1: byStage((i) => f1s[i]!),
    confusion,
    macroF1: present.reduce((sum, f1) => sum + f1, 0) / present.length,
    matthews: matthews(equal, n, rows, columns),
    n,
    unscored: epochs - n,
    stages: byStage((i) => ({
      reference: rows[i]!,
      tested: columns[i]!,
      precision: confusion[i]![i]! / columns[i]!,
      recall: confusion[i]![i]! / rows[i]!,
    })),
  }
}

function matthews(
  equal: number,
  n: number,
  rows: readonly number[],
  columns: readonly number[],
): number {
  const chance = rows.reduce((sum, count, i) => sum + count * columns[i]!, 0)
  const spread = (totals: readonly number[]): number =>
    n * n - totals.reduce((sum, count) => sum + count * count, 0)
  return (equal * n - chance) / Math.sqrt(spread(rows) * spread(columns))
}

function byStage<T>(value: (index: number) => T): Record<SleepStage, T> {
  const entries = STAGES.map((stage, i) => [stage, value(i)] as const)
  return Object.fromEntries(entries) as Record<SleepStage, T>
}
