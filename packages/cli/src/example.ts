import { join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import { openEdf, writeEdf } from '@nocturne/core/signal'
import { packNight, readNight, synthesizeNight } from '@nocturne/core/sleep'
import type { Io } from './command.ts'
import { fileSource } from './file-source.ts'
import { openModel } from './model-shelf.ts'
import { nightJson } from './night-files.ts'
import { writeWholeFile } from './whole-file.ts'

const EXAMPLE = { hours: 8, seed: 2045, rateHz: 128 } as const

/**
 * Makes the example night up, reads it as any other, and writes both into a folder for the page.
 */
export async function makeExample(folder: string, io: Io): Promise<void> {
  const path = join(folder, 'example.edf')
  const made = synthesizeNight(EXAMPLE, (done) => io.progress('making the example night', done / 2))
  await writeWholeFile(path, writeEdf(made.recording))
  const source = await fileSource(path)
  try {
    const edf = await openEdf(source)
    if (!edf.ok) throw new Error(describeProblem(edf.problem))
    const night = await readNight(edf.value, {
      file: 'example.edf',
      model: await openModel('starter'),
      onProgress: (label, done) => io.progress(label, 0.5 + done / 2),
    })
    if (!night.ok) throw new Error(describeProblem(night.problem))
    await writeWholeFile(join(folder, 'night.json'), nightJson(night.value))
    await writeWholeFile(join(folder, 'night.packed.json'), packNight(night.value))
  } finally {
    await source.close()
  }
}
