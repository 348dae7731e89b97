import type { TrainedRecurrent } from '../../packages/core/src/sleep/shipped/recurrent-file.ts'
import type { Starter } from '../../packages/core/src/sleep/shipped/starter.ts'
import { readNights } from './nights.ts'
import { STARTER_PLANS } from './starter-plan.ts'
import { trainStarter } from './starter-training.ts'
import { writeHashes, writeWeights } from './weights-file.ts'

const SOURCE =
  'Trained on Sleep-EDF Expanded (Kemp et al. 2000, Goldberger et al. 2000), ODC-BY 1.0.'

/** Trains both variants on every night of a folder and writes their weights into the core. */
export function trainStarterFiles(folder: string): void {
  const nights = readNights(folder)
  const report = (text: string): void => console.error(text)
  const offline = trainStarter(nights, 'offline', STARTER_PLANS.offline, report)
  const live = trainStarter(nights, 'live', STARTER_PLANS.live, report)
  const parts = ({ frontal, posterior }: Starter): Record<string, TrainedRecurrent> => ({
    FRONTAL_WIDE: frontal.wide,
    FRONTAL_SLOW: frontal.slow,
    POSTERIOR_WIDE: posterior.wide,
    POSTERIOR_SLOW: posterior.slow,
  })
  writeHashes('starter', {
    offline: writeWeights('starter', parts(offline), SOURCE),
    live: writeWeights('starter-live', parts(live), SOURCE),
  })
}
