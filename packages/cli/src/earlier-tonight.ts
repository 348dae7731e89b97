import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import { boxEnd, eveningOf, historyOf, type LiveStagerModel } from '@nocturne/core/night'
import { type EarlierPart, earlierPart, type Source } from '@nocturne/edge'
import { headerOf, withBox } from './box-reading.ts'
import { type Arguments, type Io, UsageError } from './command.ts'
import { homeFolder } from './model-shelf.ts'
import { keptNights } from './night-log-file.ts'

/** Where boxes are kept whose file nobody named. */
export function boxesFolder(): string {
  return join(homeFolder(), 'boxes')
}

/** A night that goes on: the box of its first part, and what that tells. */
export type EarlierTonight = { readonly path: string; readonly part: EarlierPart }

/**
 * The part of tonight that this machine lived before, where its controller was lost: in the box
 * that is named, or the last one in the home folder when the log of nights says that tonight had
 * begun. Undefined at the start of a night. A box that cannot be gone on from is told, and an error
 * where it was named; the night's history is unknown then, and nothing but the alarm acts.
 */
export async function earlierTonight(
  args: Arguments,
  source: Source,
  stager: LiveStagerModel | undefined,
  io: Io,
): Promise<EarlierTonight | undefined> {
  const timeZone = zoneOf(args, source)
  const evening = eveningOf(timeZone, Date.now())
  const named = args.text('box')
  const path = named === undefined ? await lastBox(evening) : named
  if (path === undefined || !existsSync(path)) return undefined
  if (await isEmpty(path)) {
    // Killed before anything was acknowledged: there is nothing to go on from, or to keep.
    await rm(path)
    return undefined
  }
  const began = await startOf(path)
  if (began === undefined || eveningOf(began.timeZone, began.startMs) !== evening) {
    if (named === undefined) return undefined
    throw new UsageError(`${path}: got a file that is there, expected a new one or tonight's box`)
  }
  const part = await earlierPart(path, stager, (done) => io.progress('the night so far', done))
  io.progress('', 1)
  if (part.ok) return { path, part: part.value }
  if (named !== undefined) throw new UsageError(describeProblem(part.problem))
  io.err(`${describeProblem(part.problem)}; nothing but the alarm acts tonight\n`)
  return undefined
}

/** The sleeper's time zone: as said, or as the source knows it. */
export function zoneOf(args: Arguments, { description }: Source): string {
  return args.text('zone') ?? description.timeZone ?? 'UTC'
}

/** The last box of the home folder, where the log does not let tonight begin anew (rule N53). */
async function lastBox(evening: string): Promise<string | undefined> {
  if (Object.keys(historyOf(await keptNights(), evening)).length > 0) return undefined
  const names = await readdir(boxesFolder()).catch(() => [])
  const last = names
    .filter((name) => name.endsWith('.box'))
    .sort()
    .at(-1)
  return last === undefined ? undefined : join(boxesFolder(), last)
}

async function isEmpty(path: string): Promise<boolean> {
  const end = await withBox(path, ({ sources }) => boxEnd(sources))
  return !end.ok && end.problem.code === 'BOX_EMPTY'
}

async function startOf(
  path: string,
): Promise<{ readonly timeZone: string; readonly startMs: number } | undefined> {
  try {
    return await withBox(path, ({ sources }) => headerOf(sources, path))
  } catch (error) {
    if (error instanceof UsageError) return undefined
    throw error
  }
}
