import { parseArgs } from 'node:util'
import { trainGenericPhase } from './phase.ts'
import { trainStarterFiles } from './starter.ts'
import { trainWearableFiles } from './wearable.ts'

const USAGE = `usage: npm run train -- starter|wearable DIR, or phase
  starter DIR   a folder of Sleep-EDF band powers (.csv.gz): writes the starter's weights
  wearable DIR  a folder of Walch features: writes the watch stager's weights
  phase         writes the phase predictor of a first night, from made-up sleep`

const { positionals } = parseArgs({ allowPositionals: true })
const [what, folder] = positionals
if (what === 'starter' && folder !== undefined) trainStarterFiles(folder)
else if (what === 'wearable' && folder !== undefined) trainWearableFiles(folder)
else if (what === 'phase') trainGenericPhase()
else {
  console.error(USAGE)
  process.exit(2)
}
