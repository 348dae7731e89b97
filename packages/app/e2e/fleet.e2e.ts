import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHROMIUM_MISSING, chromiumPath, openChromium, violationsOf } from '#test/chromium.ts'
import { runNocturne } from '#test/nocturne.ts'

const missing = !chromiumPath()
const title = missing ? `the fleet’s page (${CHROMIUM_MISSING})` : 'the fleet’s page'
const NOCTURNE = fileURLToPath(new URL('../../cli/bin/nocturne.js', import.meta.url))
const WAIT = { timeout: 120_000 }
const PATIENCE_MS = 240_000

type Centre = { readonly url: string; readonly token: string; readonly invitation: string }

describe.skipIf(missing)(title, { timeout: PATIENCE_MS }, () => {
  let folder: string
  let browser: Browser
  let centre: Centre
  let page: Page
  const programs: ChildProcess[] = []
  const complaints: string[] = []
  const servers: Server[] = []
  const called: { readonly subject: string; readonly link: string }[] = []
  let answers = 204

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nocturne-fleet-page-'))
    // Built once, before three programs want it.
    await runNocturne(['up', '--prepare'])
    centre = await begunCentre()
    for (const k of [1, 2]) {
      program('edge', '--facility', centre.url, '--source', `synth:${k}`, '--frame-s', '2')
    }
    browser = await openChromium()
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
  }, PATIENCE_MS)

  afterAll(async () => {
    await browser?.close()
    for (const child of programs) await killed(child)
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  /** A program in a terminal of its own, with a home of its own. */
  function program(...words: string[]): ChildProcess {
    const env = { ...process.env, NOCTURNE_HOME: folder }
    const child = spawn(process.execPath, [NOCTURNE, ...words], { env })
    programs.push(child)
    return child
  }

  async function begunCentre(): Promise<Centre> {
    const hook = await receiver()
    const child = program('facility', '--port', '0', '--json', '--page-webhook', hook)
    const told = await new Promise<string>((done, refuse) => {
      let [out, err] = ['', '']
      child.stderr?.on('data', (text) => {
        err += text
      })
      child.stdout?.on('data', (text) => {
        out += text
        if (out.includes('\n')) done(out)
      })
      child.once('exit', () => refuse(new Error(err)))
    })
    const { url, token, invitation } = JSON.parse(told)
    for (let k = 0; k < 1000; k++) {
      const answer = await fetch(url)
      if (answer.ok) break
      await new Promise((done) => setTimeout(done, 200))
    }
    return { url, invitation, token: (await readFile(token, 'utf8')).trim() }
  }

  /** Whoever is called; `answers` is the status of the next answers. */
  async function receiver(): Promise<string> {
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (text) => {
        body += text
      })
      request.on('end', () => {
        if (answers === 204) called.push(JSON.parse(body))
        response.writeHead(answers).end()
      })
    })
    servers.push(server)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  }

  it('opens by the link that the first start printed, and shows two sleepers live', async () => {
    await page.goto(`${centre.url}/#sign-in=${centre.invitation}`)
    await page
      .getByRole('heading', { name: '2 of 2 devices are here. Nothing is wrong.' })
      .waitFor(WAIT)
    expect(new URL(page.url()).hash).toBe('#fleet')
    const rows = page.locator('.devices tbody tr')
    await expect.poll(() => rows.count(), WAIT).toBe(2)
    await expect.poll(() => rows.first().textContent(), WAIT).toMatch(/Awake|N1|N2|N3|REM/)
    expect(await rows.first().textContent()).toContain('guidance')
    expect(await violationsOf(page)).toEqual([])
  })

  it('shows an incident the moment it is there, and takes a person’s word for it', async () => {
    const { url, token } = centre
    await fetch(`${url}/v1/incidents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ metric: 'a lamp that stayed on' }),
    })
    const incident = page.locator('#incident')
    await incident.getByText('Somebody reported something').waitFor(WAIT)
    await incident.getByRole('button', { name: 'I have it' }).click()
    await incident.getByText('acked by admin').waitFor(WAIT)
    await incident.getByRole('textbox').fill('the plug was pulled')
    await incident.getByRole('button', { name: 'This was done' }).click()
    await incident.getByText('the plug was pulled').waitFor(WAIT)
    // Closed too early is told in words, and changes nothing.
    await incident.getByRole('textbox').fill('all is well')
    await incident.getByRole('button', { name: 'Close: mended' }).click()
    await page.getByRole('alert').waitFor(WAIT)
    expect(await incident.textContent()).not.toContain('closed by')
  })

  it('says who is woken and that a way is dead, sends a test, and ends a token (F84, F90)', async () => {
    expect(called.map(({ subject }) => subject)).toEqual(['i-1'])
    expect(called[0]!.link).toBe(`${centre.url}/#fleet/i-1`)
    const woken = page.locator('section', {
      has: page.getByRole('heading', { name: 'Who is woken' }),
    })
    await woken.getByText(/^last /).waitFor(WAIT)
    answers = 503
    await woken.getByRole('button', { name: 'Send a test' }).click()
    await woken.getByRole('status').getByText('did not arrive (answer 503)').waitFor(WAIT)
    await woken.getByText(/^takes nothing \(answer 503\)/).waitFor(WAIT)
    answers = 204
    await woken.getByRole('button', { name: 'Send a test' }).click()
    await woken.getByRole('status').getByText('arrived.').waitFor(WAIT)
    const headers = { authorization: `Bearer ${centre.token}`, 'content-type': 'application/json' }
    const made = await fetch(`${centre.url}/v1/tokens`, { method: 'POST', headers, body: '{}' })
    const end = ((await made.json()) as { token: string }).token.slice(-4)
    await page.reload()
    await page.getByRole('button', { name: `End …${end}` }).click(WAIT)
    await expect.poll(() => page.getByText(`…${end}`).count(), WAIT).toBe(0)
    expect(await violationsOf(page)).toEqual([])
  })

  it('makes a code for a device, and shuts one out and in again', async () => {
    await page.getByRole('button', { name: 'A code for a device' }).click()
    await expect
      .poll(() => page.locator('.pairing .pair').textContent(), WAIT)
      .toMatch(/^[A-Z]{8}$/)
    const devices = page.locator('.devices')
    await devices.getByRole('button').first().click()
    await devices.getByText('Acts this night').waitFor(WAIT)
    expect(await violationsOf(page)).toEqual([])
    await devices.getByRole('button', { name: 'Shut it out' }).click()
    await devices.getByText('shut out', { exact: true }).waitFor(WAIT)
    await devices.getByRole('button', { name: 'Let it in again' }).click()
    await devices.getByText('shut out', { exact: true }).waitFor({ ...WAIT, state: 'detached' })
    await devices.getByRole('button').first().click()
    await expect.poll(() => devices.getByText('Acts this night').count(), WAIT).toBe(0)
  })

  it('pulls the failsafe by one person, and lifts it by two only', async () => {
    const state = page.locator('#switch-state')
    expect(await state.textContent()).toContain('Not pulled')
    expect(await page.locator('#pull').isDisabled()).toBe(true)
    await page.locator('#why').fill('a drill')
    await page.locator('#pull').click()
    await state.getByText('Pulled: nothing is granted').waitFor(WAIT)
    await page.locator('#why').fill('the drill is over')
    await page.locator('#lift').click()
    await page.getByRole('button', { name: 'Waits for a second safety officer' }).waitFor(WAIT)
    expect(await state.textContent()).toContain('Pulled')
    expect(await violationsOf(page)).toEqual([])
    expect(complaints.filter((text) => !text.includes('409'))).toEqual([])
  })

  it('fits a telephone, and is for nobody who is not signed in', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(390)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'The fleet is for its operators' }).waitFor(WAIT)
    expect(await page.locator('.devices').count()).toBe(0)
    expect(await violationsOf(page)).toEqual([])
  })
})

function killed(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done()
    child.once('exit', () => done())
    child.kill('SIGKILL')
  })
}
