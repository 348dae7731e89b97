import type { FastifyRequest } from 'fastify'
import type { Person } from '../operator/approval.ts'
import type { OperatorRegister } from '../operator/operator-register.ts'
import type { OperatorTokens } from '../operator/operator-tokens.ts'
import { RateLimit, REQUEST_RATE, SIGN_IN_RATE, SWITCH_RATE } from '../operator/rate-limit.ts'
import { type SignIns, sameWord } from '../operator/sign-ins.ts'
import type { Centre } from './centre.ts'
import { ApiError } from './route.ts'

/** The cookie of a sign-in, and the header that carries its word. */
export const COOKIE = 'nocturne'
const CSRF_HEADER = 'x-nocturne-csrf'

/** How often an address may call, and a person about the switch, wherever from. */
const RATES = { any: REQUEST_RATE, rare: SIGN_IN_RATE, switch: SWITCH_RATE } as const

/**
 * Who calls, and how often: a token of the command line, or a browser's cookie together with the
 * word that only our page knows, from our own origin. Rule F89.
 */
export class Access {
  readonly #register: OperatorRegister
  readonly #tokens: OperatorTokens
  readonly #signIns: SignIns
  readonly #rates = {
    any: new RateLimit(RATES.any),
    rare: new RateLimit(RATES.rare),
    switch: new RateLimit(RATES.switch),
  }

  constructor({ register, tokens, signIns }: Pick<Centre, 'register' | 'tokens' | 'signIns'>) {
    this.#register = register
    this.#tokens = tokens
    this.#signIns = signIns
  }

  /** Counts a call of an address, or of a person; throws 429 when it calls too often. */
  admit(from: string, kind: keyof typeof RATES, atMs: number): void {
    const waitS = this.#rates[kind].take(from, atMs)
    if (waitS > 0) throw new ApiError(429, `got too many calls, expected one in ${waitS} s`)
  }

  /** Who calls; undefined for nobody. Throws 403 where a cookie comes without its word. */
  async person(request: FastifyRequest, atMs: number): Promise<Person | undefined> {
    const [, token] = /^Bearer ([\w-]{20,100})$/.exec(request.headers.authorization ?? '') ?? []
    if (token !== undefined) return this.#tokens.of(token, atMs)
    const signIn = this.#signIns.of(cookieOf(request) ?? '', atMs)
    if (signIn === undefined) return undefined
    if (request.method !== 'GET') this.#requireOurPage(request, signIn.csrf)
    // A token that was ended, and a role that was taken or changed, count at once, at any machine.
    const { token: by } = signIn
    if (by !== undefined && !(await this.#tokens.has(by, atMs))) return undefined
    return this.#register.named(signIn.person.name)
  }

  #requireOurPage(request: FastifyRequest, csrf: string): void {
    const { origin, host } = request.headers
    const word = request.headers[CSRF_HEADER]
    const isOurs = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
    if (!isOurs || typeof word !== 'string' || !sameWord(word, csrf)) {
      throw new ApiError(403, `got a call without ${CSRF_HEADER} of this sign-in, expected it`)
    }
  }
}

/** The sign-in's cookie of a request. */
export function cookieOf(request: FastifyRequest): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(/; */)
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1)
}
