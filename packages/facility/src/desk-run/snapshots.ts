import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PART_END, writeWhole } from '../store/whole-file.ts'

/** A partition's state as text, and the offset of the first record that is not in it. */
export type Snapshot = { readonly offset: number; readonly text: string }

/** Where the states of partitions are kept, so that a start need not read the whole log. */
export type SnapshotPort = {
  /** The newest of a partition; undefined where there is none that is whole. */
  read(partition: number): Promise<Snapshot | undefined>
  /** Puts it in the place of the one before, whole or not at all. */
  write(partition: number, snapshot: Snapshot): Promise<void>
}

/**
 * Snapshots as files of a folder: a line with the offset and the digest of the rest. What a process
 * before left half written is taken away.
 */
export async function openSnapshots(folder: string): Promise<SnapshotPort> {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) {
    if (name.endsWith(PART_END)) await rm(join(folder, name), { force: true })
  }
  return {
    read: async (partition) => {
      const bytes = await readFile(pathOf(folder, partition)).catch(() => undefined)
      if (bytes === undefined) return undefined
      const end = bytes.indexOf(10)
      const [offset, digest] = bytes.toString('latin1', 0, Math.max(0, end)).split(' ')
      const text = bytes.toString('utf8', end + 1)
      const isWhole = digest === digestOf(text) && Number.isSafeInteger(Number(offset))
      return isWhole ? { offset: Number(offset), text } : undefined
    },
    write: (partition, { offset, text }) =>
      writeWhole(pathOf(folder, partition), `${offset} ${digestOf(text)}\n${text}`),
  }
}

function pathOf(folder: string, partition: number): string {
  return join(folder, `${String(partition).padStart(3, '0')}.snapshot`)
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
