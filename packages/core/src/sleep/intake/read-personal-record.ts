import { fail, type Result } from '../../math/result.ts'
import { isTimeZone } from '../../math/time-zone.ts'
import type {
  ByteChunks,
  EvidenceCode,
  EvidenceOptions,
  PersonalRecord,
} from '../evidence/personal-record.ts'
import { openIntake } from './intake.ts'

/**
 * Reads what a file says of a person: a diary, a watch's or an app's export, a light or activity
 * logger's file, bare, gzipped, in a zip or in a workbook. The format is recognised by content.
 * Streams, and holds only what it keeps. Fails with UNKNOWN_FORMAT and a line that says what the
 * file looks like; CANCELLED when `options.cancelled` says so; a failing stream rejects.
 */
export async function readPersonalRecord(
  chunks: ByteChunks,
  options: EvidenceOptions = {},
): Promise<Result<PersonalRecord, EvidenceCode>> {
  const where = options.name ?? 'file'
  if (options.zone !== undefined && !isTimeZone(options.zone)) {
    return fail('TIME_ZONE', 'zone', `"${options.zone}"`, 'a name as Europe/Berlin, UTC or +02:00')
  }
  const intake = openIntake(options)
  let nRead = 0
  for await (const chunk of chunks) {
    if (options.cancelled?.() === true) {
      return fail('CANCELLED', where, 'a request to stop', 'the rest of the file')
    }
    const problem = intake.push(chunk)
    if (problem !== undefined) return { ok: false, problem }
    nRead += chunk.length
    options.onBytes?.(nRead)
  }
  return intake.end()
}
