import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadStarterStager, nightOf, replay, verifyBox } from '@nocturne/core/night'
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
      const here = { summary: await verifyBox(source), replay: await replay(source, { loop }) }
      expect(told).toEqual(JSON.parse(JSON.stringify(here)))
      expect(here).toMatchObject({
        summary: { value: { ok: true, ended: true } },
        replay: { value: { identical: true, differences: 0 } },
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
})
