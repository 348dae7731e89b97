import { describeProblem } from '@nocturne/core/math'
import { boxScenes, type NightHeader } from '@nocturne/core/night'
import type { ByteSource } from '@nocturne/core/signal'
import { type BoxSources, openBoxSources } from '@nocturne/edge'
import { UsageError } from './command.ts'

/** Opens a box and its segments for the length of some work. Throws UsageError for no such file. */
export async function withBox<T>(path: string, work: (box: BoxSources) => Promise<T>): Promise<T> {
  const opened = await openBoxSources(path)
  if (!opened.ok) throw new UsageError(describeProblem(opened.problem))
  try {
    return await work(opened.value)
  } finally {
    await opened.value.close()
  }
}

/** The start of the night that a box holds. Throws UsageError where it holds none. */
export async function headerOf(sources: readonly ByteSource[], path: string): Promise<NightHeader> {
  for await (const scene of boxScenes(sources)) {
    if (scene.kind === 'start') return scene.header
    if (scene.kind === 'problem') throw new UsageError(describeProblem(scene.problem))
    break
  }
  throw new UsageError(`${path}: got no start of a night, expected a black box with one`)
}
