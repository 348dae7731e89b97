import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeFrames } from '../packages/core/src/fleet/index.ts'
import { BacklogFile } from '../packages/edge/src/uplink/backlog-file.ts'
import { runNocturne } from './nocturne.ts'

const NOCTURNE = fileURLToPath(new URL('../packages/cli/bin/nocturne.js', import.meta.url))
/** A grant's life and the seconds around it: too long for every run of the tests. */
const isNightly = process.env.NOCTURNE_NIGHTLY !== undefined

type Terminal = { readonly process: ChildProcess; out: string; err: string }
type Row = {
  readonly device: string
  readonly online: boolean
  readonly mode: string
  readonly numbers: { readonly stage: number | null } | null
}

let home = ''
const terminals: Terminal[] = []
let port = 0
let url = ''
let facility: Terminal

/** A terminal in which somebody types `nocturne …`. */
function typed(...words: string[]): Terminal {
  const env = { ...process.env, NOCTURNE_HOME: home }
  const child = spawn(process.execPath, [NOCTURNE, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const terminal = { process: child, out: '', err: '' }
  child.stdout.on('data', (text) => {
    terminal.out += text
  })
  child.stderr.on('data', (text) => {
    terminal.err += text
  })
  terminals.push(terminal)
  return terminal
}

function ended({ process: child }: Terminal, signal: NodeJS.Signals): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done()
    child.once('exit', () => done())
    child.kill(signal)
  })
}

async function until(
  holds: () => Promise<boolean> | boolean,
  what: string,
  mostS = 60,
): Promise<void> {
  for (let k = 0; k < mostS * 5; k++) {
    if (await holds()) return
    await new Promise((done) => setTimeout(done, 200))
  }
  const told = terminals.map(({ out, err }) => `${out}\n${err}`).join('\n----\n')
  throw new Error(`never: ${what}\n${told}`)
}

/** Two ports in a row that nobody has. */
async function freePair(): Promise<number> {
  const isFree = (at: number): Promise<boolean> =>
    new Promise((done) => {
      const server = createServer()
      server.once('error', () => done(false))
      server.listen(at, '127.0.0.1', () => server.close(() => done(true)))
    })
  for (let at = 20_000 + (process.pid % 5000) * 2; ; at += 2) {
    if ((await isFree(at)) && (await isFree(at + 1))) return at
  }
}

async function begun(): Promise<Terminal> {
  const terminal = typed('facility', '--port', String(port), '--no-app', '--json')
  await until(() => terminal.out.includes('mqttPort'), 'a facility')
  return terminal
}

function token(): string {
  return readFileSync(join(home, 'facility', 'admin-token'), 'utf8').trim()
}

function operator(): Record<string, string> {
  return { authorization: `Bearer ${token()}` }
}

async function devices(): Promise<Row[]> {
  const answer = await fetch(`${url}/v1/devices`, { headers: operator() })
  return ((await answer.json()) as { devices: Row[] }).devices
}

/** Both here, in guidance, and their stages seen. */
async function areLive(mode: string): Promise<boolean> {
  const rows = await devices().catch((): Row[] => [])
  const live = rows.filter((row) => row.online && row.mode === mode && row.numbers?.stage != null)
  return live.length === 2
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'nocturne-newcomer-'))
  port = await freePair()
  url = `http://127.0.0.1:${port}`
  // The bundle is made once, before three programs want it.
  await runNocturne(['--help'])
})

afterAll(async () => {
  for (const terminal of terminals) await ended(terminal, 'SIGKILL')
  rmSync(home, { recursive: true })
})

describe('a newcomer on a fresh machine, in three terminals', () => {
  const edge = (): Terminal =>
    typed('edge', '--facility', url, '--source', 'synth:1', '--frame-s', '2')
  let edges: Terminal[] = []

  it('sees two sleepers live within a minute, by what the help says', async () => {
    facility = await begun()
    edges = [edge(), edge()]
    await until(() => areLive('guidance'), 'two live sleepers')
    const names = (await devices()).map(({ device }) => device)
    expect(new Set(names).size).toBe(2)
    expect(edges.map(({ err }) => err).join()).toContain('another night runs on this machine')
    const told = await runNocturne(['fleet', 'devices', '--facility', url], {
      NOCTURNE_FACILITY_TOKEN: token(),
    })
    expect([told.code, told.err]).toEqual([0, ''])
    for (const name of names) expect(told.out).toContain(name)
  }, 120_000)

  it('kills the facility, and the nights go on and come back', async () => {
    await ended(facility, 'SIGKILL')
    const isAway = ({ err }: Terminal): boolean => err.includes('the centre is away')
    await until(() => edges.every(isAway), 'both told')
    if (isNightly) {
      const isNatural = ({ err }: Terminal): boolean =>
        err.includes('guidance -> natural (FACILITY)')
      await until(() => edges.every(isNatural), 'both natural', 95)
    } else {
      // Frames that only the devices have.
      await new Promise((done) => setTimeout(done, 6000))
    }
    facility = await begun()
    const isBack = ({ err }: Terminal): boolean => err.split('the centre hears').length > 2
    await until(() => edges.every(isBack), 'both back')
    await until(() => areLive(isNightly ? 'natural' : 'guidance'), 'both live')
  }, 240_000)

  it('pulls the failsafe, and both are natural', async () => {
    const call = ['fleet', 'failsafe', 'pull', '--why', 'a rehearsal', '--facility', url]
    const pulled = await runNocturne(call, { NOCTURNE_FACILITY_TOKEN: token() })
    expect([pulled.code, pulled.out]).toEqual([0, expect.stringContaining('PULLED')])
    await until(() => areLive('natural'), 'both natural', 100)
    for (const { err } of edges) expect(err).toContain('guidance -> natural (FACILITY)')
  }, 120_000)

  it('ends all of them, and finds every frame and event of both at the facility', async () => {
    await new Promise((done) => setTimeout(done, 3000))
    for (const each of edges) await ended(each, 'SIGINT')
    for (const { device } of await devices()) {
      const numbers = await keptNumbers(device)
      expect(numbers.length).toBeGreaterThan(8)
      expect(numbers).toEqual(numbers.map((_, k) => k))
    }
    await ended(facility, 'SIGINT')
    for (const folder of ['device', 'device-2']) {
      const file = new BacklogFile(join(home, folder, 'backlog.log'))
      file.close()
      expect(file.kept.length).toBeLessThan(4)
    }
  }, 120_000)
})

/** The numbers of frames and events of a device, out of all that the facility keeps of it. */
async function keptNumbers(device: string): Promise<number[]> {
  const answer = await fetch(`${url}/v1/devices/${device}/export`, { headers: operator() })
  const { records } = (await answer.json()) as { records: Record<string, unknown>[] }
  const seen = new Set<number>()
  for (const record of records) {
    if (record.kind === 'event') seen.add(record.seq as number)
    if (record.kind !== 'frames') continue
    const block = decodeFrames(Buffer.from(record.bytes as string, 'base64'))
    if (!block.ok) continue
    for (let k = 0; k < block.value.stepsDs.length; k++) seen.add(block.value.firstSeq + k)
  }
  return [...seen].sort((a, b) => a - b)
}
