import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import { type Release, readRelease } from '@nocturne/core/night'
import { UsageError } from './command.ts'

/** Releases of a series that are read at most. */
const MOST_RELEASES = 4096

/** A release and the file that it was read from. */
export type ReleaseFile = { readonly path: string; readonly release: Release }

/** Reads a release from a JSON file. Throws UsageError where it is none. */
export async function releaseFile(path: string): Promise<ReleaseFile> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path}: got ${error.code ?? error.message}, expected a release file`)
  })
  const release = readRelease(text)
  if (!release.ok) throw new UsageError(`${path}: ${describeProblem(release.problem)}`)
  return { path, release: release.value }
}

/**
 * A series of releases: the files as named, or the `.json` files of one folder, by name with the
 * numbers in them as numbers (r2 before r10). Throws UsageError for fewer than two.
 */
export async function releaseSeries(named: readonly string[]): Promise<ReleaseFile[]> {
  const [only] = named
  const folder = named.length === 1 && only !== undefined && (await isFolder(only))
  const paths = folder ? await filesOf(only) : named
  if (paths.length < 2 || paths.length > MOST_RELEASES) {
    const expected = `2 to ${MOST_RELEASES}, oldest first`
    throw new UsageError(`--bisect: got ${paths.length} release file(s), expected ${expected}`)
  }
  const series: ReleaseFile[] = []
  for (const path of paths) series.push(await releaseFile(path))
  return series
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

async function filesOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
  const { compare } = new Intl.Collator('en', { numeric: true })
  return names.sort(compare).map((name) => join(folder, name))
}
