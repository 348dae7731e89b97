import { basename, dirname, join } from 'node:path'
import { type Agreement, STAGES } from '@nocturne/core/sleep'
import type { ScorerComparison } from './scorer-comparison.ts'

/**
 * What two human experts reach with each other on DOD-H: 25 nights, 10 pairs (Guillot et al. 2020).
 */
const HUMAN = { accuracy: 0.791, kappa: 0.703 }

const BASES = {
  clock: 'aligned by the clock',
  offset: 'aligned by the offset in the recording',
  epoch: 'aligned epoch by epoch from the first',
} as const

/** The agreement of two hypnograms as a page of text: figures, confusion matrix, what it means. */
export function agreementText(
  agreement: Agreement,
  reference: string,
  tested: string,
  by: keyof typeof BASES,
): string {
  const { n, unscored } = agreement
  return [
    `reference  ${reference}`,
    `tested     ${tested}`,
    `${n} epochs compared, ${unscored} left out (not scored by both); ${BASES[by]}`,
    '',
    figures(agreement),
    '',
    ...matrix(agreement),
    '',
    ...meaning(agreement.kappa),
    '',
  ].join('\n')
}

/** Several scorers of one night as a page of text. */
export function scorersText(comparison: ScorerComparison): string {
  const { n, pairwise, fleissKappa, unanimous, meanEntropyBits, scorers, consensus } = comparison
  const names = shortNames(scorers.map(({ file }) => file))
  const width = Math.max(...names.map((name) => name.length), 6)
  const best = scorers.findIndex(({ file }) => file === consensus.ranking[0])
  const rows = scorers.map(({ agreement }, i) => {
    const numbers = [agreement.accuracy, agreement.kappa, agreement.macroF1].map(fixed)
    const f1 = STAGES.map((stage) => fixed(agreement.f1[stage]))
    return `${names[i]!.padEnd(width)}  ${[...numbers, ...f1].join('  ')}`
  })
  const heads = STAGES.map((stage) => `F1 ${stage}`.padEnd(6))
  return [
    `${scorers.length} scorers, ${n} epochs`,
    `pairs: accuracy ${fixed(pairwise.accuracy)}, kappa ${fixed(pairwise.kappa)} on average`,
    `all: Fleiss' kappa ${fixed(fleissKappa)}, unanimous on ${percent(unanimous)} of epochs`,
    `vote entropy ${meanEntropyBits.toFixed(2)} bit`,
    '',
    'each against the consensus of the others',
    `${''.padEnd(width)}   accu  kappa    mF1  ${heads.join(' ')}`,
    ...rows,
    '',
    `agrees most with the others: ${names[best]}`,
    ...meaning(pairwise.kappa),
    '',
  ].join('\n')
}

/** File names, with their folder where two are the same. */
function shortNames(files: readonly string[]): string[] {
  const names = files.map((file) => basename(file))
  const clash = new Set(names).size < names.length
  return clash ? files.map((file) => join(basename(dirname(file)), basename(file))) : names
}

function figures({ accuracy, kappa, macroF1, matthews }: Agreement): string {
  const rest = `macro F1 ${fixed(macroF1)}   Matthews ${fixed(matthews)}`
  return `accuracy ${percent(accuracy)}   kappa ${fixed(kappa)}   ${rest}`
}

function matrix({ confusion, f1, stages, n }: Agreement): string[] {
  const width = Math.max(6, String(n).length + 2)
  const cell = (text: string): string => text.padStart(width)
  const row = (name: string, cells: readonly string[], end = ''): string =>
    `${name.padEnd(11)}${cells.map(cell).join('')}${end}`
  return [
    `${''.padEnd(11)}${cell('tested')}`,
    row('reference', STAGES, '  recall'),
    ...STAGES.map((stage, i) =>
      row(`  ${stage}`, (confusion[i] ?? []).map(String), `  ${fixed(stages[stage].recall)}`),
    ),
    row(
      'precision',
      STAGES.map((stage) => fixed(stages[stage].precision)),
    ),
    row(
      'F1',
      STAGES.map((stage) => fixed(f1[stage])),
    ),
  ]
}

/** Kappa in words, beside what experts reach among themselves. */
function meaning(kappa: number): string[] {
  const human = `two experts agree with each other at accuracy ${HUMAN.accuracy}, kappa ${HUMAN.kappa}`
  if (Number.isNaN(kappa)) return ['kappa has no meaning here: both have one and the same stage']
  const gap = kappa - HUMAN.kappa
  const place =
    gap > 0.05 ? 'closer than' : gap < -0.05 ? 'further apart than' : 'about as close as'
  return [`This is ${place} two human experts:`, `${human} (DOD-H, 25 nights).`]
}

function fixed(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(3)
}

function percent(value: number): string {
  return Number.isNaN(value) ? '-' : `${(100 * value).toFixed(1)} %`
}
