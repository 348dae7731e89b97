import type { FailsafeState, LadderState } from '@nocturne/core/fleet'
import type { Mode } from '@nocturne/core/night'
import type { TargetState } from '@nocturne/facility'
import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'
import { callFacility, FACILITY_OPTION, tellAnswer } from './facility-call.ts'
import { switchText } from './fleet-failsafe.ts'
import { wayText } from './fleet-page.ts'

/** The options of `nocturne fleet status`. */
export const FLEET_STATUS_OPTIONS: Readonly<Record<string, CommandOption>> = {
  watch: { type: 'boolean', help: 'status: again every two seconds until Ctrl-C' },
  facility: FACILITY_OPTION,
}

/** What a facility says of its fleet; rows that are not there yet are left out. */
type FleetRows = {
  readonly status?: {
    readonly enrolled: number
    readonly online: number
    readonly modes: Readonly<Record<Mode, number>>
    readonly releases: readonly { readonly release: number; readonly devices: number }[]
    readonly dark: readonly string[]
  }
  readonly failsafe?: FailsafeState
  readonly ladder?: LadderState
  /** By which ways people are called. */
  readonly pages?: readonly TargetState[]
}

const WATCH_MS = 2000
/** Puts the cursor at the top of an empty screen. */
const CLEAR = '\u001B[H\u001B[2J'

/** `nocturne fleet status`: how many sleep, in which modes, and what holds for all of them. */
export async function runFleetStatus(args: Arguments, io: Io): Promise<number> {
  if (args.positionals.length > 0) {
    throw new UsageError(`got "${args.positionals.join(' ')}", expected fleet status`)
  }
  const look = async (): Promise<number> =>
    tellAnswer(await callFacility(args, { method: 'GET', path: '/v1/fleet' }), statusText, args, io)
  if (!args.flag('watch')) return look()
  if (args.flag('json')) throw new UsageError('--watch: got it with --json, expected one document')
  while (!io.signal.aborted) {
    if (process.stdout.isTTY) io.out(CLEAR)
    await look()
    await aWhile(io.signal)
  }
  return 0
}

/** A fleet in a few lines for a person. */
export function statusText({ status, failsafe, ladder, pages = [] }: FleetRows): string {
  const lines: string[] = []
  if (status === undefined) lines.push('no device yet')
  else {
    const { enrolled, online, modes, releases, dark } = status
    const running = releases.map(
      ({ release, devices }) => `${release === 0 ? 'as shipped' : release} on ${devices}`,
    )
    lines.push(
      `devices   ${online} of ${enrolled} here`,
      `modes     natural ${modes.natural}, guidance ${modes.guidance}, control ${modes.control}`,
      `releases  ${running.join(', ') || 'none'}`,
      `silent    ${dark.join(', ') || 'no district'}`,
    )
  }
  const failing = pages.filter(({ failingSinceMs }) => failingSinceMs !== undefined)
  for (const way of failing) lines.push(`calls     ${wayText(way)}`)
  return `${lines.join('\n')}\n${switchText({ failsafe, ladder })}`
}

/** Resolves after the time between two looks, or when it is over. */
function aWhile(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(alarm)
      signal.removeEventListener('abort', end)
      done()
    }
    const alarm = setTimeout(end, WATCH_MS)
    signal.addEventListener('abort', end)
  })
}
