import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeAppleExport } from '../test/apple-export-file.ts'
import { chromiumPath, openChromium } from '../test/chromium.ts'
import { readInChromium } from '../test/chromium-reading.ts'
import { runNode } from './measure.ts'

const BYTES = 500_000_000
const NOCTURNE = fileURLToPath(new URL('../packages/cli/bin/nocturne.js', import.meta.url))

/** A made-up Apple Health export of 500 MB, read by the command line and by a page. */
export async function benchAppleHealth(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nocturne-apple-'))
  const path = join(folder, 'export.xml')
  try {
    const nights = await writeAppleExport(path, BYTES)
    console.log(`Apple Health export of ${BYTES / 1e6} MB, ${nights} nights`)
    // The first call in a checkout bundles the program.
    runNode([NOCTURNE, 'read', '--help'])
    const { seconds, maxRssMb } = runNode([NOCTURNE, 'read', path, '--json'])
    console.log(`  nocturne read   ${seconds.toFixed(1)} s, ${maxRssMb.toFixed(0)} MB at most`)
    if (!chromiumPath()) return
    const browser = await openChromium()
    const page = await readInChromium(browser, path)
    await browser.close()
    const held = `${page.maxRssMb.toFixed(0)} MB at most in the page's process`
    console.log(`  page, worker    ${page.seconds.toFixed(1)} s, ${held}`)
    console.log(`                  ${page.nSleeps} sleeps, ${page.nProgress} steps of progress`)
  } finally {
    await rm(folder, { recursive: true })
  }
}
