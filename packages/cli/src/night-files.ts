import { join } from 'node:path'
import {
  type Hypnogram,
  hypnogramEdf,
  type Night,
  nightDocument,
  nightFigure,
  nightReport,
} from '@nocturne/core/sleep'
import { pictureOf } from './picture.ts'
import { writeWholeFile } from './whole-file.ts'

/**
 * Writes a night into a folder: night.json, report.html, hypnogram.png and hypnogram.edf, each
 * whole or not at all; the report shows `command`, the words that made it. Resolves to their paths.
 * Rejects with the system's error when the disk refuses.
 */
export async function writeNight(
  folder: string,
  night: Night,
  command: readonly string[],
): Promise<string[]> {
  const picture = await pictureOf(nightFigure(night))
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ['night.json', nightJson(night)],
    ['report.html', nightReport(night, { command })],
    ['hypnogram.png', picture],
    ['hypnogram.edf', hypnogramEdf(hypnogramOfNight(night))],
  ]
  const paths: string[] = []
  for (const [name, content] of files) {
    const path = join(folder, name)
    await writeWholeFile(path, content)
    paths.push(path)
  }
  return paths
}

/** The bytes of night.json: the document on one line, and a newline. */
export function nightJson(night: Night): string {
  return `${JSON.stringify(nightDocument(night))}\n`
}

function hypnogramOfNight(night: Night): Hypnogram {
  const { epochS, stages, probabilities, recording } = night
  const { startTime } = recording
  return { epochS, stages, probabilities, ...(startTime !== undefined && { startTime }) }
}
