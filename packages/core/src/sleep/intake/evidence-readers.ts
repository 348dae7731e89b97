import { appleHealth } from '../diary/apple-health.ts'
import { jsonDiary, plainDiary } from '../diary/plain-diary.ts'
import type { EvidenceReader } from '../evidence/evidence-reader.ts'
import { LOGGER_READERS } from '../logger/logger-readers.ts'

/** Every format that is read, in the order in which they are asked. */
export const EVIDENCE_READERS: readonly EvidenceReader[] = [
  appleHealth,
  ...LOGGER_READERS,
  jsonDiary,
  plainDiary,
]
