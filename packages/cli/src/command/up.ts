import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shippedRelease } from '@nocturne/core/night'
import { appFolder } from '../app-folder.ts'
import { type Arguments, type Command, type Io, numberOption, UsageError } from '../command.ts'
import { interrupted } from '../interrupted.ts'
import { madeUpSleepers } from '../made-up-sleepers.ts'

const DEFAULT_PORT = 4600
const HOST = '127.0.0.1'
/** As many made-up sleepers are watched unless said, and at most. */
const SLEEPERS = 3
const MOST_SLEEPERS = 20
/** How much faster than life their nights pass: eight hours in eight minutes. */
const SPEED = 60

/** `nocturne up`: the whole system on this machine only, with made-up sleepers. */
export const command: Command = {
  name: 'up',
  summary: 'Open all of it on this machine: an example night, and a centre with made-up sleepers',
  usage: 'up [--port P] [--sleepers N]',
  example: 'nocturne up --port 4600',
  positionals: [0, 0],
  options: {
    port: { type: 'string', value: 'P', help: `the port to listen on (${DEFAULT_PORT})` },
    sleepers: {
      type: 'string',
      value: 'N',
      help: `made-up sleepers under a centre, 0 for the page alone (${SLEEPERS})`,
    },
    speed: { type: 'string', value: 'X', help: `how fast their nights pass (${SPEED})` },
    prepare: { type: 'boolean', help: 'build the page and its example night, and stop' },
  },
  notes: [
    'Nothing is kept: the centre and its sleepers live in a folder that goes with them.',
    '`nocturne facility` and `nocturne edge --facility URL` are the ones that keep.',
  ],
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const port = numberOption(args, 'port', 0, 65_534) ?? DEFAULT_PORT
  const sleepers = Math.floor(numberOption(args, 'sleepers', 0, MOST_SLEEPERS) ?? SLEEPERS)
  const speed = numberOption(args, 'speed', 1, 240) ?? SPEED
  const folder = await appFolder(io)
  if (args.flag('prepare')) return 0
  return sleepers === 0
    ? serve(port, folder, args, io)
    : serveCentre(port, folder, { count: sleepers, speed }, args, io)
}

/** The page with a centre behind it, and sleepers who are watched. */
async function serveCentre(
  port: number,
  app: string,
  { count, speed }: { readonly count: number; readonly speed: number },
  args: Arguments,
  io: Io,
): Promise<number> {
  const { openFacility, pageFiles } = await import('@nocturne/facility')
  const folder = await mkdtemp(join(tmpdir(), 'nocturne-up-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 })
  const facility = await openFacility({
    ...{ folder: join(folder, 'facility'), host: HOST, port, openEnrolment: true },
    version: shippedRelease().version,
    page: await pageFiles(app, 'night'),
    journal: (level, what, facts) => {
      if (level === 'error') io.err(`${what} ${JSON.stringify(facts ?? {})}\n`)
    },
  }).catch(async (error: NodeJS.ErrnoException) => {
    await remove()
    throw error.code === 'EADDRINUSE' ? taken(port, 'a free one with a free one after it') : error
  })
  const { url, invitation, tokenFile } = facility
  const local = url.replace(HOST, 'localhost')
  if (args.flag('json')) io.out(`${JSON.stringify({ url: local, invitation, token: tokenFile })}\n`)
  else io.out(welcome(local, invitation, count, speed))
  const endSleepers = madeUpSleepers(count, {
    ...{ url, folder, speed, tell: (text: string) => io.err(`${text}\n`) },
  })
  await interrupted(io)
  await endSleepers()
  await facility.close()
  await remove()
  return 0
}

function welcome(
  url: string,
  invitation: string | undefined,
  count: number,
  speed: number,
): string {
  const many = `${count} made-up sleeper${count === 1 ? '' : 's'}, ${speed} times as fast as life`
  return [
    `Nocturne is up on ${url}. Ctrl-C ends it.`,
    `  an example night, your clock, tonight:  ${url}`,
    ...(invitation === undefined
      ? []
      : [`  the fleet:  ${url}/#sign-in=${invitation}`, `    ${many}`]),
    '',
  ].join('\n')
}

function taken(port: number, expected: string): UsageError {
  return new UsageError(`--port: got ${port}, which is in use, expected ${expected}`)
}

/** The page alone. */
async function serve(port: number, folder: string, args: Arguments, io: Io): Promise<number> {
  const { default: sirv } = await import('sirv')
  const files = sirv(folder, { etag: true, setHeaders: (response) => secure(response) })
  const server = createServer((request, response) => {
    files(request, response, () => {
      response.statusCode = 404
      response.end('Not found\n')
    })
  })
  const bound = await listen(server, port)
  const url = `http://localhost:${bound}`
  if (args.flag('json')) io.out(`${JSON.stringify({ url })}\n`)
  else io.out(`Nocturne is up on ${url}. Ctrl-C ends it.\n`)
  await interrupted(io)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  return 0
}

function secure(response: { setHeader(name: string, value: string): unknown }): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? taken(port, 'a free one') : error)
    })
    server.listen(port, HOST, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
