import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesSource, openEdf } from '@nocturne/core/signal'
import { nightFigure, readNight, starterModel } from '@nocturne/core/sleep'
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

const app = await startApp()
const browser = await openChromium()
for (const [name, url, width, height, dark] of [
  ['page', app.url, 1120, 1000, true],
  ['page-phone', app.url, 390, 844, false],
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
await browser.close()
app.stop()
await rm(folder, { recursive: true })
