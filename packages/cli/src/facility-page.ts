import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Io } from './command.ts'

type Page = (request: IncomingMessage, response: ServerResponse, none: () => void) => void

/** By this the page knows that a centre is behind it. */
const MARK = '<meta name="nocturne-centre" content="1" />'
const WAIT = 'The page is being prepared. Try again in a minute.\n'

/**
 * The page of a facility. Beside a published program it is there at once; in a checkout another
 * process builds it where it is stale, and until then its readers are asked to wait: devices do
 * not.
 */
export function facilityPage(io: Io): Page {
  let files: Page | undefined
  const serve = async (folder: string): Promise<void> => {
    const { default: sirv } = await import('sirv')
    const others = sirv(folder, { etag: true })
    const index = (await readFile(join(folder, 'index.html'), 'utf8')).replace(
      '<head>',
      `<head>\n    ${MARK}`,
    )
    files = (request, response, none) => {
      if (!/^\/(?:index\.html)?(?:\?|$)/.test(request.url ?? '')) {
        others(request, response, none)
        return
      }
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end(index)
    }
  }
  const published = fileURLToPath(new URL('./app', import.meta.url))
  const program = process.argv[1]
  if (existsSync(published)) void serve(published)
  else if (program !== undefined) {
    const built = fileURLToPath(new URL('../../app/dist', import.meta.url))
    const child = spawn(process.execPath, [program, 'up', '--prepare'], { stdio: 'ignore' })
    io.signal.addEventListener('abort', () => child.kill())
    child.once('error', () => undefined)
    child.once('exit', (code) => {
      if (code === 0) void serve(built)
    })
  }
  return (request, response, none) => {
    if (files !== undefined) {
      files(request, response, none)
      return
    }
    response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '20' })
    response.end(WAIT)
  }
}
