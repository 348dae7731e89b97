/** Name of the box that a rehearsal writes in the browser's own file system. */
export const REHEARSED_BOX = 'rehearsal.box'

/** Where the browser has no file system of its own, the box of this visit. */
let kept: File | undefined

/** Keeps a box for as long as the page is open. */
export function keepBox(file: File): void {
  kept = file
}

/** The box of the last rehearsal in this browser; undefined where there was none. */
export async function rehearsedBox(): Promise<File | undefined> {
  if (kept) return kept
  try {
    const folder = await navigator.storage.getDirectory()
    const file = await (await folder.getFileHandle(REHEARSED_BOX)).getFile()
    return file.size > 0 ? file : undefined
  } catch {
    return undefined
  }
}
