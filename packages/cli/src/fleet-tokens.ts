import type { TokenShown } from '@nocturne/facility'
import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'
import { callFacility, FACILITY_OPTION, tellAnswer } from './facility-call.ts'
import { momentText } from './fleet-text.ts'

/** The options of `nocturne fleet tokens`. */
export const FLEET_TOKENS_OPTIONS: Readonly<Record<string, CommandOption>> = {
  facility: FACILITY_OPTION,
}

const PATH = '/v1/tokens'
const ID = /^[0-9a-f]{12}$/

type Told = { readonly tokens: readonly TokenShown[] }

/**
 * `nocturne fleet tokens [list]`, whose they are and when they were used last; `make`, a new one of
 * one's own, told once; `revoke ID`, at once (exit 1 where there is none). The positionals are the
 * verb and the id.
 */
export async function runFleetTokens(args: Arguments, io: Io): Promise<number> {
  const [verb = 'list', id, ...more] = args.positionals
  if (verb === 'revoke' && id !== undefined && ID.test(id) && more.length === 0) {
    return revoke(id, args, io)
  }
  if ((verb !== 'list' && verb !== 'make') || id !== undefined) {
    const got = args.positionals.join(' ')
    throw new UsageError(`got "${got}", expected tokens list | make | revoke ID`)
  }
  if (verb === 'list') {
    return tellAnswer(await callFacility(args, { method: 'GET', path: PATH }), tokensText, args, io)
  }
  const made = await callFacility(args, { method: 'POST', path: PATH, body: {} })
  return tellAnswer(made, ({ token }: { readonly token: string }) => `${token}\n`, args, io)
}

async function revoke(id: string, args: Arguments, io: Io): Promise<number> {
  const told = await callFacility(args, { method: 'GET', path: PATH })
  if (!told.ok) return tellAnswer(told, String, args, io)
  const owner = (told.value as Told).tokens.find((token) => token.id === id)?.operator
  if (owner === undefined) return tellAnswer({ ok: false, refused: 'unknown' }, String, args, io)
  const me = await callFacility(args, { method: 'GET', path: '/v1/me' })
  const isOwn = me.ok && (me.value as { readonly name: string }).name === owner
  const path = isOwn ? `${PATH}/${id}` : `/v1/operators/${owner}/tokens/${id}`
  const answer = await callFacility(args, { method: 'POST', path, body: { do: 'revoke' } })
  return tellAnswer(answer, () => `revoked: ${id} of ${owner}\n`, args, io)
}

function tokensText({ tokens }: Told): string {
  const rows = tokens.map(({ id, operator, role, lastFour, madeMs, usedMs, untilMs }) => {
    const made = madeMs === undefined ? 'made before this was kept' : `made ${momentText(madeMs)}`
    const used = usedMs === undefined ? 'not used' : `used ${momentText(usedMs)}`
    const end = lastFour === undefined ? '' : ` …${lastFour}`
    return `${id}  ${operator} (${role})${end}: ${made}, ${used}, until ${momentText(untilMs)}\n`
  })
  return rows.length === 0 ? 'no token\n' : rows.join('')
}
