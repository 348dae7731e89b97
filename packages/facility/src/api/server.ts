import { isIP } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { approve, ask, type Pending, type Person } from '../operator/approval.ts'
import { networkOf } from '../operator/network-of.ts'
import { isOwnMachine } from '../operator/own-machine.ts'
import { DEEDS, type Deed, mayDo } from '../operator/role.ts'
import { Access } from './access.ts'
import type { Centre } from './centre.ts'
import { openApiDocument } from './open-api.ts'
import { isAlone } from './operator-routes.ts'
import type { Page } from './page-files.ts'
import { ApiError, type Call, type Route, refused } from './route.ts'
import { routesOf } from './routes.ts'
import { anything, object, type Schema, text } from './schema.ts'

/** Longest body of a call, bytes. */
const LONGEST_BODY = 65_536

/** What is answered also in a reserved place: the switch, and whether the centre works. */
const ALWAYS = /^\/(?:v1\/failsafe|healthz)(?:\?|$)/

/** What a browser may do with anything that comes from here. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

/**
 * The HTTP of a centre: the routes of one table, checked by their schemas before anything else
 * happens, and the page for the rest. Resolves to a server that does not listen yet.
 */
export async function httpServer(
  centre: Centre,
  page: Page | undefined,
  tls: { readonly cert: string; readonly key: string } | undefined,
): Promise<FastifyInstance> {
  const { default: fastify } = await import('fastify')
  const app = fastify({
    ...{ bodyLimit: LONGEST_BODY, requestTimeout: 30_000, exposeHeadRoutes: false },
    ...(tls && { https: tls }),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
    // A client that broke off is no news.
    clientErrorHandler: (_, socket) => socket.destroy(),
  }) as unknown as FastifyInstance
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  const table = tableOf(centre)
  const calls = new Calls(centre, table)
  for (const route of table) register(app, route, calls)
  if (centre.openEnrolment) {
    app.addHook('onRequest', async ({ hostname }, reply) => {
      if (!isThisMachine(hostname)) return reply.code(421).send({ message: 'got another host' })
      return undefined
    })
  }
  app.setErrorHandler((error, _, reply) => tellError(centre, error as Error, reply))
  app.setNotFoundHandler((request, reply) => {
    const isPage = page !== undefined && request.method === 'GET' && !request.url.startsWith('/v1/')
    if (!isPage) return reply.code(404).send({ message: `${request.method} got no such path` })
    reply.hijack()
    for (const [name, value] of Object.entries(HEADERS)) reply.raw.setHeader(name, value)
    page(request.raw, reply.raw, () => {
      reply.raw.statusCode = 404
      reply.raw.end('Not found\n')
    })
    return reply
  })
  app.addHook('onSend', async (_, reply) => void reply.headers(HEADERS))
  app.addHook('onResponse', async (_, reply) => centre.meters.answered(reply.statusCode))
  keepToSlots(app, centre)
  app.server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const isDevice = request.url === '/mqtt' && centre.slots.hold(request.socket, 'devices')
    if (isDevice) centre.door.upgrade(request, socket, head)
    else socket.destroy()
  })
  return app
}

/** Every connection has its place; who has a reserved one is heard about the switch alone. */
function keepToSlots(app: FastifyInstance, { slots }: Centre): void {
  app.server.maxConnections = slots.most
  app.server.on('connection', (socket) => slots.came(socket))
  app.addHook('onRequest', async ({ raw, url }, reply) => {
    const { socket } = raw
    reply.raw.once('close', () => slots.end(socket))
    if (slots.begin(socket) || ALWAYS.test(url)) return undefined
    void reply.header('connection', 'close')
    return reply.code(503).send({ message: 'got too many connections, expected fewer' })
  })
}

/**
 * Whether a request names this machine: what may be done here without a code may not be done by a
 * page whose name was made to lead here.
 */
function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || isIP(hostname.replaceAll(/[[\]]/g, '')) > 0
}

/** The whole table: the routes, what tells of them, and the second word for what waits. */
function tableOf(centre: Centre): readonly Route[] {
  const table: Route[] = [...routesOf(centre)]
  table.push({
    ...{ method: 'POST', path: '/v1/approvals/{id}', name: 'approve', deed: 'look' },
    summary: 'The second word about something that waits: it is done now',
    ...{ params: { id: text(/^\d{1,15}$/) }, body: object({}), answer: anything },
    handle: async () => undefined,
  })
  const document = { schema: undefined as Schema | undefined }
  table.push({
    ...{ method: 'GET', path: '/v1/openapi.json', name: 'openApi', deed: 'anyone' },
    ...{ summary: 'This document', answer: anything },
    handle: async () => {
      document.schema ??= openApiDocument(table, centre.version)
      return document.schema
    },
  })
  return table
}

/** What is kept of an order that waits for its second person. */
type Waiting = {
  readonly name: string
  readonly params: Call['params']
  readonly body: unknown
}

/** Carries out calls: who may, in the audit before it is done, two persons where it needs them. */
class Calls {
  readonly #centre: Centre
  readonly #table: readonly Route[]
  readonly #access: Access

  constructor(centre: Centre, table: readonly Route[]) {
    this.#centre = centre
    this.#table = table
    this.#access = new Access(centre)
  }

  async carryOut(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { clock } = this.#centre
    const address = request.ip
    // A machine of one's own may ask as it likes; guessing has its limit there too.
    const isOwn = this.#centre.openEnrolment && isOwnMachine(request)
    const isRare = route.isRare === true
    const isSwitch = route.path === '/v1/failsafe'
    const from = networkOf(address)
    if (!isSwitch && (isRare || !isOwn)) {
      this.#access.admit(from, isRare ? 'rare' : 'any', clock.nowMs())
    }
    const person = await this.#access.person(request, clock.nowMs())
    // An address may be many people's, and a stranger's among them: each has a word of their own.
    const who = person === undefined ? from : `person ${person.name}`
    if (isSwitch && !isOwn) this.#access.admit(who, 'switch', clock.nowMs())
    const call: Call = {
      ...{ params: paramsOf(request), query: request.query as Call['query'] },
      ...{ body: request.body as never, person, address, request, reply },
      hold: (kind) => {
        if (this.#centre.slots.hold(request.raw.socket, kind)) return
        throw new ApiError(503, `got enough ${kind} already, expected fewer`)
      },
      isStillIn: async () => (await this.#access.person(request, clock.nowMs())) !== undefined,
    }
    if (route.deed === 'anyone') return route.handle(call)
    const deed = typeof route.deed === 'function' ? route.deed(call.body) : route.deed
    if (person === undefined) {
      throw new ApiError(401, `got nobody, expected an operator who may ${deed}`)
    }
    if (route.name === 'approve') return this.#approve(call, person)
    await this.#admit(route, deed, call, person)
    const waits = await this.#waits(route, deed, call, person)
    if (waits !== undefined) {
      void reply.code(202)
      return { waits }
    }
    if (needsTwo(deed)) await this.#note(route, deed, call, person, 'done')
    return route.handle(call)
  }

  /** Whether the role is enough; the audit knows of it before anything is done. */
  async #admit(route: Route, deed: Deed, call: Call, person: Person): Promise<void> {
    const { name, role } = person
    const isAllowed = mayDo(role, deed)
    // Who takes a key or a token, or a wish back, only looked, and yet did something.
    if (deed !== 'look' || route.method === 'POST') {
      const outcome = !isAllowed ? 'refused' : needsTwo(deed) ? 'waits' : 'done'
      await this.#note(route, deed, call, person, outcome)
    }
    if (!isAllowed) {
      throw new ApiError(403, `got ${name} as ${role}, expected ${DEEDS[deed].least} to ${deed}`)
    }
  }

  async #note(
    { name: called }: Route,
    did: Deed,
    { params }: Call,
    { name: who }: Person,
    outcome: 'done' | 'waits' | 'refused',
  ): Promise<void> {
    const about = `${called} ${Object.values(params).join(' ')}`.trim()
    await this.#centre.audit({ atMs: this.#centre.clock.nowMs(), who, did, about, outcome })
  }

  /** What of the deed waits for somebody else now; undefined where it is to be done. */
  async #waits(route: Route, deed: Deed, call: Call, person: Person): Promise<Pending | undefined> {
    if (!needsTwo(deed)) return undefined
    const { approvals, clock, register } = this.#centre
    // The first of them names the second: there is nobody else who could agree.
    if (deed === 'name-operator' && isAlone(await register.everybody())) {
      if (!(await register.lostOfficer(clock.nowMs()))) return undefined
      throw refused('officer-removed-lately')
    }
    const order: Waiting = { name: route.name, params: call.params, body: call.body }
    const asked = { deed, order: JSON.stringify(order) }
    const people = await register.everybody()
    const atMs = clock.nowMs()
    const answer = await approvals.change((before) => ask(before, person, asked, atMs, people))
    if (!answer.ok) throw refused(answer.problem.code)
    return answer.value.waits
  }

  async #approve(call: Call, person: Person): Promise<unknown> {
    const { approvals, clock, audit, register } = this.#centre
    const atMs = clock.nowMs()
    const people = await register.everybody()
    const id = Number(call.params.id)
    const answer = await approvals.change((before) => approve(before, person, id, atMs, people))
    const about = `approval ${call.params.id}`
    const outcome = answer.ok ? 'done' : 'refused'
    await audit({ atMs, who: person.name, did: 'approve', about, outcome })
    if (!answer.ok) throw refused(answer.problem.code)
    const { name, params, body } = JSON.parse(answer.value.done!.order) as Waiting
    const route = this.#table.find((one) => one.name === name)!
    return route.handle({ ...call, params, body: body as never })
  }
}

/**
 * Whether two persons are asked for here; for the switch and the rollouts the desk itself counts
 * them, whoever asks it.
 */
function needsTwo(deed: Deed): boolean {
  return DEEDS[deed].persons === 2 && deed !== 'lift-failsafe' && deed !== 'advance-past-tenth'
}

function register(app: FastifyInstance, route: Route, calls: Calls): void {
  const { method, path, params, query, body, status = 200 } = route
  app.route({
    method,
    // The last of a path may hold slashes.
    url: path.replace('{path}', '*').replaceAll(/\{(\w+)\}/g, ':$1'),
    schema: {
      ...(params && { params: object(renamed(params)) }),
      querystring: object(asTexts(query ?? {})),
      ...(body && { body }),
    },
    handler: async (request, reply) => {
      void reply.code(status)
      const value = await calls.carryOut(route, request, reply)
      if (value === undefined) return reply
      if (route.type !== undefined && reply.getHeader('content-type') === undefined) {
        void reply.type(`${route.type}; charset=utf-8`)
      }
      return reply.send(value)
    },
  })
}

function renamed(params: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> {
  const { path, ...rest } = params
  return path === undefined ? rest : { ...rest, '*': path }
}

function paramsOf(request: FastifyRequest): Call['params'] {
  const { '*': path, ...rest } = request.params as Record<string, string>
  return path === undefined ? rest : { ...rest, path }
}

/** A query is text: numbers and flags are checked as such. */
function asTexts(query: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> {
  const asText = (schema: Schema): Schema => {
    if (schema.type === 'boolean') return { type: 'string', enum: ['true', 'false'] }
    return schema.type === 'integer' ? text(/^\d{1,15}$/) : schema
  }
  return Object.fromEntries(Object.entries(query).map(([name, schema]) => [name, asText(schema)]))
}

function tellError(
  centre: Centre,
  error: Error & { statusCode?: number; code?: string },
  reply: FastifyReply,
): void {
  if (error instanceof ApiError) {
    const { status, message, refused: why } = error
    void reply.code(status).send({ message, ...(why !== undefined && { refused: why }) })
    return
  }
  const isLog = error.name === 'LogError'
  const status = isLog ? 503 : (error.statusCode ?? 500)
  // What broke inside is for the journal, not for the other end.
  const message = status < 500 || isLog ? error.message : 'got a fault of the centre'
  if (status >= 500 && !isLog) centre.fault('http', error)
  void reply.code(status).send({ message: message.slice(0, 300) })
}
