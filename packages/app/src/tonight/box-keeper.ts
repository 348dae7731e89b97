import { REHEARSED_BOX } from './rehearsed-box.ts'

/** Where the bytes of a box go while a night runs. */
export type BoxKeeper = {
  add(bytes: Uint8Array): void
  /** The box, where it was kept in memory alone. */
  close(): File | undefined
}

/** A file that can be written in place, as workers have it; TypeScript's DOM does not know it. */
type SyncFile = {
  write(bytes: Uint8Array, at: { readonly at: number }): number
  truncate(size: number): void
  flush(): void
  close(): void
}
type SyncHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> }

/** Keeps a box in the browser's own file system, or in memory where there is none. */
export async function openKeeper(): Promise<BoxKeeper> {
  try {
    const folder = await navigator.storage.getDirectory()
    const handle = (await folder.getFileHandle(REHEARSED_BOX, { create: true })) as SyncHandle
    return fileKeeper(await handle.createSyncAccessHandle())
  } catch {
    return memoryKeeper()
  }
}

function fileKeeper(file: SyncFile): BoxKeeper {
  file.truncate(0)
  let size = 0
  return {
    add: (bytes) => {
      size += file.write(bytes, { at: size })
    },
    close: () => {
      file.flush()
      file.close()
      return undefined
    },
  }
}

function memoryKeeper(): BoxKeeper {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  return {
    add: (bytes) => void pieces.push(Uint8Array.from(bytes)),
    close: () => new File(pieces, REHEARSED_BOX),
  }
}
