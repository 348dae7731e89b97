import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seededRandom, wallClockText } from '@nocturne/core/math'
import { bytesSource, openEdf } from '@nocturne/core/signal'
import { nightFigure, readNight, starterModel } from '@nocturne/core/sleep'
import type { Page } from 'playwright-core'
import { pictureOf } from '../packages/cli/src/picture.ts'
import { writeWholeFile } from '../packages/cli/src/whole-file.ts'
import { openChromium, startApp } from '../test/chromium.ts'
import { nocturneText } from '../test/nocturne.ts'

// Makes the pictures of README and docs with the product itself: docs/gallery.

const GALLERY = fileURLToPath(new URL('../docs/gallery/', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'nocturne-gallery-'))
const recording = join(folder, 'night.edf')
await nocturneText('synth', '--hours', '8', '--seed', '2045', '--out', recording)
await nocturneText('night', recording, '--hypnogram', recording, '--out', folder)
const edf = await openEdf(bytesSource(await readFile(recording)))
if (!edf.ok) throw new Error(edf.problem.code)
const night = await readNight(edf.value, { file: 'night.edf', model: starterModel('offline') })
if (!night.ok) throw new Error(night.problem.code)
await writeWholeFile(
  join(GALLERY, 'hypnogram.png'),
  await pictureOf(nightFigure(night.value, { theme: 'light' }), 900),
)

const diary = join(folder, 'diary.csv')
await writeFile(diary, madeUpDiary())
const fitted = join(folder, 'clock.json')
await nocturneText('clock', 'fit', diary, '--zone', 'Europe/Berlin', '--out', fitted)
await nocturneText(
  ...['clock', 'plot', diary, '--zone', 'Europe/Berlin', '--out', join(GALLERY, 'clock.png')],
)
await nocturneText(
  ...['plan', '--goal', 'shift -6h by 2026-12-05', '--sleeper', fitted, '--zone', 'Europe/Berlin'],
  ...['--flight', '2026-12-05 10:30 Europe/Berlin -> 2026-12-05 13:20 America/New_York'],
  ...['--work', 'Mon-Fri 09:00-17:00', '--from', '2026-12-02'],
  ...['--picture', join(GALLERY, 'plan.png')],
)

await nocturneText('fleet', 'drill', '--picture', join(GALLERY, 'drill.png'))

const box = join(folder, 'night.box')
await nocturneText(
  ...['loop', 'synth:3', '--hours', '2', '--rehearse', 'control', '--box', box, '--json'],
)

const app = await startApp()
const browser = await openChromium()
for (const [name, url, width, height, dark] of [
  ['page', app.url, 1120, 1000, true],
  ['page-phone', app.url, 390, 844, false],
  ['clock-page', `${app.url}#clock`, 1120, 1000, true],
  ['clock-page-phone', `${app.url}#clock`, 390, 844, false],
  ['report', `file://${folder}/report.html`, 1120, 1000, true],
] as const) {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
  })
  await page.goto(url)
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(1500)
  await page.screenshot({ path: join(GALLERY, `${name}.png`) })
  await page.close()
}
for (const [name, view, height, dark, prepare] of [
  ['tonight', 'tonight', 900, true, rehearse],
  ['morning', 'morning', 1480, true, openBox],
] as const) {
  const page = await browser.newPage({
    viewport: { width: 1120, height },
    colorScheme: dark ? 'dark' : 'light',
  })
  await page.goto(`${app.url}#${view}`)
  await prepare(page)
  await page.waitForTimeout(500)
  await page.screenshot({ path: join(GALLERY, `${name}.png`) })
  await page.close()
}
await browser.close()
app.stop()
await rm(folder, { recursive: true })

/** A consent signed, and a made-up sleeper rehearsed into clicks of the night, then slowed down. */
async function rehearse(page: Page): Promise<void> {
  await page.getByLabel('I have read this').check()
  await page.getByRole('button', { name: 'Sign' }).click()
  await page.getByRole('radio', { name: 'Control' }).click()
  await page.getByRole('button', { name: 'I am awake and I want it' }).click()
  await page.getByLabel('Hours').fill('1')
  await page.getByLabel('Speed').selectOption('0')
  await page.getByRole('button', { name: 'Rehearse' }).click()
  const patience = { timeout: 120_000 }
  await page.getByText(/^23:31:/).waitFor(patience)
  await page.getByLabel('Speed').selectOption('10')
  await page
    .locator('.live .click')
    .nth(2)
    .waitFor({ ...patience, state: 'attached' })
  await page.getByLabel('Speed').selectOption('1')
  await page.locator('.rehearsal').evaluate((card) => {
    scrollBy(0, card.getBoundingClientRect().top - 120)
  })
}

/** The box of a made-up sleeper, and one moment of it explained. */
async function openBox(page: Page): Promise<void> {
  await page.setInputFiles('input[type=file]', box)
  await page.locator('#morning-title').waitFor({ timeout: 60_000 })
  await page.locator('.happenings .clicks button').first().click()
  await page.locator('.told svg').waitFor({ timeout: 60_000 })
}

/** Two weeks of a made-up person: bed about 23:10, up about 06:50, later at weekends. */
function madeUpDiary(): string {
  const random = seededRandom(2045)
  const rows = ['night,bedtime,waketime']
  const first = Date.UTC(2026, 10, 16) / 1000
  for (let day = 0; day < 14; day++) {
    const weekend = day % 7 === 4 || day % 7 === 5
    const bed = first + day * 86400 + (23.2 + (weekend ? 0.9 : 0)) * 3600 + random.normal() * 1200
    const wake = bed + 7.6 * 3600 + random.normal() * 1200 + (weekend ? 2400 : 0)
    const text = (s: number) => wallClockText(Math.round(s / 300) * 300).replace('T', ' ')
    rows.push(`${text(bed).slice(0, 10)},${text(bed).slice(0, 16)},${text(wake).slice(0, 16)}`)
  }
  return `${rows.join('\n')}\n`
}
