import { createWriteStream } from 'node:fs'
import { bigAppleExport } from './apple-export.ts'

/** Writes a made-up export of at least `bytes` bytes; resolves to its nights. */
export async function writeAppleExport(path: string, bytes: number): Promise<number> {
  const { nights, pieces } = bigAppleExport(bytes)
  const file = createWriteStream(path)
  for (const piece of pieces()) {
    if (!file.write(piece)) await new Promise((resolve) => file.once('drain', () => resolve(null)))
  }
  await new Promise<void>((resolve) => file.end(resolve))
  return nights
}
