import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'
import { callFacility, FACILITY_OPTION, tellAnswer, waitsText } from './facility-call.ts'

/** The options of `nocturne fleet approvals`. */
export const FLEET_APPROVALS_OPTIONS: Readonly<Record<string, CommandOption>> = {
  facility: FACILITY_OPTION,
}

/**
 * `nocturne fleet approvals [list]`, `approve N` by another person than asked, `withdraw N` (exit 1
 * where it is not followed). The positionals are the verb and the number.
 */
export async function runFleetApprovals(args: Arguments, io: Io): Promise<number> {
  const [verb = 'list', number, ...more] = args.positionals
  const path = '/v1/approvals'
  if (verb === 'list' && number === undefined) {
    return tellAnswer(await callFacility(args, { method: 'GET', path }), pendingText, args, io)
  }
  const isOne = /^\d{1,15}$/.test(number ?? '') && more.length === 0
  if (!isOne || (verb !== 'approve' && verb !== 'withdraw')) {
    const got = args.positionals.join(' ')
    throw new UsageError(`got "${got}", expected approvals list | approve|withdraw N`)
  }
  const of = verb === 'approve' ? `${path}/${number}` : `${path}/${number}/withdraw`
  const answer = await callFacility(args, { method: 'POST', path: of, body: {} })
  return tellAnswer(
    answer,
    () => `${verb === 'approve' ? 'done' : 'taken back'}: ${number}\n`,
    args,
    io,
  )
}

function pendingText({
  pending,
}: {
  readonly pending: readonly Parameters<typeof waitsText>[0][]
}) {
  return pending.length === 0 ? 'nothing waits\n' : pending.map(waitsText).join('')
}
