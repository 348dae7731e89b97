import { fail, ok, type Result } from '@nocturne/core/math'
import { type FileBytes, openFileBytes } from '../source/file-bytes.ts'
import { segmentPath } from './box-file.ts'

/** Segments that are read of one box: years of nights. */
const MOST_SEGMENTS = 10_000

/** The segments of a box on disk as sources of bytes, in order, to be closed after use. */
export type BoxSources = {
  readonly sources: readonly FileBytes[]
  close(): Promise<void>
}

/** Opens a box and the segments beside it. Fails with BOX_FILE where there is none to read. */
export async function openBoxSources(path: string): Promise<Result<BoxSources, 'BOX_FILE'>> {
  const sources: FileBytes[] = []
  for (let segment = 0; segment < MOST_SEGMENTS; segment++) {
    const opened = await openFileBytes(segmentPath(path, segment))
    if (!opened.ok && segment > 0) break
    if (!opened.ok) {
      const { where, got, expected } = opened.problem
      return fail('BOX_FILE', where, got, expected)
    }
    sources.push(opened.value)
  }
  const close = async (): Promise<void> => {
    for (const source of sources) await source.close()
  }
  return ok({ sources, close })
}
