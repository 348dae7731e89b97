import { type FileBytes, openFileBytes } from '@nocturne/edge'
import { UsageError } from './command.ts'

/** A file on disk as a source of bytes, to be closed after use. */
export type FileSource = FileBytes

/**
 * Opens a file for reading by ranges; its size is taken once. Throws `UsageError` where there is no
 * file at the path.
 */
export async function fileSource(path: string): Promise<FileSource> {
  const opened = await openFileBytes(path)
  if (opened.ok) return opened.value
  const { where, got, expected } = opened.problem
  throw new UsageError(`${where}: got ${got}, expected ${expected}`)
}
