import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from '@nocturne/facility'
import type { Io } from './command.ts'

const WAIT = 'The page is being prepared. Try again in a minute.\n'

/**
 * The page of a facility. Beside a published program it is there at once; in a checkout another
 * process builds it where it is stale, and until then its readers are asked to wait: devices do
 * not.
 */
export function facilityPage(io: Io): Page {
  let files: Page | undefined
  const read = async (folder: string): Promise<void> => {
    const { pageFiles } = await import('@nocturne/facility')
    files = await pageFiles(folder)
  }
  const serve = (folder: string): void => {
    read(folder).catch((error: Error) => io.err(`the page: ${error.message}\n`))
  }
  const published = fileURLToPath(new URL('./app', import.meta.url))
  const program = process.argv[1]
  if (existsSync(published)) serve(published)
  else if (program !== undefined) {
    const built = fileURLToPath(new URL('../../app/dist', import.meta.url))
    const child = spawn(process.execPath, [program, 'up', '--prepare'], { stdio: 'ignore' })
    io.signal.addEventListener('abort', () => child.kill())
    child.once('error', (error) => io.err(`the page: ${error.message}\n`))
    child.once('exit', (code) => {
      if (code === 0) serve(built)
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
