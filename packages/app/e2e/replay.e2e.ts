import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadStarterStager, nightOf, replay, verifyBox } from '@nocturne/core/night'
import { bytesSource } from '@nocturne/core/signal'
import { describe, expect, it } from 'vitest'
import { CHROMIUM_MISSING, chromiumPath, openChromium } from '#test/chromium.ts'
import { replayInChromium } from '#test/chromium-replay.ts'
import { loopBox } from '#test/loop-box.ts'

/** An hour at night has deep sleep and clicks; a few minutes in passing have decisions. */
const MINUTES = process.env.NOCTURNE_NIGHTLY ? 60 : 4

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
})
