/** Time in which a browser has begun to write a file that was handed to it, ms. */
const HANDED_OVER_MS = 60_000

/** Lets the browser save bytes as a file of this name. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), HANDED_OVER_MS)
}

/** Lets the browser save a text as a file of this name. */
export function saveText(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type }))
}
