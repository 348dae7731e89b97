import type { Person } from '../operator/approval.ts'
import { withdraw } from '../operator/approval.ts'
import { tokenId } from '../operator/operator-tokens.ts'
import { ROLES, type Role } from '../operator/role.ts'
import { COOKIE, cookieOf } from './access.ts'
import type { Centre } from './centre.ts'
import { ApiError, type Call, nothing, type Route, refused } from './route.ts'
import {
  either,
  flag,
  key32,
  list,
  moment,
  object,
  oneOf,
  open,
  personName,
  text,
  whole,
} from './schema.ts'

const PERSON = object({ name: personName, role: oneOf(...ROLES) })
const SIGNED_IN = object({ name: personName, role: oneOf(...ROLES), csrf: { type: 'string' } })
const NAMED = { operator: personName }
const CODE = object({ code: text(/^[A-Z]{8}$/), untilMs: moment })

/** Lines of the audit that one call tells. */
const LONGEST_AUDIT = 1000

/** Who the operators are, how they sign in, and what was done. */
export function operatorRoutes(centre: Centre): Route[] {
  return [
    ...signInRoutes(centre),
    ...passkeyRoutes(centre),
    ...registerRoutes(centre),
    ...auditRoutes(centre),
  ]
}

function signInRoutes(centre: Centre): Route[] {
  const { clock, register, signIns, passkeys, invitations } = centre
  return [
    {
      ...{ method: 'POST', path: '/v1/sign-ins', name: 'signIn', deed: 'anyone', isRare: true },
      summary: 'Signs a browser in, by an invitation, a token or a passkey',
      ...{ status: 201, answer: SIGNED_IN },
      body: either(
        object({ code: text(/^[A-Za-z]{8}$/) }),
        object({ token: text(/^[\w-]{20,100}$/) }),
        object({ passkey: open({ id: { type: 'string' } }, 'What the browser gave.') }),
      ),
      handle: async (call) => {
        const { token } = call.body as SignIn
        const by = token === undefined ? undefined : tokenId(token)
        return begin(centre, call, await personOf(centre, call.body), by)
      },
    },
    {
      ...{ method: 'POST', path: '/v1/sign-ins/challenge', name: 'challenge', deed: 'anyone' },
      ...{ summary: 'What a browser needs to sign in by passkey', isRare: true, body: object({}) },
      answer: open({ challenge: { type: 'string' } }, 'Options of WebAuthn.'),
      handle: async () => passkeys.challenge(clock.nowMs()),
    },
    {
      ...{ method: 'POST', path: '/v1/sign-outs', name: 'signOut', deed: 'look' },
      ...{ summary: 'Ends the sign-in of this browser', body: object({}), answer: object({}) },
      handle: async ({ request }) => {
        signIns.end(cookieOf(request) ?? '')
        return {}
      },
    },
    {
      ...{ method: 'GET', path: '/v1/me', name: 'me', deed: 'look' },
      ...{ summary: 'Who is signed in, and the word of this sign-in' },
      answer: object({ name: personName, role: oneOf(...ROLES), 'csrf?': { type: 'string' } }),
      handle: async ({ person, request }) => {
        const csrf = signIns.of(cookieOf(request) ?? '', clock.nowMs())?.csrf
        return { ...person!, ...(csrf !== undefined && { csrf }) }
      },
    },
    {
      ...{ method: 'POST', path: '/v1/operators/{operator}/invitation', name: 'invite' },
      summary: 'A code by which somebody who has a role and no key yet signs in once',
      ...{ deed: 'remove-operator', status: 201, params: NAMED, body: object({}), answer: CODE },
      handle: async ({ params, person }) => {
        const name = params.operator!
        if ((await register.named(name)) === undefined) throw nothing(`operator ${name}`)
        // Whoever can sign in already needs no code, and nobody else is to have one.
        if (await register.hasKey(name, clock.nowMs())) throw refused('has-a-key')
        // Else whoever ended the last token of another could sign in in that name. Rule F87.
        if (await register.tookLately(name, person!.name, clock.nowMs())) {
          throw refused('you-took-the-key')
        }
        return invitations.make(name, clock.nowMs())
      },
    },
  ]
}

type SignIn = { readonly code?: string; readonly token?: string; readonly passkey?: never }

async function personOf(centre: Centre, said: SignIn): Promise<Person> {
  const { clock, register, tokens, passkeys, invitations } = centre
  const { code, token, passkey } = said
  const atMs = clock.nowMs()
  let person: Person | undefined
  if (token !== undefined) person = await tokens.of(token, atMs)
  if (code !== undefined) person = await register.named((await invitations.spend(code, atMs)) ?? '')
  if (passkey !== undefined) {
    const { id } = passkey as { readonly id: string }
    const seen = await passkeys.check(passkey, await register.passkey(id), atMs)
    if (seen.ok) await register.keepPasskey(seen.value)
    person = seen.ok ? await register.named(seen.value.operator) : undefined
  }
  if (person !== undefined) return person
  const how = Object.keys(said)[0]!
  await centre.audit({ atMs, who: 'somebody', did: 'sign in', about: how, outcome: 'refused' })
  throw new ApiError(403, `got a ${how} that is nobody's, expected that of an operator`)
}

async function begin(
  { clock, signIns, isSecure, audit }: Centre,
  { reply }: Call,
  person: Person,
  token: string | undefined,
) {
  const atMs = clock.nowMs()
  await audit({ atMs, who: person.name, did: 'sign in', about: person.role, outcome: 'done' })
  const { cookie, csrf } = signIns.begin(person, atMs, token)
  const secure = isSecure ? '; Secure' : ''
  void reply.header('set-cookie', `${COOKIE}=${cookie}; Path=/; HttpOnly; SameSite=Strict${secure}`)
  return { ...person, csrf }
}

function passkeyRoutes({ clock, register, passkeys }: Centre): Route[] {
  return [
    {
      ...{ method: 'POST', path: '/v1/passkeys/challenge', name: 'invitePasskey', deed: 'look' },
      ...{ summary: 'What a browser needs to make a passkey for who is signed in' },
      ...{
        body: object({}),
        answer: open({ challenge: { type: 'string' } }, 'Options of WebAuthn.'),
      },
      handle: async ({ person }) => passkeys.invite(person!.name, clock.nowMs()),
    },
    {
      ...{ method: 'POST', path: '/v1/passkeys', name: 'makePasskey', deed: 'look', status: 201 },
      ...{ summary: 'Keeps the passkey that the browser made', answer: object({}) },
      body: object({ passkey: open({ id: { type: 'string' } }, 'What the browser gave.') }),
      handle: async ({ person, body }) => {
        const { passkey } = body as { readonly passkey: never }
        const made = await passkeys.welcome(person!.name, passkey, clock.nowMs())
        if (!made.ok) throw new ApiError(400, `passkey: got ${made.problem.got}`)
        await register.keepPasskey(made.value)
        return {}
      },
    },
  ]
}

function registerRoutes(centre: Centre): Route[] {
  const { clock, register, signIns, approvals } = centre
  const PENDING = open({ id: whole(1, Number.MAX_SAFE_INTEGER), by: personName }, 'What waits.')
  return [
    {
      ...{ method: 'GET', path: '/v1/operators', name: 'operators', deed: 'look' },
      ...{ summary: 'Everybody with a role', answer: object({ operators: list(PERSON) }) },
      handle: async () => ({ operators: await register.everybody() }),
    },
    {
      ...{ method: 'POST', path: '/v1/operators', name: 'nameOperator', deed: 'name-operator' },
      ...{ summary: 'Gives somebody a role; two persons, once there are two who may', status: 201 },
      ...{ body: PERSON, answer: PERSON },
      handle: async ({ body }) => {
        const person = body as Person
        await register.name(person, clock.nowMs())
        signIns.endAll(person.name)
        return person
      },
    },
    {
      ...{ method: 'POST', path: '/v1/operators/{operator}', name: 'orderOperator' },
      ...{ summary: 'Takes a role away, with every key and token', deed: 'remove-operator' },
      ...{ params: NAMED, body: object({ do: oneOf('remove') }), answer: object({}) },
      handle: async ({ params }) => {
        const name = params.operator!
        const everybody = await register.everybody()
        const isLast = (role: Role): boolean =>
          everybody.filter((one) => one.role === role && one.name !== name).length === 0
        if (isLast('safety-officer')) throw refused('last-safety-officer')
        if (!(await register.remove(name, clock.nowMs()))) throw nothing(`operator ${name}`)
        signIns.endAll(name)
        return {}
      },
    },
    {
      ...{ method: 'GET', path: '/v1/approvals', name: 'approvals', deed: 'look' },
      ...{
        summary: 'What waits for its second person',
        answer: object({ pending: list(PENDING) }),
      },
      handle: async () => ({ pending: (await approvals.at(clock.nowMs())).pending }),
    },
    {
      ...{ method: 'POST', path: '/v1/approvals/{id}/withdraw', name: 'withdraw', deed: 'look' },
      ...{ summary: 'Takes back what waits', params: { id: text(/^\d{1,15}$/) } },
      ...{ body: object({}), answer: object({}) },
      handle: async ({ params, person }) => {
        const [id, atMs] = [Number(params.id), clock.nowMs()]
        const taken = await approvals.change((before) => withdraw(before, person!, id, atMs))
        if (!taken.ok) throw refused(taken.problem.code)
        return {}
      },
    },
  ]
}

function auditRoutes({ auditLog, backup }: Centre): Route[] {
  const LINE = open({ seq: whole(1, Number.MAX_SAFE_INTEGER), who: { type: 'string' } }, 'A deed.')
  return [
    {
      ...{ method: 'GET', path: '/v1/audit', name: 'audit', deed: 'look' },
      summary: 'What was done and by whom, newest last: the newest, or those behind a number',
      query: { 'after?': whole(0, Number.MAX_SAFE_INTEGER), 'limit?': whole(1, LONGEST_AUDIT) },
      answer: object({
        ...{ isWhole: flag, 'problem?': { type: 'string' }, lines: list(LINE) },
        head: object({ seq: whole(0, Number.MAX_SAFE_INTEGER), hash: key32 }),
      }),
      handle: async ({ query }) => {
        const { head } = auditLog
        const limit = Number(query.limit ?? LONGEST_AUDIT)
        const after = Number(query.after ?? Math.max(0, head.seq - limit))
        const read = await auditLog.page(after, limit)
        if (read.ok) return { isWhole: true, lines: read.value, head }
        const { where, got } = read.problem
        return { isWhole: false, problem: `${where}: got ${got}`, lines: [], head }
      },
    },
    {
      ...{ method: 'POST', path: '/v1/backups', name: 'backUp', deed: 'back-up', status: 201 },
      ...{ summary: 'A copy of everything, while it is used', body: object({}) },
      answer: object({ folder: { type: 'string' } }),
      handle: async () => ({ folder: await backup() }),
    },
  ]
}

/** Whether a deed of two persons may still be done by one: nobody else is there who may. */
export function isAlone(everybody: readonly Person[]): boolean {
  return everybody.filter(({ role }) => role === 'safety-officer').length < 2
}
