import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CHROMIUM_MISSING,
  chromiumPath,
  openChromium,
  type RunningApp,
  startApp,
} from '#test/chromium.ts'
import { nocturneText } from '#test/nocturne.ts'

const here = !chromiumPath()
const title = here ? `the page (${CHROMIUM_MISSING})` : 'the page'
const MODEL_BRIEF = fileURLToPath(new URL('./', import.meta.url))

describe.skipIf(here)(title, () => {
  let app: RunningApp
  let browser: Browser
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nocturne-page-'))
    app = await startApp()
    browser = await openChromium()
  })

  afterAll(async () => {
    await browser?.close()
    app?.stop()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  async function open(width: number, height: number, dark = true): Promise<Page> {
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
    })
    await page.goto(app.url)
    await page.locator('.timeline svg').first().waitFor()
    return page
  }

  it('shows the example night at once, with its sentence, timeline and traces', async () => {
    const page = await open(1280, 900)
    expect(await page.locator('h1').textContent()).toMatch(/asleep$/)
    await page.locator('.traces svg').waitFor()
    expect(await page.locator('.traces path').count()).toBeGreaterThanOrEqual(3)
    await page.close()
  })

  it('moves through the night by the arrow keys', async () => {
    const page = await open(1280, 900)
    const before = await page.locator('#epoch-title').textContent()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.locator('#epoch-title').textContent()).not.toBe(before)
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => page.locator('#epoch-title').textContent()).toBe(before)
    await page.close()
  })

  it('is reached by the keyboard alone: skip link, button, cursor, model, downloads', async () => {
    const page = await open(1280, 900)
    const reached: string[] = []
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press('Tab')
      reached.push(
        await page.evaluate(() => {
          const at = document.activeElement
          return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? ''
        }),
      )
    }
    expect(reached[0]).toBe('Skip to the night')
    expect(reached).toEqual(expect.arrayContaining(['Open a recording', 'Epoch', 'Report']))
    await page.close()
  })

  for (const [name, width, height] of [
    ['phone', 390, 844],
    ['desktop', 1280, 900],
  ] as const) {
    for (const dark of [true, false]) {
      it(`has nothing for axe to find, at ${name} width in a ${dark ? 'dark' : 'light'} room`, async () => {
        const page = await open(width, height, dark)
        await page.locator('.traces svg').waitFor()
        await page.evaluate(axe.source)
        const { violations } = await page.evaluate(() =>
          (window as unknown as { axe: typeof axe }).axe.run(),
        )
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect(overflow).toBeLessThanOrEqual(0)
        await page.close()
      })
    }
  }

  it('reads a dropped recording to the same bytes as the command line', async () => {
    const file = join(folder, 'made.edf')
    await nocturneText('synth', '--hours', '2', '--seed', '3', '--out', file)
    const byCommand = await nocturneText('night', file, '--json')
    const page = await open(1280, 900)
    await page.setInputFiles('input[type=file]', file)
    await page.locator('.summary[data-example=false]').waitFor({ timeout: 60_000 })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'night.json' }).click(),
    ])
    const saved = join(folder, 'night.json')
    await download.saveAs(saved)
    const { readFile } = await import('node:fs/promises')
    expect(await readFile(saved, 'utf8')).toBe(byCommand)
    await page.close()
  })

  it('says in one line what is wrong with a file that is no recording', async () => {
    const page = await open(1280, 900)
    await page.setInputFiles('input[type=file]', join(MODEL_BRIEF, 'page.e2e.ts'))
    await expect
      .poll(() => page.locator('[role=alert]').textContent())
      .toContain('expected an EDF or BDF recording')
    await page.close()
  })

  it('sends nothing anywhere: every request goes to its own origin and only reads', async () => {
    const page = await browser.newPage()
    const requests: string[] = []
    page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`))
    await page.goto(app.url)
    await page.locator('.traces svg').waitFor()
    const foreign = requests.filter(
      (line) => !/^(GET|HEAD) /.test(line) || !/ (blob:|data:)?http:\/\/localhost:\d+\//.test(line),
    )
    expect(foreign).toEqual([])
    await page.close()
  })
})
