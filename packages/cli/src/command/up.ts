import { createServer, type Server } from 'node:http'
import { appFolder } from '../app-folder.ts'
import { type Arguments, type Command, type Io, numberOption, UsageError } from '../command.ts'

const DEFAULT_PORT = 4600
const HOST = '127.0.0.1'

/** `nocturne up`: the page with an example night, on this machine only. */
export const command: Command = {
  name: 'up',
  summary: 'Open the app on this machine, with an example night',
  usage: 'up [--port P]',
  example: 'nocturne up --port 4600',
  positionals: [0, 0],
  options: {
    port: { type: 'string', value: 'P', help: `the port to listen on (${DEFAULT_PORT})` },
    prepare: { type: 'boolean', help: 'build the page and its example night, and stop' },
  },
  run: serve,
}

async function serve(args: Arguments, io: Io): Promise<number> {
  const port = numberOption(args, 'port', 0, 65_535) ?? DEFAULT_PORT
  const folder = await appFolder(io)
  if (args.flag('prepare')) return 0
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
  return new Promise((resolve) => {
    io.signal.addEventListener('abort', () => {
      server.closeAllConnections()
      server.close(() => resolve(0))
    })
  })
}

function secure(response: { setHeader(name: string, value: string): unknown }): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      const message = `--port: got ${port}, which is in use, expected a free one`
      reject(taken ? new UsageError(message) : error)
    })
    server.listen(port, HOST, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
