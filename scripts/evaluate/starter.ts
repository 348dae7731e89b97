import { parseArgs } from 'node:util'
import {
  type Starter,
  stageBandPowers,
  starterFromBandPowers,
} from '../../packages/core/src/sleep/shipped/starter.ts'
import type { StarterVariant } from '../../packages/core/src/sleep/shipped/starter-card.ts'
import { cropNight, type Night, readNights } from '../train/nights.ts'
import { STARTER_PLANS } from '../train/starter-plan.ts'
import { trainStarter } from '../train/starter-training.ts'
import { type ScoredNight, scoreReport } from './score.ts'

const USAGE = `usage: npx tsx --conditions=nocturne:src scripts/evaluate/starter.ts DIR [--loso]
  DIR     a folder of Sleep-EDF band powers (.csv or .csv.gz)
  --loso  train again without each person in turn, instead of testing the shipped weights
  --variant offline|live   only one of them
  --channel fpz|pz         only one of them, in training too
  --wide                   do not train the fallback for cut-off spectra; fails where it is needed`

const { values, positionals } = parseArgs({
  options: {
    loso: { type: 'boolean' },
    variant: { type: 'string' },
    channel: { type: 'string' },
    wide: { type: 'boolean' },
  },
  allowPositionals: true,
})
if (positionals[0] === undefined) {
  console.error(USAGE)
  process.exit(2)
}
const nights = readNights(positionals[0]).map((night) => ({
  ...night,
  channels: night.channels.filter(({ label }) => label === (values.channel ?? label)),
}))
const people = [...new Set(nights.map((night) => night.person))]
console.log(
  `${nights.length} nights of ${people.length} people (${people.join(' ')}), ${
    values.loso ? 'each staged by weights trained on the others' : 'shipped weights'
  }. Scored from 30 min before to 30 min after sleep, \`?\` left out.`,
)
for (const variant of ['offline', 'live'] as const) {
  if (values.variant === undefined || values.variant === variant) await evaluate(variant)
}

async function evaluate(variant: StarterVariant): Promise<void> {
  const weights = new Map<string, Starter>()
  const networks = { wide: STARTER_PLANS[variant].networks.wide, slow: 0 }
  const plan = { ...STARTER_PLANS[variant], ...(values.wide ? { networks } : {}) }
  for (const person of values.loso ? people : []) {
    const others = nights.filter((night) => night.person !== person)
    weights.set(
      person,
      trainStarter(others, variant, plan, () => {}),
    )
    console.error(`${variant}: trained without ${person}`)
  }
  const channelSets = values.channel ? [[values.channel]] : [['fpz'], ['pz'], ['fpz', 'pz']]
  for (const labels of channelSets) {
    for (const whole of [false, true]) {
      const scored: ScoredNight[] = []
      for (const night of nights) {
        scored.push(await scoreNight(night, labels, whole, variant, weights.get(night.person)))
      }
      const input = whole ? 'whole recording given' : 'trimmed recording given'
      console.log(
        scoreReport(`starter ${variant}, ${labels.join(' + ')}, ${input}`, scored, variant),
      )
    }
  }
}

async function scoreNight(
  night: Night,
  labels: readonly string[],
  whole: boolean,
  variant: StarterVariant,
  trained: Starter | undefined,
): Promise<ScoredNight> {
  const given = whole ? night : cropNight(night, night.from, night.to)
  const channels = given.channels.filter(({ label }) => labels.includes(label))
  const result =
    trained === undefined
      ? await starterFromBandPowers(channels, variant)
      : stageBandPowers(trained, channels, variant)
  return {
    name: night.name,
    labels: given.labels.slice(given.from, given.to),
    probabilities: result.probabilities.slice(given.from * 5, given.to * 5),
  }
}
