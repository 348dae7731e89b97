import { type FileHandle, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A file being written, at places that the writer names. */
export type DiskFile = {
  /** Writes at `position`; resolves to how many bytes went in. Rejects with the system's error. */
  write(bytes: Uint8Array, position: number): Promise<number>
  truncate(length: number): Promise<void>
  /** Resolves when all that was written is on the medium. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** What a box needs of a file system; a test gives one that fails at will. */
export type Disk = {
  /** Makes a file that was not there, and its name durable. Rejects with EEXIST where one was. */
  create(path: string): Promise<DiskFile>
  /** Cuts a file that is there to so many bytes, on the medium too. */
  cut(path: string, length: number): Promise<void>
  /** Removes a file; false where there was none. */
  remove(path: string): Promise<boolean>
}

/** What a sleeper's head did at night is for the owner of the device to read. */
const OWNER_ONLY = 0o600

/** The machine's own file system. */
export const NODE_DISK: Disk = {
  create,
  cut,
  remove,
}

async function create(path: string): Promise<DiskFile> {
  const file = await open(path, 'wx', OWNER_ONLY)
  try {
    await syncFolder(dirname(path))
  } catch (error) {
    await file.close()
    await remove(path)
    throw error
  }
  return diskFile(file)
}

async function cut(path: string, length: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.truncate(length)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function remove(path: string): Promise<boolean> {
  try {
    await rm(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

function diskFile(file: FileHandle): DiskFile {
  return {
    write: async (bytes, position) =>
      (await file.write(bytes, 0, bytes.length, position)).bytesWritten,
    truncate: (length) => file.truncate(length),
    sync: () => file.datasync(),
    close: () => file.close(),
  }
}

/** A new name is only safe once its folder is; Windows has no such call and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
