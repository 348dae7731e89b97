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
import { callFacility, FACILITY_OPTION, type FacilityRequest, tellAnswer } from './facility-call.ts'
import { incidentText } from './fleet-text.ts'
import { type ReleaseFile, releaseFile, releaseSeries } from './release-files.ts'
import { changeText, sideText } from './replay-text.ts'

/** The options of `nocturne fleet incidents`. */
export const FLEET_INCIDENTS_OPTIONS: Readonly<Record<string, CommandOption>> = {
  good: { type: 'string', value: 'FILE', help: 'explain: the last good release' },
  suspect: { type: 'string', value: 'FILE', help: 'explain: the release under suspicion' },
  series: { type: 'string', value: 'DIR', help: 'explain: releases, to find which one brought it' },
  words: { type: 'string', value: 'TEXT', help: 'mitigate, note, close: what was done or found' },
  as: { type: 'string', value: 'END', help: 'close: mended, false-alarm or no-cause-found' },
  device: { type: 'string', value: 'ID', help: 'ask: whose sleeper is asked for a piece' },
  from: { type: 'string', value: 'TIME', help: 'ask: 2026-11-27T01:30:00Z, and --to: the span' },
  to: { type: 'string', value: 'TIME', help: 'ask: its end' },
  facility: FACILITY_OPTION,
}

/** Orders of a person to an incident, and whether they are given in words. */
const ORDERS: Readonly<Record<string, boolean>> = {
  ...{ ack: false, recover: false, mitigate: true, note: true, close: true },
}

/** What was found in one box. */
type Explained = {
  readonly box: string
  readonly clock?: string
  readonly departure: Departure
  readonly bisection?: Bisection & { readonly file?: string }
}

/**
 * `nocturne fleet incidents`: `explain BOX…` runs each box under two releases and names the first
 * decision in which the suspect departs (exit 1 where it departs in none), `post-mortem ID|FILE`;
 * at a facility `list`, `show ID`, `ask ID` (the sleeper of a device for a piece of its box), and
 * the orders `ack`, `mitigate`, `note`, `recover`, `close` (exit 1 where it is not followed). The
 * positionals are the verb and its files or id.
 */
export async function runFleetIncidents(args: Arguments, io: Io): Promise<number> {
  const [verb, ...files] = args.positionals
  const [one] = files
  if (verb === 'explain' && files.length > 0) return explain(files, args, io)
  if (verb === 'list' && files.length === 0) return list(args, io)
  if (one !== undefined && files.length === 1) {
    if (verb === 'post-mortem') return postMortem(one, args, io)
    if (verb === 'show')
      return tellAnswer(await callFacility(args, getOf(one)), incidentText, args, io)
    if (verb === 'ask') return ask(one, args, io)
    if (verb !== undefined && Object.hasOwn(ORDERS, verb)) return order(one, verb, args, io)
  }
  const expected = 'incidents explain BOX… | list | show|ack|ask|mitigate|… ID | post-mortem ID'
  throw new UsageError(`got "${args.positionals.join(' ')}", expected ${expected}`)
}

async function list(args: Arguments, io: Io): Promise<number> {
  const answer = await callFacility(args, { method: 'GET', path: '/v1/incidents' })
  const text = ({ incidents }: { readonly incidents: readonly Incident[] }): string =>
    incidents.length === 0 ? 'no incident\n' : incidents.map(incidentText).join('')
  return tellAnswer(answer, text, args, io)
}

/** Asks a sleeper for a piece; what comes of it is theirs to say. */
async function ask(id: string, args: Arguments, io: Io): Promise<number> {
  const device = args.text('device')
  if (device === undefined) throw new UsageError('--device: got nothing, expected whose box')
  const body = {
    do: 'ask-piece',
    device,
    fromMs: momentOf(args, 'from'),
    toMs: momentOf(args, 'to'),
  }
  const answer = await callFacility(args, { ...getOf(id), method: 'POST', body })
  return tellAnswer(answer, incidentText, args, io)
}

function momentOf(args: Arguments, option: 'from' | 'to'): number {
  const text = args.text(option)
  const ms = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text ?? '') ? Date.parse(text!) : Number.NaN
  if (Number.isFinite(ms)) return ms
  throw new UsageError(`--${option}: got ${text ?? 'nothing'}, expected 2026-11-27T01:30:00Z`)
}

async function order(id: string, verb: string, args: Arguments, io: Io): Promise<number> {
  const words = args.text('words')
  const ending = args.text('as')
  if (ORDERS[verb] && words === undefined) {
    throw new UsageError('--words: got nothing, expected what was done or found')
  }
  if (verb === 'close' && !/^(mended|false-alarm|no-cause-found)$/.test(ending ?? '')) {
    throw new UsageError(
      `--as: got ${ending ?? 'nothing'}, expected mended, false-alarm, no-cause-found`,
    )
  }
  const body = {
    ...{ do: verb },
    ...(ORDERS[verb] && { words }),
    ...(verb === 'close' && { as: ending }),
  }
  return tellAnswer(
    await callFacility(args, { ...getOf(id), method: 'POST', body }),
    incidentText,
    args,
    io,
  )
}

function getOf(id: string): FacilityRequest {
  return { method: 'GET', path: `/v1/incidents/${encodeURIComponent(id)}` }
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

async function postMortem(idOrFile: string, args: Arguments, io: Io): Promise<number> {
  const isId = /^i-\d+$/.test(idOrFile)
  const text = isId ? await asked(idOrFile, args) : await readFile(idOrFile, 'utf8').catch(unread)
  const incident = incidentOf(text)
  if (!incident) throw new UsageError(`${idOrFile}: got no incident, expected one as JSON`)
  io.out(args.flag('json') ? `${JSON.stringify(incident)}\n` : postMortemText(incident))
  return 0

  function unread(error: NodeJS.ErrnoException): never {
    throw new UsageError(`${idOrFile}: got ${error.code ?? error.message}, expected an incident`)
  }
}

async function asked(id: string, args: Arguments): Promise<string> {
  const answer = await callFacility(args, getOf(id))
  return answer.ok ? JSON.stringify(answer.value) : ''
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
