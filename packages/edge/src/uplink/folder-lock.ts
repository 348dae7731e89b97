import { createHash } from 'node:crypto'
import { realpathSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** That a folder is this program's; the system ends it with the program, however that ends. */
export type FolderLock = { close(): Promise<void> }

/**
 * Takes a folder for this program; undefined while another has it. It is a name that the program
 * listens under, so that nothing is left behind by a kill; only where names are files (neither
 * Linux nor Windows) one that nobody answers is taken over.
 */
export async function lockFolder(path: string): Promise<FolderLock | undefined> {
  const place = placeOf(realpathSync(path))
  const server = (await listen(place)) ?? (await takeOver(place))
  if (server === undefined) return undefined
  server.unref()
  return { close: () => new Promise((done) => server.close(() => done())) }
}

function placeOf(path: string): string {
  const name = `nocturne-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`
  if (process.platform === 'linux') return `\0${name}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.lock`)
}

function listen(place: string): Promise<Server | undefined> {
  return new Promise((done) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', () => done(undefined))
    server.listen(place, () => done(server))
  })
}

async function takeOver(place: string): Promise<Server | undefined> {
  const isFile = process.platform !== 'linux' && process.platform !== 'win32'
  if (!isFile || (await answers(place))) return undefined
  rmSync(place, { force: true })
  return listen(place)
}

function answers(place: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(place)
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
    socket.once('close', () => socket.destroy())
  })
}
