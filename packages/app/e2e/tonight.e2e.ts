import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyBox } from '@nocturne/core/night'
import { bytesSource } from '@nocturne/core/signal'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CHROMIUM_MISSING,
  chromiumPath,
  downloaded,
  openChromium,
  type RunningApp,
  startApp,
  violationsOf,
} from '#test/chromium.ts'
import { nocturneText, runNocturne } from '#test/nocturne.ts'

const missing = !chromiumPath()
const title = missing ? `tonight’s page (${CHROMIUM_MISSING})` : 'tonight’s page'
const WAIT = { timeout: 60_000 }
/** A machine with other work to do takes its time. */
const PATIENCE_MS = 180_000
const RECORDING = 'input[aria-label="Play a recording"]'
const CONSENT = 'input[aria-label="Open a consent"]'

describe.skipIf(missing)(title, { timeout: PATIENCE_MS }, () => {
  let app: RunningApp
  let browser: Browser
  let folder: string
  let complaints: string[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nocturne-tonight-'))
    app = await startApp()
    browser = await openChromium()
  })

  afterAll(async () => {
    await browser?.close()
    app?.stop()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  async function open(width = 1280, height = 900): Promise<Page> {
    const context = await browser.newContext({
      ...{ viewport: { width, height }, colorScheme: 'dark', timezoneId: 'Europe/Berlin' },
    })
    const page = await context.newPage()
    complaints = []
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`${app.url}#tonight`)
    await page.getByRole('button', { name: 'Stop everything' }).waitFor(WAIT)
    return page
  }

  async function control(page: Page): Promise<void> {
    await page.getByRole('radio', { name: 'Control' }).click()
    await page.getByRole('button', { name: 'I am awake and I want it' }).click()
  }

  async function rehearse(page: Page, hours: string, speed: string): Promise<void> {
    await page.getByLabel('Hours').fill(hours)
    await page.getByLabel('Speed').selectOption(speed)
    await page.getByRole('button', { name: 'Rehearse' }).click()
    await page.locator('#mode-now').waitFor(WAIT)
  }

  async function signAtEveryHour(page: Page): Promise<void> {
    await page.getByLabel('From', { exact: true }).fill('00:00')
    await page.getByLabel('To', { exact: true }).fill('00:00')
    await page.getByLabel('I have read this').check()
    await page.getByRole('button', { name: 'Sign', exact: true }).click()
    await expect.poll(() => standingOf(page), WAIT).toContain('It stands')
  }

  async function standingOf(page: Page): Promise<string | null> {
    return page.locator('#standing').textContent()
  }

  /** The consent of the page as it is read: its sentences. */
  async function readAloud(page: Page): Promise<string[]> {
    return page.locator('details .paper li').allTextContents()
  }

  it('asks before a mode rises, and lowers it without a question', async () => {
    const page = await open()
    const isChosen = (name: string): Promise<boolean> =>
      page.getByRole('radio', { name }).isChecked()
    await page.getByRole('radio', { name: 'Control' }).click()
    expect(await isChosen('Natural')).toBe(true)
    await page.getByRole('button', { name: 'Stay in natural' }).click()
    expect(await isChosen('Natural')).toBe(true)
    await control(page)
    expect(await isChosen('Control')).toBe(true)
    await page.getByRole('radio', { name: 'Guidance' }).click()
    expect(await isChosen('Guidance')).toBe(true)
    expect(await page.getByRole('alertdialog').count()).toBe(0)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('is silent and natural within 300 ms of the one button, or of Esc, and rests for the night', async () => {
    const page = await open()
    await control(page)
    await rehearse(page, '1', '0')
    await expect.poll(() => page.locator('#mode-now').textContent(), WAIT).toBe('control')
    const stop = page.getByRole('button', { name: 'Stop everything' })
    expect(await stop.isVisible()).toBe(true)
    await stop.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('#halted').textContent(), WAIT).toContain('Stopped')
    const said = (await page.locator('#halted').textContent()) ?? ''
    expect(Number(/after (\d+) ms/.exec(said)?.[1])).toBeLessThanOrEqual(300)
    expect(await page.locator('.halt strong').textContent()).toMatch(/natural|Nothing is running/)
    expect(await page.getByRole('radio', { name: 'Natural' }).isChecked()).toBe(true)
    // Asked for again, it is refused for the rest of the night.
    await control(page)
    await expect.poll(() => page.locator('.notes').textContent(), WAIT).toContain('Not followed.')
    expect(await page.locator('#mode-now').textContent()).toBe('natural')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'End the rehearsal' }).click()
    await page.getByRole('button', { name: 'Save the black box' }).waitFor(WAIT)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('has a consent read, signed, kept over a reload, and taken back in mid-night', async () => {
    const page = await open()
    const standing = page.locator('#standing')
    await expect.poll(() => standing.textContent()).toContain('signed nothing')
    expect(await page.getByRole('button', { name: 'Sign', exact: true }).isDisabled()).toBe(true)
    await page.getByLabel('pregnancy').check()
    expect(await page.locator('form .paper').textContent()).toContain('no sound, no cue, no warmth')
    await page.getByLabel('pregnancy').uncheck()
    await signAtEveryHour(page)
    await page.reload()
    await expect.poll(() => standing.textContent(), WAIT).toContain('It stands')
    await control(page)
    await rehearse(page, '1', '10')
    await expect.poll(() => page.locator('#mode-now').textContent(), WAIT).toBe('control')
    await page.getByRole('button', { name: 'Take it back now' }).click()
    await expect.poll(() => standing.textContent(), WAIT).toContain('You took it back')
    await expect.poll(() => page.locator('.notes').textContent(), WAIT).toContain('was taken back')
    await expect.poll(() => page.locator('#mode-now').textContent(), WAIT).toBe('natural')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('saves a signed consent as the file of the command line, opens it again, and knows its own key', async () => {
    const page = await open()
    await signAtEveryHour(page)
    const [words, whose] = [await readAloud(page), await page.locator('#whose').textContent()]
    expect(whose).toContain('the key of this browser')
    const file = join(folder, 'mine.json')
    await writeFile(file, await downloaded(page, 'Save the consent'))
    const shown = await runNocturne(['consent', 'show', file, '--zone', 'Europe/Berlin', '--json'])
    expect(JSON.parse(shown.out)).toMatchObject({ why: 'other-signer', signature: 'other' })
    expect(JSON.parse(shown.out).text).toEqual(words)
    await page.getByRole('button', { name: 'Take it back now' }).click()
    await expect.poll(() => standingOf(page), WAIT).toContain('You took it back')
    // What was taken back is not taken up again, also after a reload.
    await page.reload()
    await page.setInputFiles(CONSENT, file)
    const alert = page.locator('[aria-labelledby=consent-title] > [role=alert]')
    await expect.poll(() => alert.textContent(), WAIT).toContain('taken back here')
    expect(await standingOf(page)).toContain('You took it back')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('opens a consent of another key, says that it is one, and a box acts on it once it is trusted', async () => {
    const signing = await open()
    await signAtEveryHour(signing)
    const words = await readAloud(signing)
    const print = (await signing.locator('.fingerprint').textContent()) ?? ''
    const file = join(folder, 'theirs.json')
    await writeFile(file, await downloaded(signing, 'Save the consent'))
    await signing.context().close()

    const page = await open()
    await page.setInputFiles(CONSENT, file)
    await expect.poll(() => standingOf(page), WAIT).toContain('It stands')
    expect(await readAloud(page)).toEqual(words)
    const whose = await page.locator('#whose').textContent()
    expect(whose).toContain('signed with another key than this browser’s')
    expect(whose).toContain(print)
    expect(whose).toContain('acts on a consent only if it was signed with the box’s own key')
    expect(await violationsOf(page)).toEqual([])
    await page.reload()
    await expect.poll(() => standingOf(page), WAIT).toContain('It stands')
    expect(await page.locator('#whose').textContent()).toContain('another key')

    const box = { NOCTURNE_HOME: join(folder, 'box') }
    const trusted = await runNocturne(['consent', 'trust', file, '--fingerprint', print], box)
    expect(trusted).toMatchObject({ code: 0, err: '' })
    expect(await runNocturne(['consent', 'show', file], box)).toMatchObject({ code: 0 })

    await control(page)
    await rehearse(page, '1', '10')
    await page.setInputFiles(CONSENT, file)
    const alert = page.locator('[aria-labelledby=consent-title] > [role=alert]')
    await expect.poll(() => alert.textContent(), WAIT).toContain('a rehearsal is running')
    await expect.poll(() => page.locator('#mode-now').textContent(), WAIT).toBe('control')
    await page.getByRole('button', { name: 'Take it back now' }).click()
    await expect.poll(() => standingOf(page), WAIT).toContain('You took it back')
    await expect.poll(() => page.locator('#mode-now').textContent(), WAIT).toBe('natural')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('refuses a consent that was changed, or is none, in one line, and keeps what stands', async () => {
    const page = await open()
    await signAtEveryHour(page)
    const words = await readAloud(page)
    const text = (await downloaded(page, 'Save the consent')).toString()
    const tampered = {
      'louder.json': text.replace('"soundDbA": 45', '"soundDbA": 60'),
      'signature.json': text.replace(/("signature": ")(.)/, (_, name, digit) => {
        return `${name}${digit === '0' ? '1' : '0'}`
      }),
      'torn.json': text.slice(0, -20),
      'plan.json': '{"plan": []}',
    }
    const alert = page.locator('[aria-labelledby=consent-title] > [role=alert]')
    for (const [name, content] of Object.entries(tampered)) {
      await writeFile(join(folder, name), content)
      await page.setInputFiles(CONSENT, join(folder, name))
      const line = `${name} was not opened, and nothing has changed: `
      await expect.poll(() => alert.textContent(), WAIT).toContain(line)
      expect(await alert.count()).toBe(1)
      expect(await readAloud(page)).toEqual(words)
    }
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('says so where the browser cannot sign', async () => {
    const context = await browser.newContext()
    await context.addInitScript(() => {
      const none = (): Promise<never> => Promise.reject(new Error('no Ed25519'))
      Object.defineProperty(SubtleCrypto.prototype, 'generateKey', { value: none })
    })
    const page = await context.newPage()
    await page.goto(`${app.url}#tonight`)
    await page.getByText('This browser cannot sign').waitFor(WAIT)
    expect(await page.getByRole('button', { name: 'Sign', exact: true }).count()).toBe(0)
    await context.close()
  })

  it('rehearses a short night at full speed and hands over a whole box that replays', async () => {
    const page = await open()
    await control(page)
    await rehearse(page, '0.1', '0')
    await page.getByRole('button', { name: 'Save the black box' }).waitFor(WAIT)
    const box = await downloaded(page, 'Save the black box')
    const summary = await verifyBox([bytesSource(box, 'rehearsal.box')])
    expect(summary).toMatchObject({ value: { ok: true, ended: true, spanS: 360 } })
    await page.getByRole('link', { name: 'See the morning after' }).click()
    await page.locator('#morning-title').waitFor(WAIT)
    expect(await page.locator('.eyebrow').textContent()).toContain('A rehearsal')
    const path = join(folder, 'rehearsal.box')
    await writeFile(path, box)
    const again = JSON.parse(await nocturneText('replay', path, '--json')) as object
    expect(again).toMatchObject({ identical: true })
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('plays a recording that is dropped, and says what is wrong with one that cannot be', async () => {
    const page = await open()
    const recording = join(folder, 'made.edf')
    await nocturneText('synth', '--hours', '0.1', '--seed', '3', '--out', recording)
    await page.getByLabel('Speed').selectOption('0')
    await page.setInputFiles(RECORDING, recording)
    await page.getByRole('button', { name: 'Save the black box' }).waitFor(WAIT)
    expect(await page.locator('.now .clock').textContent()).toMatch(/^23:0[56]/)
    const notes = join(folder, 'notes.edf')
    await writeFile(notes, 'hello\n')
    await page.setInputFiles(RECORDING, notes)
    await page.locator('.rehearsal [role=alert]').waitFor(WAIT)
    expect(await page.locator('.rehearsal [role=alert]').textContent()).toContain('notes.edf')
    await page.context().close()
  })

  for (const [name, width, height] of [
    ['phone', 390, 844],
    ['desktop', 1280, 900],
  ] as const) {
    it(`has nothing for axe to find at ${name} width, dark and light, and fits`, async () => {
      const page = await open(width, height)
      await page.getByRole('radio', { name: 'Control' }).click()
      await rehearse(page, '0.5', '60')
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme })
        expect(await violationsOf(page), colorScheme).toEqual([])
      }
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(over).toBeLessThanOrEqual(0)
      await page.context().close()
    })
  }
})
