import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import {
  type Agreement,
  agreementOfStages,
  EPOCH_S,
  importModel,
  mostProbableStages,
  STAGES,
  type Stage,
} from '@nocturne/core/sleep'
import { type DreamsExcerpt, readDreams } from '../../test/dreams.ts'

/**
 * How well a stager agrees with the expert of the DREAMS spindle excerpts (30 minutes each, one
 * channel): `npx tsx --conditions=nocturne:src scripts/evaluate/dreams-staging.ts DIR MODEL...`
 * MODEL is a model file or a folder of them; all of them together are one model (several
 * RobustSleepNet files are an ensemble). The expert staged every 5 s: an epoch takes the stage that
 * most of its six have.
 */
async function main(folder: string | undefined, models: readonly string[]): Promise<void> {
  if (folder === undefined || models.length === 0) throw new Error('usage: DIR MODEL...')
  const files = models.flatMap(modelFiles).map((path) => {
    return { name: basename(path), bytes: new Uint8Array(readFileSync(path)) }
  })
  const model = importModel(files)
  if (!model.ok) throw new Error(describeProblem(model.problem))
  console.log(`${model.value.card.name}, ${model.value.card.hash.slice(0, 12)}`)
  const expert: Stage[] = []
  const machine: Stage[] = []
  for (const excerpt of readDreams(folder)) {
    const samples = Float32Array.from(excerpt.samples)
    const eeg = [{ label: 'EEG', unit: 'uV', rateHz: excerpt.rateHz, samples }]
    const checked = model.value.check({ eeg })
    if (!checked.ok) throw new Error(describeProblem(checked.problem))
    const result = await model.value.stage({ eeg })
    const tested = mostProbableStages(result.probabilities)
    const reference = majorityStages(excerpt).slice(0, tested.length)
    tested.length = reference.length
    print(`excerpt ${excerpt.number}`, agreementOfStages(reference, tested))
    expert.push(...reference)
    machine.push(...tested)
  }
  print('pooled', agreementOfStages(expert, machine))
}

function modelFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
}

/** Whole 30-s epochs; of equally frequent stages the one that comes first in time. */
function majorityStages({ hypnogram }: DreamsExcerpt): Stage[] {
  const each = EPOCH_S / hypnogram.epochS
  const stages: Stage[] = []
  for (let at = 0; at + each <= hypnogram.stages.length; at += each) {
    const votes = new Map<Stage, number>()
    for (const stage of hypnogram.stages.slice(at, at + each)) {
      votes.set(stage, (votes.get(stage) ?? 0) + 1)
    }
    stages.push([...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best))[0])
  }
  return stages
}

function print(name: string, { accuracy, kappa, f1, n }: Agreement): void {
  const stages = STAGES.map(
    (stage) => `${stage} ${Number.isNaN(f1[stage]) ? '-' : f1[stage].toFixed(3)}`,
  ).join('  ')
  const all = `accuracy ${accuracy.toFixed(3)}  kappa ${kappa.toFixed(3)}`
  console.log(`${name.padEnd(10)} n ${String(n).padStart(3)}  ${all}  F1 ${stages}`)
}

await main(process.argv[2], process.argv.slice(3))
