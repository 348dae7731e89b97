import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { agreementOfStages, nightReport } from '@nocturne/core/sleep'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHROMIUM_MISSING, chromiumPath, openChromium } from '#test/chromium.ts'
import { madeUpNight } from '#test/made-up-night.ts'

const missing = !chromiumPath()
const name = 'the night report in a browser'
const title = missing ? `${name} (${CHROMIUM_MISSING})` : name
const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 900 }

describe.skipIf(missing)(title, () => {
  let browser: Browser
  let folder: string
  let address: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'report-'))
    const night = madeUpNight()
    const agreement = agreementOfStages(night.stages, night.smoothedStages)
    const reference = { hypnogram: { epochS: 30, stages: night.smoothedStages }, agreement }
    writeFileSync(join(folder, 'report.html'), nightReport({ ...night, reference }))
    address = pathToFileURL(join(folder, 'report.html')).href
    browser = await openChromium()
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The report opened from the disk, with everything it asked for and complained about. */
  async function opened(
    options: BrowserContextOptions,
  ): Promise<{ page: Page; asked: string[]; complaints: string[] }> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const asked: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(address)
    return { page, asked, complaints }
  }

  const ways = [
    ['a phone by day', { viewport: PHONE, colorScheme: 'light' }],
    ['a phone by night', { viewport: PHONE, colorScheme: 'dark' }],
    ['a desk by day', { viewport: DESK, colorScheme: 'light' }],
    ['a desk by night', { viewport: DESK, colorScheme: 'dark' }],
  ] as const

  it.each(ways)('has nothing for axe to find on %s, and fits its width', async (_name, options) => {
    const { page, asked, complaints } = await opened(options)
    await page.evaluate(axe.source)
    const violations = await page.evaluate(async () => {
      const found = await (globalThis as unknown as { axe: typeof axe }).axe.run()
      return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`)
    })
    expect(violations).toEqual([])
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(over).toBeLessThanOrEqual(0)
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([address])
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('shows one layout of each figure: the phone its own, the desk and the paper theirs', async () => {
    const { page } = await opened({ viewport: PHONE })
    expect(await page.locator('#hypnogram-narrow').isVisible()).toBe(true)
    expect(await page.locator('#hypnogram-wide').isVisible()).toBe(false)
    await page.setViewportSize(DESK)
    expect(await page.locator('#hypnogram-wide').isVisible()).toBe(true)
    await page.setViewportSize({ width: 700, height: 1000 })
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#hypnogram-wide').isVisible()).toBe(true)
    expect(await page.locator('.inspector').isVisible()).toBe(false)
    await page.context().close()
  })

  it('moves through epochs with the arrow keys and reads out stage and probabilities', async () => {
    const { page } = await opened({ viewport: DESK })
    const slider = page.getByRole('slider')
    await slider.focus()
    await page.keyboard.press('ArrowRight')
    expect(await slider.inputValue()).toBe('1')
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^22:47:40, Awake, Awake \d+ %/)
    await page.keyboard.press('End')
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^05:48:40/)
    await page.locator('#hypnogram-wide').hover({ position: { x: 500, y: 60 } })
    expect(Number(await slider.inputValue())).toBeGreaterThan(300)
    await page.context().close()
  })

  it('is reached past its header by the first Tab', async () => {
    const { page } = await opened({ viewport: DESK })
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    await page.context().close()
  })

  it('is complete without its script', async () => {
    const { page } = await opened({ viewport: DESK, javaScriptEnabled: false })
    expect(await page.locator('#inspector').isVisible()).toBe(false)
    expect(await page.locator('#hypnogram-wide').isVisible()).toBe(true)
    expect(await page.getByRole('table').count()).toBeGreaterThanOrEqual(5)
    expect((await page.screenshot()).length).toBeGreaterThan(20_000)
    await page.context().close()
  })
})
