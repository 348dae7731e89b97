import { open, rename, rm } from 'node:fs/promises'
import { type PlacedSound, wavChunks } from '@nocturne/core/night'

/** How a night is written as sound. */
export type WavOptions = {
  readonly seconds: number
  readonly rateHz: number
  /** A sham arm: the same file, all of it silence. */
  readonly muted: boolean
}

/** Writes a night's sounds as a WAV file; whole or not at all. Rejects with the system's error. */
export async function writeWav(
  path: string,
  sounds: readonly PlacedSound[],
  { seconds, rateHz, muted }: WavOptions,
): Promise<void> {
  const draft = `${path}.${process.pid}.draft`
  const file = await open(draft, 'w')
  try {
    for (const chunk of wavChunks(sounds, seconds, rateHz, muted)) await file.write(chunk)
    await file.sync()
    await file.close()
    await rename(draft, path)
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(draft, { force: true })
    throw error
  }
}
