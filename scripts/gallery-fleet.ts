import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mode } from '@nocturne/core/night'
import { openChromium } from '../test/chromium.ts'
import { MadeUpDevice, until } from '../test/made-up-device.ts'
import { nocturneText } from '../test/nocturne.ts'

// Makes the picture of the fleet's page with a real centre and made-up devices: docs/gallery.

const PICTURE = fileURLToPath(new URL('../docs/gallery/fleet.png', import.meta.url))
const NOCTURNE = fileURLToPath(new URL('../packages/cli/bin/nocturne.js', import.meta.url))
const DEVICES = 24
const MINUTES = 3
const FRAME_MS = 3000
const DISTRICTS = ['harbour', 'hill', 'old-town'] as const

const folder = await mkdtemp(join(tmpdir(), 'nocturne-gallery-'))
await nocturneText('up', '--prepare')
const centre = spawn(process.execPath, [NOCTURNE, 'facility', '--port', '0', '--json'], {
  env: { ...process.env, NOCTURNE_HOME: folder },
})
const { url, invitation } = await firstLine(centre)
await until(async () => (await fetch(url)).ok, 'the page')
const beds: MadeUpDevice[] = []
for (let k = 0; k < DEVICES; k++) {
  beds.push(
    await MadeUpDevice.at(url, `bed-${String(k).padStart(4, '0')}`, {
      self: {
        cohort: { chronotype: 'middle', age: '30-59', district: DISTRICTS[k % 3]! },
      },
    }),
  )
}
const frames = setInterval(() => {
  for (const [k, bed] of beds.entries()) bed.frame(k % 4 === 0 ? lower(bed.ceiling) : bed.ceiling)
}, FRAME_MS)
const browser = await openChromium()
const page = await browser.newPage({
  viewport: { width: 1120, height: 1760 },
  colorScheme: 'dark',
})
await page.goto(`${url}/#sign-in=${invitation}`)
await page.locator('#switch-state').waitFor({ timeout: 60_000 })
await new Promise((done) => setTimeout(done, MINUTES * 60_000))
await page.screenshot({ path: PICTURE })
await browser.close()
clearInterval(frames)
for (const { link } of beds) await link.close()
centre.kill('SIGTERM')
await new Promise((done) => centre.once('exit', done))
await rm(folder, { recursive: true })

function lower(mode: Mode): Mode {
  return mode === 'control' ? 'guidance' : mode
}

function firstLine(child: ChildProcess): Promise<{ url: string; invitation: string }> {
  return new Promise((done) => {
    let text = ''
    child.stdout?.on('data', (piece) => {
      text += piece
      if (text.includes('\n')) done(JSON.parse(text))
    })
  })
}
