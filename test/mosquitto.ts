import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './free-ports.ts'

const PLACES = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto']
const program = PLACES.find((path) => existsSync(path))

/** Whether Debian's mosquitto is on this machine. */
export const hasMosquitto: boolean =
  program !== undefined && spawnSync(program, ['-h']).error === undefined

/** Why a test was skipped. */
export const MOSQUITTO_MISSING = 'mosquitto is not installed (apt install mosquitto)'

/** A real broker on a free port of this machine. */
export type Broker = { readonly url: string; stop(): Promise<void> }

/** Starts mosquitto and waits until it listens. */
export async function startMosquitto(): Promise<Broker> {
  const [port] = await freePorts(1)
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-mosquitto-'))
  const child = spawn(program ?? 'mosquitto', ['-p', String(port)], { cwd: folder, stdio: 'pipe' })
  await listening(child)
  return {
    url: `mqtt://127.0.0.1:${port}`,
    stop: () =>
      new Promise((done) => {
        child.once('exit', () => {
          rmSync(folder, { recursive: true, force: true })
          done()
        })
        child.kill()
      }),
  }
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((done, refuse) => {
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('running')) done()
    })
    child.once('exit', () => refuse(new Error(`mosquitto ended: ${said}`)))
  })
}
