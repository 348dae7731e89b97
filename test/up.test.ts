import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runNocturne } from './nocturne.ts'

const NOCTURNE = fileURLToPath(new URL('../packages/cli/bin/nocturne.js', import.meta.url))

type Said = { readonly url: string; readonly invitation: string; readonly token: string }
type Row = { readonly online: boolean; readonly mode: string; readonly consent: unknown }

const begun: ChildProcess[] = []

async function up(): Promise<{ child: ChildProcess; said: Said }> {
  const words = ['up', '--port', '0', '--sleepers', '2', '--speed', '10', '--json']
  const child = spawn(process.execPath, [NOCTURNE, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  begun.push(child)
  let out = ''
  let err = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    err += text
  })
  await until(
    () => out.includes('\n') || child.exitCode !== null,
    () => err,
  )
  return { child, said: JSON.parse(out) as Said }
}

async function until(holds: () => Promise<boolean> | boolean, told = () => ''): Promise<void> {
  for (let k = 0; k < 450; k++) {
    if (await holds()) return
    await new Promise((done) => setTimeout(done, 200))
  }
  throw new Error(`not within 90 s\n${told()}`)
}

async function rows({ url, token }: Said): Promise<Row[]> {
  const headers = { authorization: `Bearer ${readFileSync(token, 'utf8').trim()}` }
  const answer = await fetch(`${url}/v1/devices`, { headers })
  return ((await answer.json()) as { devices: Row[] }).devices
}

/** Ended, though perhaps nobody has asked how. */
function isGone(pid: string): boolean {
  if (!existsSync(`/proc/${pid}`)) return true
  return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

beforeAll(async () => {
  const made = await runNocturne(['up', '--prepare'])
  expect([made.code, made.err.includes('rror')]).toEqual([0, false])
}, 180_000)

afterAll(() => {
  for (const child of begun) child.kill('SIGKILL')
})

describe('the whole system on one machine', () => {
  it('shows the example night first, has made-up sleepers under a centre, and leaves nothing', async () => {
    const { child, said } = await up()
    const page = await (await fetch(said.url)).text()
    expect(page).toContain('<meta name="nocturne-centre" content="night" />')
    const { url, invitation: code } = said
    const signed = await fetch(`${url}/v1/sign-ins`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ code }),
    })
    expect(signed.status).toBe(201)
    await until(async () => {
      const here = (await rows(said)).filter(({ online, mode }) => online && mode === 'guidance')
      return here.length === 2
    })
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(existsSync(dirname(dirname(said.token)))).toBe(false)
  }, 150_000)

  it.skipIf(process.platform !== 'linux')(
    'ends the sleepers when it is killed',
    async () => {
      const { child } = await up()
      const children = (): string[] =>
        readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')
      await until(() => children().filter(Boolean).length === 2)
      const pids = children()
      child.kill('SIGKILL')
      await until(() => pids.every(isGone))
    },
    150_000,
  )
})
