import {
  agreementOfStages,
  pooledAgreement,
} from '../../packages/core/src/sleep/hypnogram/agreement.ts'
import { expertDisagreement } from '../../packages/core/src/sleep/stage/ambiguity.ts'
import {
  confidenceTable,
  expectedCalibrationError,
  fitTemperature,
  logLoss,
} from '../../packages/core/src/sleep/stage/calibration.ts'
import { smoothedProbabilities } from '../../packages/core/src/sleep/stage/hidden-markov.ts'
import { mostProbableStages } from '../../packages/core/src/sleep/stage/model.ts'
import { STAGES, type Stage } from '../../packages/core/src/sleep/stage/stage.ts'

/** A night as somebody scored it (0..4, -1 = not scored) and as a stager sees it. */
export type ScoredNight = {
  readonly name: string
  readonly labels: Int8Array
  /** Epochs x 5. */
  readonly probabilities: Float32Array
}

/**
 * Tables in Markdown (`-` = the stage does not occur): raw and smoothed agreement, calibration,
 * confidence, spread over nights.
 */
export function scoreReport(
  title: string,
  nights: readonly ScoredNight[],
  variant: 'offline' | 'live',
): string {
  const labels = Int8Array.from(nights.flatMap((night) => Array.from(night.labels)))
  const p = Float32Array.from(nights.flatMap((night) => Array.from(night.probabilities)))
  const causal = variant === 'live'
  const raw = nights.map((night) => agree(night.labels, night.probabilities))
  const smooth = nights.map((night) =>
    agree(night.labels, smoothedProbabilities(night.probabilities, { causal })),
  )
  const accuracies = raw.map((one) => one.accuracy)
  const mean = accuracies.reduce((sum, a) => sum + a, 0) / accuracies.length
  const sd = Math.sqrt(accuracies.reduce((sum, a) => sum + (a - mean) ** 2, 0) / accuracies.length)
  const disagreement = expertDisagreement(p).filter((d) => !Number.isNaN(d))
  const expected = disagreement.reduce((sum, d) => sum + d, 0) / disagreement.length
  const sure = sureEpochs(p, labels)
  return [
    `\n### ${title}`,
    '| view | accuracy | kappa | macro F1 | W | N1 | N2 | N3 | R |',
    '|---|---|---|---|---|---|---|---|---|',
    agreementRow('raw', raw),
    agreementRow('smoothed', smooth),
    `ECE ${expectedCalibrationError(p, labels).toFixed(3)}, log loss ${logLoss(p, labels).toFixed(3)}, ` +
      `best temperature ${fitTemperature(p, labels).toFixed(2)}, ` +
      `experts expected to disagree on ${(100 * expected).toFixed(1)} %`,
    `per night ${mean.toFixed(3)} +- ${sd.toFixed(3)}: ` +
      nights.map((night, i) => `${night.name} ${accuracies[i]!.toFixed(3)}`).join(', '),
    sure,
  ].join('\n')
}

function agree(
  labels: Int8Array,
  probabilities: Float32Array,
): ReturnType<typeof agreementOfStages> {
  const reference: Stage[] = Array.from(labels, (label) => STAGES[label] ?? '?')
  return agreementOfStages(reference, mostProbableStages(probabilities))
}

function agreementRow(view: string, nights: readonly ReturnType<typeof agree>[]): string {
  const { accuracy, kappa, f1 } = pooledAgreement(nights)
  const each = STAGES.map((stage) => f1[stage])
  const known = each.filter((f) => !Number.isNaN(f))
  const macro = known.reduce((sum, f) => sum + f, 0) / known.length
  const cells = [accuracy, kappa, macro, ...each].map((x) => (Number.isNaN(x) ? '-' : x.toFixed(3)))
  return `| ${[view, ...cells].join(' | ')} |`
}

/** How often the top stage is right at each level of confidence. */
function sureEpochs(probabilities: Float32Array, labels: Int8Array): string {
  const bins = confidenceTable(probabilities, labels, 10)
  const total = bins.reduce((sum, bin) => sum + bin.epochs, 0)
  const cells = bins
    .filter((bin) => bin.epochs > 0)
    .map(
      (bin) =>
        `| ${bin.from.toFixed(1)}-${bin.to.toFixed(1)} | ${((100 * bin.epochs) / total).toFixed(1)} | ` +
        `${bin.confidence.toFixed(3)} | ${bin.accuracy.toFixed(3)} |`,
    )
  return ['', '| p | % of epochs | mean p | right |', '|---|---|---|---|', ...cells].join('\n')
}
