import {
  type Starter,
  stageBandPowers,
  starterFromBandPowers,
} from '../../packages/core/src/sleep/shipped/starter.ts'
import { cropNight, type Night, readNights } from '../train/nights.ts'
import { STARTER_PLANS } from '../train/starter-plan.ts'
import { trainStarter } from '../train/starter-training.ts'

const USAGE = `usage: npx tsx --conditions=nocturne:src scripts/evaluate/deep-sleep.ts DIR [--loso]
  How well the live starter knows N3 at the end of each epoch, channel fpz, trimmed nights.
  DIR     a folder of Sleep-EDF band powers (.csv or .csv.gz)
  --loso  train again without each person in turn (wide spectrum only), as a test needs; without
          it the shipped weights are used, which have seen these people`

const N2 = 2
const N3 = 3
const STAGES = 5
/** Thresholds of P(N3); the last row takes the most probable stage. */
const LEAST = [0.2, 0.3, 0.35, 0.4, 0.5, 0.6]

type Scored = { readonly labels: Int8Array; readonly probabilities: Float32Array }

const folder = process.argv[2]
if (folder === undefined) {
  console.error(USAGE)
  process.exit(2)
}
const loso = process.argv.includes('--loso')
const nights = readNights(folder).map((night) => ({
  ...night,
  channels: night.channels.filter(({ label }) => label === 'fpz'),
}))
const weights = new Map<string, Starter>()
const { wide } = STARTER_PLANS.live.networks
const plan = { ...STARTER_PLANS.live, networks: { wide, slow: 0 } }
for (const person of loso ? new Set(nights.map((night) => night.person)) : []) {
  const others = nights.filter((night) => night.person !== person)
  weights.set(
    person,
    trainStarter(others, 'live', plan, () => {}),
  )
  console.error(`trained without ${person}`)
}
const scored: Scored[] = []
for (const night of nights) scored.push(await scoreNight(night))
console.log(`${nights.length} nights, ${loso ? 'each without its own person' : 'shipped weights'}`)
console.log('| N3 is called where | sensitivity | specificity | of the false: N2 |')
console.log('|---|---|---|---|')
for (const least of LEAST) row(`P(N3) >= ${least}`, (p) => p[N3]! >= least)
row('most probable', (p) => p.indexOf(Math.max(...p)) === N3)

async function scoreNight(night: Night): Promise<Scored> {
  const { channels, labels } = cropNight(night, night.from, night.to)
  const trained = weights.get(night.person)
  const { probabilities } =
    trained === undefined
      ? await starterFromBandPowers(channels, 'live')
      : stageBandPowers(trained, channels, 'live')
  return { labels, probabilities }
}

function row(name: string, isDeep: (p: Float32Array) => boolean): void {
  let [hit, missed, falsely, rightly, fromN2] = [0, 0, 0, 0, 0]
  for (const { labels, probabilities } of scored) {
    labels.forEach((label, e) => {
      const p = probabilities.subarray(e * STAGES, (e + 1) * STAGES)
      if (label < 0 || Number.isNaN(p[0]!)) return
      const deep = isDeep(p)
      if (label === N3) deep ? hit++ : missed++
      else if (!deep) rightly++
      else {
        falsely++
        if (label === N2) fromN2++
      }
    })
  }
  const cells = [hit / (hit + missed), rightly / (rightly + falsely), fromN2 / falsely]
  console.log(`| ${name} | ${cells.map((x) => x.toFixed(3)).join(' | ')} |`)
}
