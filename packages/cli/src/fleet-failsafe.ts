import { COHORT_SHARES, type FailsafeState, type LadderState } from '@nocturne/core/fleet'
import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'
import { callFacility, FACILITY_OPTION, tellAnswer } from './facility-call.ts'
import { momentText } from './fleet-text.ts'

/** The options of `nocturne fleet failsafe`. */
export const FLEET_FAILSAFE_OPTIONS: Readonly<Record<string, CommandOption>> = {
  why: { type: 'string', value: 'TEXT', help: 'failsafe: the reason, for the audit' },
  facility: FACILITY_OPTION,
}

/** The switch and the way back; what a facility has not said yet is left out. */
type Switch = {
  readonly failsafe?: FailsafeState | undefined
  readonly ladder?: LadderState | undefined
}

/**
 * `nocturne fleet failsafe [show]`, `pull --why …` by one person, `lift --why …` by two (exit 1
 * where it is not followed). Without a network a file named `failsafe` in the facility's folder
 * pulls it too. The positionals are the verb.
 */
export async function runFleetFailsafe(args: Arguments, io: Io): Promise<number> {
  const [verb = 'show', ...more] = args.positionals
  if (more.length > 0 || !['show', 'pull', 'lift'].includes(verb)) {
    const got = args.positionals.join(' ')
    throw new UsageError(`got "${got}", expected failsafe show|pull|lift`)
  }
  const path = '/v1/failsafe'
  if (verb === 'show') {
    return tellAnswer(await callFacility(args, { method: 'GET', path }), switchText, args, io)
  }
  const why = args.text('why')
  if (why === undefined || why.trim() === '') {
    throw new UsageError('--why: got nothing, expected the reason, for the audit')
  }
  const body = { do: verb, why, from: 'cli' }
  return tellAnswer(await callFacility(args, { method: 'POST', path, body }), switchText, args, io)
}

/** The switch and the way back in two lines for a person; times are UTC. */
export function switchText({ failsafe, ladder }: Switch): string {
  return `failsafe  ${failsafeText(failsafe)}\nway back  ${ladderText(ladder)}\n`
}

function failsafeText(failsafe: FailsafeState | undefined): string {
  if (failsafe === undefined) return 'not heard of'
  const { epoch, granting, ceiling, sinceMs, filePresent, incidentOpen, asked } = failsafe
  const since = sinceMs > 0 ? ` since ${momentText(sinceMs)}` : ''
  const state = granting ? `not pulled, up to ${ceiling}` : `PULLED${since}: everybody is natural`
  const also = [
    ...(filePresent ? ['its file lies on the disk'] : []),
    ...(incidentOpen ? ['an incident of the fleet is open'] : []),
    ...(asked ? [`${asked.operator} asked to lift it`] : []),
  ]
  return [`${state}, epoch ${epoch}`, ...also].join('; ')
}

function ladderText(ladder: LadderState | undefined): string {
  if (ladder === undefined) return 'not heard of'
  const { standing, cohorts } = ladder
  if (standing === 'level') return 'none: nothing was lost'
  const share = cohorts === 0 ? 0 : (COHORT_SHARES[cohorts - 1] ?? 1)
  const who = `control for ${share * 100} % of those who consented again`
  return standing === 'stopped' ? `stopped, ${who}; waits for a person` : `going on, ${who}`
}
