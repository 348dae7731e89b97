import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import { genotypeText } from '#test/genotype-file.ts'
import { nocturneText } from '#test/nocturne.ts'

const missing = !chromiumPath()
const title = missing ? `the clock's page (${CHROMIUM_MISSING})` : 'the clock’s page'
const WAIT = { timeout: 60_000 }
/** A machine with other work to do takes its time. */
const PATIENCE_MS = 180_000

/** Two weeks of a person who sleeps from 01:10 to 09:05, give or take some minutes. */
function diaryText(): string {
  const rows = Array.from({ length: 14 }, (_, i) => {
    const day = String(i + 2).padStart(2, '0')
    const minute = String((i * 17) % 20).padStart(2, '0')
    return `2026-03-${String(i + 1).padStart(2, '0')},2026-03-${day} 01:${minute},2026-03-${day} 09:${minute}`
  })
  return `night,bedtime,waketime\n${rows.join('\n')}\n`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

describe.skipIf(missing)(title, { timeout: PATIENCE_MS }, () => {
  let app: RunningApp
  let browser: Browser
  let folder: string
  let diary: string
  let genes: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nocturne-clock-'))
    diary = join(folder, 'diary.csv')
    genes = join(folder, 'genome.txt')
    await writeFile(diary, diaryText())
    await writeFile(genes, genotypeText({ rs35333999: 'CT', rs12736689: 'TT' }))
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
    await page.goto(`${app.url}#clock`)
    await page.locator('#clock-title').waitFor(WAIT)
    return page
  }

  /** Gives the page files and waits for the clock of that many nights. */
  async function give(page: Page, nights: number, ...files: string[]): Promise<void> {
    await page.setInputFiles('input[type=file]', files)
    await page.getByText(`Your ${nights} nights`).waitFor(WAIT)
  }

  async function plan(page: Page): Promise<void> {
    await page.getByLabel('None of it').check()
    await page.getByRole('button', { name: 'Make the plan' }).click()
    await page.locator('#plan-title').waitFor(WAIT)
  }

  it('shows a simulated sleeper at first, named so, and asks nobody but its own server', async () => {
    const page = await browser.newPage()
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(`${app.url}#clock`)
    await page.locator('#clock-title').waitFor(WAIT)
    expect(await page.locator('.eyebrow').textContent()).toContain('Example sleeper, simulated')
    expect(await page.locator('#clock-title').textContent()).toMatch(/deepest at \d\d:\d\d/)
    expect(await page.title()).toBe('Your clock · Nocturne')
    expect(
      requests.filter((url) => !/^(blob:|data:)/.test(url) && !url.startsWith(app.url)),
    ).toEqual([])
    await page.close()
  })

  it('finds the clock of a dropped diary as the command line does, and plans a week from it', async () => {
    const page = await open()
    const byCommand = nocturneText('clock', 'fit', diary, '--zone', 'Europe/Berlin', '--json')
    await give(page, 14, diary)
    const [here, there] = [
      (await downloaded(page, 'clock.json')).toString(),
      (await byCommand).trim(),
    ]
    expect(here.slice(0, 300)).toBe(there.slice(0, 300))
    expect(sha256(here)).toBe(sha256(there))
    await page.getByLabel('None of it').check()
    await page.getByLabel('Goal').selectOption('wake')
    await page.getByRole('textbox', { name: 'Wake at' }).fill('06:30')
    await page.getByRole('button', { name: 'Make the plan' }).click()
    await page.locator('#plan-title').waitFor(WAIT)
    expect(await page.locator('#plan-title').textContent()).toContain('06:30')
    expect(await page.locator('.plan .figure svg').count()).toBe(1)
    expect(await page.locator('.advice').count()).toBeGreaterThan(5)
    const calendar = (await downloaded(page, 'Calendar (.ics)')).toString()
    expect(calendar).toMatch(/^BEGIN:VCALENDAR\r\n/)
    expect(calendar).toContain('BEGIN:VALARM')
    await page.context().close()
  })

  it('says what the genes are worth, beside the nights', async () => {
    const page = await open()
    await give(page, 14, diary, genes)
    const card = page.locator('section', { has: page.locator('#genes-title') })
    expect(await card.textContent()).toContain('Your genes move this estimate by 3 minutes later')
    expect(await card.textContent()).toContain('Sleep need is never inferred from genes')
    await page.getByLabel('My ancestors are').selectOption('other')
    await expect.poll(() => card.textContent(), WAIT).toContain('by 1 minute later')
    await page.getByRole('button', { name: 'Leave out genome.txt' }).click()
    await expect.poll(() => card.textContent(), WAIT).toContain('No genotype was given')
    await page.getByRole('button', { name: 'Back to the example' }).click()
    await page.getByText('Example sleeper, simulated').waitFor(WAIT)
    await page.context().close()
  })

  it('plans no light for those whom it may harm', async () => {
    const page = await open()
    await page.getByLabel('Some of it, or I am not sure').check()
    expect(await page.getByText('together with a doctor').count()).toBe(1)
    expect(await page.getByRole('button', { name: 'Make the plan' }).count()).toBe(0)
    await page.context().close()
  })

  it('ends a reading by Escape, and keeps what it shows', async () => {
    const page = await open()
    const before = await page.locator('#clock-title').textContent()
    const long = join(folder, 'long.csv')
    const row = 'Apple,HKQuantityTypeIdentifierStepCount\n'
    await writeFile(long, `night,bedtime,waketime\n${row.repeat(1_500_000)}`)
    await page.setInputFiles('input[type=file]', long)
    await page.locator('.toast progress').waitFor(WAIT)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('.toast').count()).toBe(0)
    expect(await page.locator('#clock-title').textContent()).toBe(before)
    await page.context().close()
  })

  it('keeps the clock it shows when a file is nothing to read, and says why', async () => {
    const page = await open()
    const before = await page.locator('#clock-title').textContent()
    const notes = join(folder, 'notes.txt')
    await writeFile(notes, 'hello\n')
    await page.setInputFiles('input[type=file]', notes)
    await page.getByRole('alert').waitFor(WAIT)
    expect(await page.getByRole('alert').textContent()).toContain('notes.txt')
    await page.setInputFiles('input[type=file]', genes)
    await expect.poll(() => page.getByRole('alert').textContent(), WAIT).toContain('add a diary')
    expect(await page.locator('#clock-title').textContent()).toBe(before)
    await page.context().close()
  })

  it('is walked by the keyboard alone, from the night to a plan', async () => {
    const page = await browser.newPage()
    await page.goto(app.url)
    await page.locator('.traces svg').waitFor(WAIT)
    const reach = async (name: string): Promise<void> => {
      for (let press = 0; press < 60; press++) {
        await page.keyboard.press('Tab')
        const at = await page.evaluate(() => {
          const active = document.activeElement
          const label = active instanceof HTMLInputElement ? active.labels?.[0] : active
          return label?.textContent?.trim() ?? ''
        })
        if (at === name) return
      }
      throw new Error(`${name} is not reached by Tab`)
    }
    await reach('Clock')
    await page.keyboard.press('Enter')
    await page.locator('#clock-title').waitFor(WAIT)
    await reach('None of it')
    await page.keyboard.press('Space')
    await reach('Make the plan')
    await page.keyboard.press('Enter')
    await page.locator('#plan-title').waitFor(WAIT)
    await page.goBack()
    await page.locator('.traces svg').waitFor(WAIT)
    await page.close()
  })

  for (const [name, width, height] of [
    ['phone', 390, 844],
    ['desktop', 1280, 900],
  ] as const) {
    it(`has nothing for axe to find at ${name} width, dark and light, and fits`, async () => {
      const page = await open(width, height)
      await plan(page)
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true
      })
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
