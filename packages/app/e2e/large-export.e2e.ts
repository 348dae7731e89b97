import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeAppleExport } from '#test/apple-export-file.ts'
import { CHROMIUM_MISSING, chromiumPath, openChromium } from '#test/chromium.ts'
import { readInChromium } from '#test/chromium-reading.ts'
import { runNode } from '../../../bench/measure.ts'

const missing = !chromiumPath()
/** 500 MB at night, a piece of it in passing. */
const BYTES = process.env.NOCTURNE_NIGHTLY ? 500_000_000 : 6_000_000
const MOST_MB = 400
const TIMEOUT_MS = 900_000

const NOCTURNE = fileURLToPath(new URL('../../cli/bin/nocturne.js', import.meta.url))

describe('the command line', () => {
  it(
    'reads an Apple Health export of any size in less than 400 MB of memory',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'nocturne-export-'))
      const path = join(folder, 'export.xml')
      const nights = await writeAppleExport(path, BYTES)
      // The first call in a checkout bundles the program, which takes memory of its own.
      runNode([NOCTURNE, 'read', '--help'])
      const { stdout, maxRssMb } = runNode([NOCTURNE, 'read', path, '--json'])
      await rm(folder, { recursive: true })
      const { format, sleeps } = JSON.parse(stdout)
      expect([format, sleeps[0].main]).toEqual(['apple-health', nights])
      expect(maxRssMb).toBeLessThan(MOST_MB)
    },
    TIMEOUT_MS,
  )
})

describe.skipIf(missing)(`a page${missing ? ` (${CHROMIUM_MISSING})` : ''}`, () => {
  let browser: Browser
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nocturne-export-'))
    browser = await openChromium()
  })
  afterAll(async () => {
    await browser.close()
    await rm(folder, { recursive: true })
  })

  it(
    'reads an Apple Health export as it streams, tells how far it is, and holds little of it',
    async () => {
      const path = join(folder, 'export.xml')
      const nights = await writeAppleExport(path, BYTES)
      const read = await readInChromium(browser, path)
      expect([read.format, read.nSleeps]).toEqual(['apple-health', nights])
      expect(read.nBytes).toBeGreaterThan(BYTES)
      expect(read.nProgress).toBeGreaterThan(2)
      expect(read.nSamples).toBeLessThanOrEqual(2 * 1441 * nights)
      expect(read.maxRssMb).toBeLessThan(MOST_MB)
    },
    TIMEOUT_MS,
  )
})
