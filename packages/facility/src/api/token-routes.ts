import { mayDo, ROLES } from '../operator/role.ts'
import type { Centre } from './centre.ts'
import { nothing, type Route, refused } from './route.ts'
import { list, moment, object, oneOf, personName, type Schema, text } from './schema.ts'

const ID = text(/^[0-9a-f]{12}$/)
const SHOWN = object({
  ...{ id: ID, operator: personName, role: oneOf(...ROLES), 'lastFour?': text(/^[\w-]{4}$/) },
  ...{ 'madeMs?': moment, 'usedMs?': moment, untilMs: moment },
})
const END: Schema = object({ do: oneOf('revoke') })

/** Tokens for command lines: made and ended each for itself. Rule F90 of SPEC.md. */
export function tokenRoutes(centre: Centre): Route[] {
  const { clock, register, tokens } = centre
  return [
    {
      ...{ method: 'GET', path: '/v1/tokens', name: 'tokens', deed: 'look' },
      summary: 'The own tokens; those of everybody for whoever may take a role away',
      answer: object({ tokens: list(SHOWN) }),
      handle: async ({ person }) => {
        const { name, role } = person!
        const of = mayDo(role, 'remove-operator') ? undefined : name
        return { tokens: await tokens.list(clock.nowMs(), of) }
      },
    },
    {
      ...{ method: 'POST', path: '/v1/tokens', name: 'makeToken', deed: 'look', status: 201 },
      summary: 'A token for the own command line, told once; good for ninety days',
      ...{ body: object({}), answer: object({ token: { type: 'string' } }) },
      handle: async ({ person }) => {
        const token = await tokens.make(person!.name, clock.nowMs())
        if (token === undefined) throw refused('too-many-tokens')
        return { token }
      },
    },
    {
      ...{ method: 'POST', path: '/v1/tokens/{token}', name: 'revokeToken', deed: 'look' },
      summary: 'Ends one of the own tokens, and the sign-ins that were begun with it',
      ...{ params: { token: ID }, body: END, answer: object({}) },
      handle: async ({ params, person }) => {
        await revoke(centre, person!.name, params.token!)
        return {}
      },
    },
    {
      ...{ method: 'POST', path: '/v1/operators/{operator}/tokens/{token}', name: 'revokeTokenOf' },
      summary: 'Ends a token of somebody, and the sign-ins begun with it; by one person, at once',
      ...{ deed: 'remove-operator', params: { operator: personName, token: ID } },
      ...{ body: END, answer: object({}) },
      handle: async ({ params, person }) => {
        const [owner, by] = [params.operator!, person!.name]
        await revoke(centre, owner, params.token!)
        if (owner !== by) await register.tookKey(owner, by, clock.nowMs())
        return {}
      },
    },
  ]
}

async function revoke({ tokens }: Centre, owner: string, id: string): Promise<void> {
  if (!(await tokens.revoke(owner, id))) throw nothing(`token ${id}`)
}
