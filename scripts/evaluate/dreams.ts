import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { starterModel } from '../../packages/core/src/sleep/shipped/starter.ts'
import { type ScoredNight, scoreReport } from './score.ts'

const USAGE = `usage: npx tsx --conditions=nocturne:src scripts/evaluate/dreams.ts DIR
  DIR  the DREAMS spindle excerpts: other people, montage, hardware and scorer than in training`

/** Codes 0..5 of the hypnograms (S4 S3 S2 S1 R W) as indices into STAGES. */
const CODES = [3, 3, 2, 1, 4, 0] as const
const SCORED_S = 5
const EPOCH_S = 30

const folder = process.argv[2]
if (folder === undefined) {
  console.error(USAGE)
  process.exit(2)
}
for (const variant of ['offline', 'live'] as const) {
  const nights: ScoredNight[] = []
  for (let excerpt = 1; excerpt <= 8; excerpt++) {
    if (!existsSync(join(folder, `excerpt${excerpt}.txt`))) continue
    const { label, samples } = readExcerpt(excerpt)
    const rateHz = samples.length > 200_000 ? 200 : 100
    const model = starterModel(variant)
    const result = await model.stage({ eeg: [{ label, unit: 'uV', rateHz, samples }] })
    const labels = readStages(excerpt).slice(0, result.quality.length)
    nights.push({ name: `excerpt${excerpt}`, labels, probabilities: result.probabilities })
  }
  console.log(scoreReport(`DREAMS, starter ${variant}`, nights, variant))
}

function readExcerpt(excerpt: number): { label: string; samples: Float32Array } {
  const lines = readFileSync(join(folder!, `excerpt${excerpt}.txt`), 'utf8')
    .trim()
    .split('\n')
  return {
    label: lines[0]!.replace(/[[\]\s]/g, ''),
    samples: Float32Array.from(lines.slice(1), Number),
  }
}

/** The stage of each 30-s epoch: what most of its six 5-s codes say, ties to the earlier. */
function readStages(excerpt: number): Int8Array {
  const text = readFileSync(join(folder!, `Hypnogram_excerpt${excerpt}.txt`), 'utf8')
  const codes = text.trim().split('\n').slice(1).map(Number)
  const per = EPOCH_S / SCORED_S
  return Int8Array.from({ length: Math.floor(codes.length / per) }, (_, e) => {
    const votes = new Array<number>(5).fill(0)
    for (const code of codes.slice(e * per, (e + 1) * per)) votes[CODES[code] ?? 0]! += 1
    return votes.indexOf(Math.max(...votes))
  })
}
