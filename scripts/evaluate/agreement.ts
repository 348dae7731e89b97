import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type Agreement,
  consensus,
  countVotes,
  fleissKappa,
  type Hypnogram,
  leaveOneOut,
  pairwise,
  pooledAgreement,
  readHypnogramText,
  scoredByAll,
  sliceHypnogram,
} from '../../packages/core/src/sleep/hypnogram/index.ts'

/**
 * Agreement of several scorers as tables in Markdown: a folder of scorers with one JSON list a
 * night each (Dreem Open Datasets). Usage: tsx scripts/evaluate/agreement.ts [FOLDER]
 */
const FOLDER =
  process.argv[2] ??
  fileURLToPath(new URL('../../../shared/data/hypnograms/dod/scorers-dodh', import.meta.url))

/** Epochs of lights off and on that Dreem's evaluation sets for three records of DOD-H. */
const LIGHTS: Readonly<Record<string, { readonly off?: number; readonly on?: number }>> = {
  '5bf0f969': { off: 60 },
  b5d5785d: { off: 60 },
  '3e842aa8': { on: 620 },
}

const scorers = readdirSync(FOLDER).sort()
const nights = readdirSync(`${FOLDER}/${scorers[0]}`).sort().map(readNight)
const epochs = nights.reduce((sum, [first]) => sum + first!.stages.length, 0)
console.log(`${nights.length} nights, ${scorers.length} scorers, ${epochs} epochs\n`)
printScorers(nights.map((night) => leaveOneOut(night).map(({ agreement }) => agreement)))
printPairs(nights.map((night) => pairwise(night).map(({ agreement }) => agreement)))
printVotes()

function readNight(file: string): Hypnogram[] {
  const all = scorers.map((scorer) => {
    const read = readHypnogramText(readFileSync(`${FOLDER}/${scorer}/${file}`, 'utf8'), {
      codes: 'aasm',
    })
    if (!read.ok) throw new Error(`${scorer}/${file}: ${JSON.stringify(read.problem)}`)
    return read.value.hypnogram
  })
  const { from, to } = scoredByAll(all.map(({ stages }) => stages))
  const { off = 0, on = to } = LIGHTS[file.slice(0, 8)] ?? {}
  return all.map((hypnogram) => sliceHypnogram(hypnogram, Math.max(from, off), Math.min(to, on)))
}

function printScorers(each: readonly (readonly Agreement[])[]): void {
  console.log(
    '| scorer v the others | accuracy | kappa | macro F1 | pooled accuracy | pooled kappa ' +
      '| F1 W | N1 | N2 | N3 | R |',
  )
  console.log('|---|---|---|---|---|---|---|---|---|---|---|')
  for (const [i, scorer] of scorers.entries()) {
    const own = each.map((night) => night[i]!)
    const pooled = pooledAgreement(own)
    const cells = [
      mean(own.map(({ accuracy }) => accuracy)),
      mean(own.map(({ kappa }) => kappa)),
      mean(own.map(({ macroF1 }) => macroF1)),
      pooled.accuracy,
      pooled.kappa,
      ...Object.values(pooled.f1),
    ]
    console.log(`| ${[scorer, ...cells.map((value) => value.toFixed(3))].join(' | ')} |`)
  }
}

function printPairs(each: readonly (readonly Agreement[])[]): void {
  console.log('\n| pair (pooled) | accuracy | kappa |\n|---|---|---|')
  const pooled = each[0]!.map((_, k) => pooledAgreement(each.map((night) => night[k]!)))
  const names = scorers.flatMap((a, i) => scorers.slice(i + 1).map((b) => `${a} v ${b}`))
  for (const [k, { accuracy, kappa }] of pooled.entries()) {
    console.log(`| ${names[k]} | ${accuracy.toFixed(3)} | ${kappa.toFixed(3)} |`)
  }
  const accuracy = mean(pooled.map((pair) => pair.accuracy))
  const kappa = mean(pooled.map((pair) => pair.kappa))
  console.log(`| mean | ${accuracy.toFixed(3)} | ${kappa.toFixed(3)} |`)
}

function printVotes(): void {
  const stages = scorers.map((_, i) => nights.flatMap((night) => night[i]!.stages))
  const entropies = nights.map((night) =>
    [...countVotes(night.map((hypnogram) => hypnogram.stages)).entropyBits].filter(
      (bits) => !Number.isNaN(bits),
    ),
  )
  const all = entropies.flat()
  const best = nights.map((night) => consensus(night).ranking[0]!)
  console.log('\n| votes | |\n|---|---|')
  console.log(`| Fleiss' kappa | ${fleissKappa(stages).toFixed(3)} |`)
  console.log(
    `| unanimous | ${(all.filter((bits) => bits === 0).length / all.length).toFixed(3)} |`,
  )
  console.log(`| entropy, bit (mean of nights) | ${mean(entropies.map(mean)).toFixed(3)} |`)
  for (const [i, scorer] of scorers.entries()) {
    const n = best.filter((ranked) => ranked === i).length
    console.log(`| nights in which ${scorer} agrees most with the others | ${n} |`)
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
