import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Io, UsageError } from './command.ts'
import { makeExample } from './example.ts'

/**
 * The folder of the built page: beside the bundle when published, built from source in a checkout.
 */
export async function appFolder(io: Io): Promise<string> {
  const published = fileURLToPath(new URL('./app', import.meta.url))
  if (existsSync(published)) return published
  const build = new URL('../build.js', import.meta.url)
  if (!existsSync(build)) throw new UsageError(`${published}: got nothing, expected the built page`)
  io.err('Preparing the page and its example night …\n')
  const { buildAppWhenStale } = (await import(build.href)) as {
    buildAppWhenStale(make: (folder: string) => Promise<void>): Promise<string>
  }
  return buildAppWhenStale((folder) => makeExample(folder, io))
}
