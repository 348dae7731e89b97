import { parseArgs } from 'node:util'
import type { TrainedRecurrent } from '../../packages/core/src/sleep/shipped/recurrent-file.ts'
import {
  SLEEP_THRESHOLD,
  stageWearableFeatures,
  WEARABLE_STAGES,
  wearableProbabilities,
} from '../../packages/core/src/sleep/shipped/wearable.ts'
import { readWatchNights, trainWearable, type WatchNight } from '../train/wearable.ts'

const USAGE = `usage: npx tsx --conditions=nocturne:src scripts/evaluate/wearable.ts DIR [--loso]
  DIR     a folder of Walch features
  --loso  train again without each person in turn, instead of testing the shipped weights`

const { values, positionals } = parseArgs({
  options: { loso: { type: 'boolean' } },
  allowPositionals: true,
})
if (positionals[0] === undefined) {
  console.error(USAGE)
  process.exit(2)
}
const nights = readWatchNights(positionals[0])
const how = values.loso ? 'each staged by weights trained on the others' : 'shipped weights'
console.log(`${nights.length} people, ${how}.\n`)
const trained = new Map<string, TrainedRecurrent>()
for (const { person } of values.loso ? nights : []) {
  trained.set(person, trainWearable(nights.filter((night) => night.person !== person)))
  console.error(`trained without ${person}`)
}
const THRESHOLDS = [...new Set([SLEEP_THRESHOLD, 0.5, 0.7, 0.8, 0.9])].sort()

for (const heart of [true, false]) console.log(await tables(heart))

async function tables(withHeart: boolean): Promise<string> {
  const all: { p: Float32Array; label: number }[] = []
  for (const night of nights) {
    const p = await probabilitiesOf(night, withHeart ? night.heart : undefined)
    night.labels.forEach((label, e) => {
      if (label >= 0) all.push({ p: p.subarray(e * 4, e * 4 + 4), label })
    })
  }
  const four = confusion(
    all,
    4,
    (p) => p.indexOf(Math.max(...p)),
    (label) => label,
  )
  const f1 = WEARABLE_STAGES.map((_, k) => f1Of(four, k))
  const numbers = [...agreementOf(four), ...f1].map((x) => x.toFixed(3)).join(' | ')
  return [
    `\n### activity${withHeart ? ' and heart rate' : ' alone'}`,
    '| accuracy (4 stages) | kappa | F1 W | light | deep | R |',
    '|---|---|---|---|---|---|',
    `| ${numbers} |`,
    '',
    `sleep or wake: area under the curve ${area(all).toFixed(3)}`,
    '',
    '| asleep above p | accuracy | kappa | sleep found | wake found |',
    '|---|---|---|---|---|',
    ...THRESHOLDS.map((threshold) => thresholdRow(all, threshold)),
  ].join('\n')
}

function thresholdRow(
  all: readonly { p: Float32Array; label: number }[],
  threshold: number,
): string {
  const two = confusion(
    all,
    2,
    (p) => (1 - p[0]! > threshold ? 1 : 0),
    (label) => (label > 0 ? 1 : 0),
  )
  const sleepFound = two[1]![1]! / (two[1]![0]! + two[1]![1]!)
  const wakeFound = two[0]![0]! / (two[0]![0]! + two[0]![1]!)
  const cells = [...agreementOf(two), sleepFound, wakeFound].map((x) => x.toFixed(3))
  return `| ${threshold} | ${cells.join(' | ')} |`
}

async function probabilitiesOf(night: WatchNight, heart?: Float64Array): Promise<Float32Array> {
  const own = trained.get(night.person)
  if (own !== undefined) return wearableProbabilities(own, night.activity, heart, night.hours)
  return (await stageWearableFeatures(night.activity, heart, night.hours)).probabilities
}

function confusion(
  all: readonly { p: Float32Array; label: number }[],
  size: number,
  said: (p: Float32Array) => number,
  truth: (label: number) => number,
): number[][] {
  const counts = Array.from({ length: size }, () => new Array<number>(size).fill(0))
  for (const { p, label } of all) counts[truth(label)]![said(p)]! += 1
  return counts
}

/** Accuracy and Cohen's kappa. */
function agreementOf(counts: readonly number[][]): [number, number] {
  const size = counts.length
  const rows = counts.map((row) => row.reduce((sum, n) => sum + n, 0))
  const columns = counts.map((_, k) => counts.reduce((sum, row) => sum + row[k]!, 0))
  const n = rows.reduce((sum, x) => sum + x, 0)
  let same = 0
  let chance = 0
  for (let k = 0; k < size; k++) {
    same += counts[k]![k]! / n
    chance += (rows[k]! * columns[k]!) / n / n
  }
  return [same, (same - chance) / (1 - chance)]
}

function f1Of(counts: readonly number[][], k: number): number {
  const said = counts.reduce((sum, row) => sum + row[k]!, 0)
  const were = counts[k]!.reduce((sum, n) => sum + n, 0)
  return (2 * counts[k]![k]!) / (said + were)
}

/** Area under the curve of telling wake by its probability. */
function area(all: readonly { p: Float32Array; label: number }[]): number {
  const sorted = [...all].sort((a, b) => a.p[0]! - b.p[0]!)
  let rank = 0
  let wake = 0
  sorted.forEach(({ label }, i) => {
    if (label > 0) return
    wake++
    rank += i + 1
  })
  return (rank - (wake * (wake + 1)) / 2) / (wake * (all.length - wake))
}
