import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeEdf } from '@nocturne/core/signal'
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
import { nocturneText } from '#test/nocturne.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'

const missing = !chromiumPath()
const title = missing ? `the page (${CHROMIUM_MISSING})` : 'the page'
const YASA = 'models/yasa/clf_eeg_lgb_0.5.0.joblib'
const NETWORK = 'models/robustsleepnet/0dfcee73-055a-4c4d-929c-8fdf630e14f1.gz'
const modelNote = hasShared(YASA) ? '' : ` (${SHARED_MISSING})`
const WAIT = { timeout: 60_000 }

/** Two minutes of plain waves, the same in every channel. */
async function writeWaves(path: string, ...labels: readonly string[]): Promise<void> {
  const samples = Float32Array.from({ length: 120 * 100 }, (_, i) => 40 * Math.sin(i / 9))
  const channels = labels.map((label) => ({ label, unit: 'uV', rateHz: 100, samples }))
  await writeFile(path, writeEdf({ durationS: 120, channels, annotations: [] }))
}

describe.skipIf(missing)(title, () => {
  let app: RunningApp
  let browser: Browser
  let folder: string
  /** An hour of a simulated night, and its true stages as text. */
  let recording: string
  let hypnogram: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nocturne-page-'))
    recording = join(folder, 'made.edf')
    hypnogram = join(folder, 'scored.txt')
    const made = await nocturneText(
      ...['synth', '--hours', '1', '--seed', '3', '--out', recording, '--json'],
    )
    const { stages } = JSON.parse(made) as { stages: string[] }
    await writeFile(hypnogram, `${stages.join('\n')}\n`)
    app = await startApp()
    browser = await openChromium()
  })

  afterAll(async () => {
    await browser?.close()
    app?.stop()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  async function open(width = 1280, height = 900, dark = true): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
    })
    const page = await context.newPage()
    await page.goto(app.url)
    await page.locator('.traces svg').waitFor(WAIT)
    return page
  }

  /** Gives the page files and waits until they are read; fails with what the page complains of. */
  async function read(page: Page, ...files: string[]): Promise<void> {
    await page.setInputFiles('input[type=file]', files)
    await page.locator('.toast progress').waitFor(WAIT)
    await page.locator('.toast progress').waitFor({ ...WAIT, state: 'detached' })
    expect(await page.getByRole('alert').allTextContents()).toEqual([])
  }

  it('shows the example night at once and asks nobody but its own server', async () => {
    const page = await browser.newPage()
    const requests: string[] = []
    page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`))
    await page.goto(app.url)
    await page.locator('.traces svg').waitFor(WAIT)
    expect(await page.locator('h1').textContent()).toMatch(/asleep$/)
    expect(await page.title()).toMatch(/asleep · Example night · Nocturne$/)
    expect(await page.locator('.trace').count()).toBeGreaterThanOrEqual(3)
    const own = new RegExp(`^(GET|HEAD) (blob:|data:)?${app.url}/`)
    expect(requests.filter((line) => !own.test(line) && !/^GET data:/.test(line))).toEqual([])
    await page.close()
  })

  it('is walked by the keyboard alone', async () => {
    const page = await open()
    const moment = (): Promise<string | null> => page.locator('#epoch-title').textContent()
    const reached: string[] = []
    for (let press = 0; press < 22; press++) {
      await page.keyboard.press('Tab')
      reached.push(
        await page.evaluate(() => {
          const at = document.activeElement
          return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? ''
        }),
      )
    }
    expect(reached[0]).toBe('Skip to the night')
    const stations = ['Open a recording', 'Moment of the night', 'Next change ›', 'report.html']
    expect(reached).toEqual(expect.arrayContaining(stations))
    await page.keyboard.press('Home')
    await expect.poll(moment).toMatch(/^23:00:00/)
    await page.keyboard.press('Shift+ArrowRight')
    await expect.poll(moment).toMatch(/^23:05:00/)
    await page.keyboard.press('ArrowLeft')
    await expect.poll(moment).toMatch(/^23:04:30/)
    await page.keyboard.press('n')
    await expect.poll(moment).not.toContain('Awake')
    await page.keyboard.press('p')
    await expect.poll(moment).toContain('Awake')
    await page.context().close()
  })

  for (const [name, width, height] of [
    ['phone', 390, 844],
    ['desktop', 1280, 900],
  ] as const) {
    it(`has nothing for axe to find at ${name} width, dark and light, and fits`, async () => {
      const page = await open(width, height)
      for (const details of await page.locator('summary').all()) await details.click()
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme })
        expect(await violationsOf(page), colorScheme).toEqual([])
      }
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(over).toBeLessThanOrEqual(0)
      await page.context().close()
    })
  }

  it('reads a recording beside its scorer to the same bytes as the command line', async () => {
    const page = await open()
    const byCommand = nocturneText('night', recording, '--hypnogram', hypnogram, '--json')
    await read(page, hypnogram, recording)
    expect(await page.title()).toContain('made.edf')
    expect(await page.locator('.agreement').textContent()).toMatch(/\(scored\.txt\).*of 120 epochs/)
    expect((await downloaded(page, 'night.json')).toString()).toBe(await byCommand)
    expect((await downloaded(page, 'report.html')).toString()).toMatch(/^<!doctype html>/)
    expect((await downloaded(page, 'hypnogram.edf')).toString('latin1')).toContain('Sleep stage N2')
    expect((await downloaded(page, 'hypnogram.png')).subarray(1, 4).toString()).toBe('PNG')
    await page.getByRole('button', { name: 'Back to the example' }).click()
    expect(await page.title()).toContain('Example night')
    await page.context().close()
  })

  it.skipIf(!hasShared(YASA))(
    `reads by a model that is dropped on it, as the command line does${modelNote}`,
    async () => {
      const page = await open()
      const yasa = sharedPath(YASA)
      const byCommand = nocturneText('night', recording, '--model', yasa, '--json')
      await read(page, recording, yasa)
      expect(await page.locator('.model').textContent()).toContain('YASA')
      expect((await downloaded(page, 'night.json')).toString()).toBe(await byCommand)
      const waves = join(folder, 'waves.edf')
      await writeWaves(waves, 'EEG C4-M1')
      await read(page, sharedPath(NETWORK), waves)
      expect(await page.locator('.model').textContent()).toContain('RobustSleepNet')
      expect(await page.title()).toContain('waves.edf')
      await page.context().close()
    },
  )

  it('keeps the night it shows when a file is nothing to read or a reading is cancelled', async () => {
    const page = await open()
    const before = await page.title()
    const notes = join(folder, 'notes.txt')
    await writeFile(notes, 'hello\n')
    await page.setInputFiles('input[type=file]', notes)
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').textContent()).toContain(
      'notes.txt, line 1: got "hello", expected an EDF or BDF recording, a hypnogram or a model',
    )
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByLabel('Stages by').selectOption('starter-live')
    await page.locator('.toast progress').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('.toast').count()).toBe(0)
    expect(await page.title()).toBe(before)
    await page.reload()
    await page.getByRole('button', { name: 'Cancel' }).click(WAIT)
    expect(await page.title()).toBe(before)
    await page.context().close()
  })

  it('takes a drop anywhere, of a folder too, and says so while it hangs over the page', async () => {
    const page = await open()
    const scorer = join(folder, 'scorer')
    await mkdir(scorer)
    await writeFile(join(scorer, 'by-hand.txt'), `${new Array(960).fill('N2').join('\n')}\n`)
    const mouse = await page.context().newCDPSession(page)
    const data = { items: [], files: [scorer], dragOperationsMask: 1 }
    const drag = (type: 'dragEnter' | 'dragOver' | 'drop'): Promise<unknown> =>
      mouse.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data })
    await drag('dragEnter')
    await drag('dragOver')
    await page.getByText('Let go to read it here').waitFor()
    await drag('drop')
    await page.locator('.agreement').waitFor(WAIT)
    expect(await page.locator('.agreement').textContent()).toContain('(by-hand.txt)')
    expect(await page.getByText('Let go to read it here').count()).toBe(0)
    await page.context().close()
  })

  it('asks which channel is EEG when no name says so', async () => {
    const page = await open()
    const unnamed = join(folder, 'unnamed.edf')
    await writeWaves(unnamed, 'one', 'two')
    await page.setInputFiles('input[type=file]', unnamed)
    await page.getByLabel('No channel is EEG by its name').selectOption('two')
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Read it' }).click()
    await expect.poll(() => page.title(), WAIT).toContain('unnamed.edf')
    expect(await page.getByLabel('Stages from').inputValue()).toBe('two')
    await page.context().close()
  })
})
