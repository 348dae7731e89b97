import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  commitmentOf,
  type Design,
  designText,
  loadStarterStager,
  nightOf,
  openTrial,
  replay,
  type Trial,
  verifyBox,
  withOutcome,
  writeTrial,
} from '@nocturne/core/night'
import { bytesSource } from '@nocturne/core/signal'
import { describe, expect, it } from 'vitest'
import {
  CHROMIUM_MISSING,
  chromiumPath,
  openChromium,
  startApp,
  violationsOf,
} from '#test/chromium.ts'
import { replayInChromium } from '#test/chromium-replay.ts'
import { loopBox } from '#test/loop-box.ts'

/** An hour at night has deep sleep and clicks; a few minutes in passing have decisions. */
const MINUTES = process.env.NOCTURNE_NIGHTLY ? 60 : 4
const WAIT = { timeout: 60_000 }

describe('A black box', () => {
  const missing = !chromiumPath()

  it.skipIf(missing)(
    `recorded in Node is checked and run again in Chromium, identical (N87)${missing ? `: ${CHROMIUM_MISSING}` : ''}`,
    async () => {
      const bytes = await loopBox(MINUTES)
      const folder = await mkdtemp(join(tmpdir(), 'nocturne-replay-'))
      const path = join(folder, 'night.box')
      await writeFile(path, bytes)
      const browser = await openChromium()
      const told = await replayInChromium(browser, path)
      await browser.close()
      await rm(folder, { recursive: true })
      const source = [bytesSource(bytes, 'night.box')]
      const loop = nightOf({ stager: await loadStarterStager() })
      const { subtle } = crypto
      const here = {
        summary: await verifyBox(source),
        replay: await replay(source, { loop, subtle }),
      }
      expect(told).toEqual(JSON.parse(JSON.stringify(here)))
      expect(here).toMatchObject({
        summary: { value: { ok: true, ended: true } },
        replay: { value: { identical: true, differences: 0, consents: 1 } },
      })
      expect(here.replay.ok && here.replay.value.decisions).toBeGreaterThan(20)
    },
    300_000,
  )

  it.skipIf(missing)(
    `dropped on the morning page is told, explained and run again there, identical (N87)${missing ? `: ${CHROMIUM_MISSING}` : ''}`,
    async () => {
      const bytes = await loopBox(MINUTES)
      const folder = await mkdtemp(join(tmpdir(), 'nocturne-morning-'))
      const [whole, flipped] = [join(folder, 'night.box'), join(folder, 'flipped.box')]
      await writeFile(whole, bytes)
      const at = bytes.length >> 1
      await writeFile(
        flipped,
        bytes.map((byte, k) => (k === at ? byte ^ 64 : byte)),
      )
      const app = await startApp()
      const browser = await openChromium()
      const page = await browser.newPage()
      const complaints: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(`${app.url}#morning`)
      await page.getByRole('heading', { name: 'The morning after' }).waitFor(WAIT)
      await page.setInputFiles('input[type=file]', whole)
      await page.locator('#morning-title').waitFor(WAIT)
      expect(await page.locator('.good').textContent()).toContain('Every byte')
      await page.getByRole('button', { name: 'Run the night again' }).click()
      await expect.poll(() => page.locator('.replayed').textContent(), WAIT).toMatch(/^Identical/)
      await page.getByRole('button', { name: /^Why, at \d\d:\d\d:\d\d\?$/ }).click()
      await page.locator('.told svg').waitFor(WAIT)
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme })
        expect(await violationsOf(page), colorScheme).toEqual([])
      }
      await page.setInputFiles('input[type=file]', flipped)
      await expect
        .poll(() => page.locator('.warnings').allTextContents(), WAIT)
        .toEqual([expect.stringContaining(`at byte ${at} (1 bytes`)])
      expect(complaints).toEqual([])
      await browser.close()
      app.stop()
      await rm(folder, { recursive: true })
    },
    300_000,
  )

  it.skipIf(missing)(
    `beside a trial’s file tells how many nights are noted, and no arm while it is sealed (N80)${missing ? `: ${CHROMIUM_MISSING}` : ''}`,
    async () => {
      const design: Design = { control: 'muted', perBlock: 1, nights: 28 }
      const secret = { seed: '5a'.repeat(32), salt: 'a5'.repeat(32) }
      const commitment = commitmentOf(designText(design), secret)
      const fresh: Trial = { name: 'spring', createdMs: 0, design, commitment, nights: [] }
      const sealed = [0, 1, 2].reduce(
        (trial, night) => withOutcome(trial, { night, swaUv2: 100 + night, kss: 4 }),
        fresh,
      )
      const opened = openTrial(sealed, secret)
      if (!opened.ok) throw new Error(opened.problem.code)
      const folder = await mkdtemp(join(tmpdir(), 'nocturne-trial-'))
      const paths = [join(folder, 'sealed.json'), join(folder, 'opened.json')] as const
      await writeFile(paths[0], writeTrial(sealed))
      await writeFile(paths[1], writeTrial(opened.value))
      const app = await startApp()
      const browser = await openChromium()
      const page = await browser.newPage()
      await page.goto(`${app.url}#morning`)
      await page.getByRole('heading', { name: 'The morning after' }).waitFor(WAIT)
      const line = page.locator('main', { hasText: 'spring' })
      await page.setInputFiles('input[type=file]', paths[0])
      await line.waitFor(WAIT)
      expect(await line.textContent()).toContain('3 of 28 nights are noted. It is sealed')
      expect(await line.textContent()).not.toMatch(/\b(stim|muted)\b/)
      await page.setInputFiles('input[type=file]', paths[1])
      await expect.poll(() => line.textContent(), WAIT).not.toContain('It is sealed')
      await browser.close()
      app.stop()
      await rm(folder, { recursive: true })
    },
    300_000,
  )
})
