import { basename } from 'node:path'
import { chromiumPath, openChromium, startApp } from '../test/chromium.ts'

/**
 * Seconds from a dropped recording to its night on the page, in headless Chromium; empty without
 * one.
 */
export async function chromiumNight(file: string, runs: number): Promise<number[]> {
  if (!chromiumPath()) return []
  const app = await startApp()
  const browser = await openChromium()
  try {
    const seconds: number[] = []
    for (let run = 0; run < runs; run++) {
      const page = await browser.newPage()
      await page.goto(app.url)
      await page.locator('#title').waitFor()
      const started = performance.now()
      await page.setInputFiles('input[type=file]', file)
      await page.locator('.eyebrow', { hasText: basename(file) }).waitFor({ timeout: 120_000 })
      seconds.push((performance.now() - started) / 1000)
      await page.close()
    }
    return seconds
  } finally {
    await browser.close()
    app.stop()
  }
}
