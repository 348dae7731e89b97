import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** A partition's state as text, and the offset of the first record that is not in it. */
export type Snapshot = { readonly offset: number; readonly text: string }

/** Where the states of partitions are kept, so that a start need not read the whole log. */
export type SnapshotPort = {
  /** The newest of a partition; undefined where there is none that is whole. */
  read(partition: number): Promise<Snapshot | undefined>
  /** Puts it in the place of the one before, whole or not at all. */
  write(partition: number, snapshot: Snapshot): Promise<void>
}

const OWNER_ONLY = 0o600

/** Snapshots as files of a folder: a line with the offset and the digest of the rest. */
export async function openSnapshots(folder: string): Promise<SnapshotPort> {
  await mkdir(folder, { recursive: true })
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
    write: async (partition, { offset, text }) => {
      const path = pathOf(folder, partition)
      const file = await open(`${path}.part`, 'w', OWNER_ONLY)
      try {
        await file.writeFile(`${offset} ${digestOf(text)}\n${text}`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${path}.part`, path)
    },
  }
}

function pathOf(folder: string, partition: number): string {
  return join(folder, `${String(partition).padStart(3, '0')}.snapshot`)
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
