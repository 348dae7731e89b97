import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'
import { callFacility, FACILITY_OPTION, tellAnswer } from './facility-call.ts'
import { switchText } from './fleet-failsafe.ts'

/** The options of `nocturne fleet ladder`. */
export const FLEET_LADDER_OPTIONS: Readonly<Record<string, CommandOption>> = {
  facility: FACILITY_OPTION,
}

/**
 * `nocturne fleet ladder [show]`, `stop` by one person, which takes control back from all wherever
 * the fleet stands, `resume` by two (exit 1 where it is not followed). The positionals are the
 * verb.
 */
export async function runFleetLadder(args: Arguments, io: Io): Promise<number> {
  const [verb = 'show', ...more] = args.positionals
  if (more.length > 0 || !['show', 'stop', 'resume'].includes(verb)) {
    const got = args.positionals.join(' ')
    throw new UsageError(`got "${got}", expected ladder show|stop|resume`)
  }
  const ask =
    verb === 'show'
      ? ({ method: 'GET', path: '/v1/failsafe' } as const)
      : ({ method: 'POST', path: '/v1/ladder', body: { do: verb } } as const)
  return tellAnswer(await callFacility(args, ask), switchText, args, io)
}
