import { readFile } from 'node:fs/promises'
import {
  bisectDeparture,
  type Departure,
  departure,
  type Incident,
  postMortemText,
} from '@nocturne/core/fleet'
import { describeProblem } from '@nocturne/core/math'
import { type Bisection, loadStarterStager, nightClock, nightOf } from '@nocturne/core/night'
import { headerOf, withBox } from './box-reading.ts'
import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'
import { type ReleaseFile, releaseFile, releaseSeries } from './release-files.ts'
import { changeText, sideText } from './replay-text.ts'

/** The options of `nocturne fleet incidents`. */
export const FLEET_INCIDENTS_OPTIONS: Readonly<Record<string, CommandOption>> = {
  good: { type: 'string', value: 'FILE', help: 'explain: the last good release' },
  suspect: { type: 'string', value: 'FILE', help: 'explain: the release under suspicion' },
  series: { type: 'string', value: 'DIR', help: 'explain: releases, to find which one brought it' },
}

/** What was found in one box. */
type Explained = {
  readonly box: string
  readonly clock?: string
  readonly departure: Departure
  readonly bisection?: Bisection & { readonly file?: string }
}

/**
 * `nocturne fleet incidents explain BOX…` and `post-mortem FILE`. The positionals are the verb and
 * its files. Explaining runs each box under two releases and names the first decision in which the
 * suspect departs; exit 1 where it departs in none.
 */
export async function runFleetIncidents(args: Arguments, io: Io): Promise<number> {
  const [verb, ...files] = args.positionals
  if (verb === 'explain' && files.length > 0) return explain(files, args, io)
  if (verb === 'post-mortem' && files.length === 1) return postMortem(files[0]!, args, io)
  const expected = 'incidents explain BOX… | post-mortem FILE'
  throw new UsageError(`got "${args.positionals.join(' ')}", expected ${expected}`)
}

async function explain(files: readonly string[], args: Arguments, io: Io): Promise<number> {
  const lastGood = await named(args, 'good')
  const suspect = await named(args, 'suspect')
  const folder = args.text('series')
  const series = folder === undefined ? undefined : await releaseSeries([folder])
  const found: Explained[] = []
  for (const [k, path] of files.entries()) {
    io.progress('explaining', k / files.length)
    found.push(await explained(path, { lastGood, suspect }, series))
  }
  io.progress('explaining', 1)
  const text = found.map((one) => explainedText(one, { lastGood, suspect })).join('')
  io.out(args.flag('json') ? `${JSON.stringify({ boxes: found })}\n` : text)
  return found.some((one) => one.departure.first) ? 0 : 1
}

type Pair = { readonly lastGood: ReleaseFile; readonly suspect: ReleaseFile }

async function explained(
  path: string,
  { lastGood, suspect }: Pair,
  series: readonly ReleaseFile[] | undefined,
): Promise<Explained> {
  return withBox(path, async ({ sources }) => {
    const header = await headerOf(sources, path)
    const options = { loop: nightOf({ stager: await loadStarterStager() }) }
    const pair = { lastGood: lastGood.release, suspect: suspect.release }
    const result = await departure(sources, options, pair)
    if (!result.ok) throw new UsageError(describeProblem(result.problem))
    const { first } = result.value
    const one = { box: path, departure: result.value }
    const told = first ? { ...one, clock: nightClock(header, first.atS * 1000) } : one
    if (!first || series === undefined) return told
    const releases = series.map(({ release }) => release)
    const bisection = await bisectDeparture(sources, options, releases, result.value)
    if (!bisection.ok) throw new UsageError(describeProblem(bisection.problem))
    const { index } = bisection.value
    const file = index === undefined ? {} : { file: series[index]!.path }
    return { ...told, bisection: { ...bisection.value, ...file } }
  })
}

function explainedText({ box, clock, departure: found, bisection }: Explained, pair: Pair): string {
  const { first, changes, inputs } = found
  if (!first) return `${box}: the same decisions all along (${inputs} inputs)\n`
  const lines = [
    `${box}: first at ${clock} (${first.atS} s), ${first.field} ${String(first.was)} -> ${String(first.is)}`,
  ]
  const { was, is } = first.decisions ?? {}
  if (was) lines.push(sideText('was', pair.lastGood.release, was))
  if (is) lines.push(sideText('is', pair.suspect.release, is))
  lines.push(...changes.map(changeText))
  if (bisection) {
    const brought = bisection.file ?? 'none of the series'
    lines.push(`  brought by ${brought} (${bisection.replays} replays)`)
  }
  return `${lines.join('\n')}\n`
}

async function postMortem(file: string, args: Arguments, io: Io): Promise<number> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file}: got ${error.code ?? error.message}, expected an incident`)
  })
  const incident = incidentOf(text)
  if (!incident) throw new UsageError(`${file}: got no incident, expected one as JSON`)
  io.out(args.flag('json') ? `${JSON.stringify(incident)}\n` : postMortemText(incident))
  return 0
}

/** An incident as the centre exports it; what its lists hold is the centre's own. */
function incidentOf(text: string): Incident | undefined {
  try {
    const value = JSON.parse(text) as Partial<Incident> | null
    const lists = [value?.evidence, value?.cohorts, value?.actions, value?.pieces, value?.timeline]
    const isOne = typeof value?.id === 'string' && typeof value.openedMs === 'number'
    return isOne && lists.every(Array.isArray) ? (value as Incident) : undefined
  } catch {
    return undefined
  }
}

async function named(args: Arguments, option: 'good' | 'suspect'): Promise<ReleaseFile> {
  const file = args.text(option)
  if (file !== undefined) return releaseFile(file)
  throw new UsageError(`--${option}: got nothing, expected the file of a release`)
}
