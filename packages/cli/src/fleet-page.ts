import type { Outcome, TargetState } from '@nocturne/facility'
import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'
import { callFacility, FACILITY_OPTION, tellAnswer } from './facility-call.ts'
import { momentText } from './fleet-text.ts'

/** The options of `nocturne fleet page`. */
export const FLEET_PAGE_OPTIONS: Readonly<Record<string, CommandOption>> = {
  facility: FACILITY_OPTION,
}

/** A way that does not answer is given up after half a minute; the centre tells of it then, ms. */
const TEST_MS = 40_000

/**
 * `nocturne fleet page [list]`: the ways by which people are called, exit 1 where one does not
 * work; `test` sends a page that says it is a test, exit 1 unless it arrived by every way.
 */
export async function runFleetPage(args: Arguments, io: Io): Promise<number> {
  const [verb = 'list', ...more] = args.positionals
  if (more.length > 0 || (verb !== 'list' && verb !== 'test')) {
    throw new UsageError(`got "${args.positionals.join(' ')}", expected page list | test`)
  }
  const path = '/v1/pages'
  if (verb === 'list') {
    const answer = await callFacility(args, { method: 'GET', path })
    const code = tellAnswer(answer, waysText, args, io)
    const { targets = [] } = (answer.ok ? answer.value : {}) as Partial<Ways>
    return targets.every(({ failingSinceMs }) => failingSinceMs === undefined) ? code : 1
  }
  const test = { method: 'POST', path: `${path}/test`, body: {}, patienceMs: TEST_MS } as const
  const answer = await callFacility(args, test)
  const code = tellAnswer(answer, outcomesText, args, io)
  const { outcomes = [] } = (answer.ok ? answer.value : {}) as Partial<Outcomes>
  return outcomes.length > 0 && outcomes.every(({ isTold }) => isTold) ? code : 1
}

type Ways = { readonly targets: readonly TargetState[] }
type Outcomes = { readonly outcomes: readonly Outcome[] }

const NOBODY = 'nobody is called: nocturne facility --page-webhook URL, or --page-mail\n'

function waysText({ targets }: Ways): string {
  if (targets.length === 0) return NOBODY
  return targets.map((way) => `${wayText(way)}\n`).join('')
}

/** How a way does, for a person; times are UTC. */
export function wayText(way: TargetState): string {
  return `${way.kind} ${way.label}: ${stateText(way)}`
}

function stateText({ waiting, toldMs, failingSinceMs, why }: TargetState): string {
  if (failingSinceMs !== undefined) {
    return `takes nothing since ${momentText(failingSinceMs)} (${why ?? ''}), ${waiting} wait`
  }
  return toldMs === undefined ? 'not used since the start' : `last at ${momentText(toldMs)}`
}

function outcomesText({ outcomes }: Outcomes): string {
  if (outcomes.length === 0) return NOBODY
  return outcomes
    .map(({ kind, label, isTold, why }) => {
      return `${kind} ${label}: ${isTold ? 'arrived' : `did not arrive (${why ?? ''})`}\n`
    })
    .join('')
}
