import type { EvidenceReader } from '../evidence/evidence-reader.ts'
import { appleHealth } from './apple-health.ts'
import { fitbitLog } from './fitbit-log.ts'
import { garminSleep } from './garmin.ts'
import { ouraSleep } from './oura.ts'
import { sleepAsAndroid } from './sleep-as-android.ts'
import {
  fitbitTable,
  ouraTable,
  pleesTable,
  sleepmeterTable,
  whoopTable,
  withingsTable,
} from './tracker-tables.ts'

/** The exports of watches, rings and sleep apps that have marks of their own. */
export const TRACKER_READERS: readonly EvidenceReader[] = [
  appleHealth,
  fitbitLog,
  fitbitTable,
  ouraSleep,
  ouraTable,
  garminSleep,
  withingsTable,
  whoopTable,
  sleepAsAndroid,
  sleepmeterTable,
  pleesTable,
]
