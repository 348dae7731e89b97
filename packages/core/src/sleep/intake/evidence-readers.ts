import { jsonDiary, plainDiary } from '../diary/plain-diary.ts'
import { sleepChart } from '../diary/sleep-chart.ts'
import { TRACKER_READERS } from '../diary/tracker-readers.ts'
import type { EvidenceReader } from '../evidence/evidence-reader.ts'
import { LOGGER_READERS } from '../logger/logger-readers.ts'

/**
 * Every format that is read, in the order in which they are asked: those with marks of their own
 * first, then any table of nights, then the one that has no mark at all.
 */
export const EVIDENCE_READERS: readonly EvidenceReader[] = [
  ...TRACKER_READERS,
  ...LOGGER_READERS,
  jsonDiary,
  plainDiary,
  sleepChart,
]
