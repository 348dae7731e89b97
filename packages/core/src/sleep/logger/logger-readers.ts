import type { EvidenceReader } from '../evidence/evidence-reader.ts'
import { actigraphReader } from './actigraph.ts'
import { actiwareReader } from './actiware.ts'
import { actiwatchReader } from './actiwatch.ts'
import { acttrustReader } from './acttrust.ts'
import { agdReader } from './agd.ts'
import { daqtometerReader } from './daqtometer.ts'
import { motionwatchReader } from './motionwatch.ts'
import { plainLogReader } from './plain-log.ts'

/** Readers of light and activity loggers, the particular before the plain. */
export const LOGGER_READERS: readonly EvidenceReader[] = [
  acttrustReader,
  actiwareReader,
  actiwatchReader,
  motionwatchReader,
  daqtometerReader,
  actigraphReader,
  agdReader,
  plainLogReader,
]
