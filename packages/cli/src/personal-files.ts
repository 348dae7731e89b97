import { describeProblem, type TimeZone } from '@nocturne/core/math'
import { type PersonalRecord, readPersonalRecord } from '@nocturne/core/sleep'
import { byteChunks } from './byte-chunks.ts'
import { type Io, UsageError } from './command.ts'
import { fileSource } from './file-source.ts'

/**
 * Reads a diary, an export or a logger's file from disk, as large as it may be, and shows how far
 * it has come. Clocks that name no zone are of `zone`, else UTC. Throws `UsageError` with one line
 * for a file that cannot be read.
 */
export async function readPersonalFile(
  path: string,
  zone: TimeZone | undefined,
  io: Io,
): Promise<PersonalRecord> {
  const source = await fileSource(path)
  try {
    const label = `reading ${path}`
    const read = await readPersonalRecord(byteChunks(source), {
      name: path,
      zone,
      onBytes: (bytes) => io.progress(label, bytes / Math.max(1, source.size)),
      cancelled: () => io.signal.aborted,
    })
    io.progress(label, 1)
    if (!read.ok) {
      const line = describeProblem(read.problem)
      throw new UsageError(line.startsWith(path) ? line : `${path}: ${line}`)
    }
    return read.value
  } finally {
    await source.close()
  }
}
