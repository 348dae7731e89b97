import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './free-ports.ts'

const HOME = '/usr/lib/postgresql'
const versions = existsSync(HOME) ? readdirSync(HOME).sort() : []
const programs = versions.map((version) => join(HOME, version, 'bin')).findLast(existsSync) ?? ''
/** PostgreSQL refuses to run as root: it gets the rights of its own user then. */
const isRoot = process.getuid?.() === 0
const identity = isRoot ? identityOf('postgres') : undefined

/** Whether PostgreSQL is on this machine, with a user that it may run as. */
export const hasPostgres: boolean =
  existsSync(join(programs, 'initdb')) && (!isRoot || identity !== undefined)

/** Why a test was skipped. */
export const POSTGRES_MISSING = 'PostgreSQL is not installed (apt install postgresql)'

/** A real PostgreSQL on a free port of this machine. */
export type Postgres = {
  /** kill -9 of its first process; the others end by themselves. */
  kill(): Promise<void>
  /** Ends it as its users know it: connections are cut. */
  shut(): Promise<void>
  start(): Promise<void>
  /** The url of a new database, empty or made from a copy (`pg_restore`). */
  database(copy?: string): string
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

/** Makes a PostgreSQL in a temporary folder and starts it. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-postgres-'))
  if (identity) chownSync(folder, identity.uid, identity.gid)
  const [port] = await freePorts(1)
  const data = join(folder, 'data')
  run('initdb', ['-D', data, '-U', 'nocturne', '-A', 'trust', '-E', 'UTF8', '--no-sync'])
  const words = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder]
  let child: ChildProcess | undefined
  const end = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((done) => {
      if (child === undefined || child.exitCode !== null) done()
      else child.once('exit', () => done()).kill(signal)
      child = undefined
    })
  const start = async (): Promise<void> => {
    const options = { stdio: 'ignore' as const, cwd: folder, ...identity }
    const at = ['-h', '127.0.0.1', '-p', String(port), '-q']
    for (let tries = 0; tries < 300; tries++) {
      // After a kill the processes that are left may hold its memory for a moment.
      if (child === undefined || child.exitCode !== null) {
        child = spawn(join(programs, 'postgres'), words, options)
      }
      if (spawnSync(join(programs, 'pg_isready'), at).status === 0) return
      await new Promise((again) => setTimeout(again, 50))
    }
    throw new Error('PostgreSQL did not answer')
  }
  await start()
  const at = ['-h', '127.0.0.1', '-p', String(port), '-U', 'nocturne']
  const base = `postgres://nocturne@127.0.0.1:${port}`
  let databases = 0
  return {
    start,
    kill: async () => {
      const servants = childrenOf(child?.pid)
      await end('SIGKILL')
      // Those who serve a connection may answer once more before they see that nobody is above.
      while (servants.some(isThere)) await new Promise((again) => setTimeout(again, 5))
    },
    shut: () => end('SIGINT'),
    database: (copy) => {
      const name = `database${databases++}`
      run('createdb', [...at, name])
      if (copy !== undefined) run('pg_restore', [...at, '-d', name, copy], false)
      return `${base}/${name}`
    },
    stop: async () => {
      await end('SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Where the system tells them; none elsewhere. */
function childrenOf(pid: number | undefined): string[] {
  const file = `/proc/${pid}/task/${pid}/children`
  return existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean) : []
}

function isThere(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function run(program: string, words: readonly string[], asItsUser = true): void {
  const options = { ...(asItsUser ? identity : {}), cwd: tmpdir() }
  const { status, stderr } = spawnSync(join(programs, program), words, options)
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
}

function identityOf(user: string): { uid: number; gid: number } | undefined {
  const ask = (word: string): number => {
    const { stdout, status } = spawnSync('id', [word, user])
    return status === 0 ? Number(stdout.toString()) : Number.NaN
  }
  const [uid, gid] = [ask('-u'), ask('-g')]
  return Number.isNaN(uid) || Number.isNaN(gid) ? undefined : { uid, gid }
}
