import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'

const CANDIDATES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser']
const NOCTURNE = fileURLToPath(new URL('../packages/cli/bin/nocturne.js', import.meta.url))
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Path of a Chromium on this machine; undefined where there is none. */
export function chromiumPath(): string | undefined {
  return CANDIDATES.find((path) => path !== undefined && existsSync(path))
}

/** Why a browser test is skipped: put it in the title of the describe block. */
export const CHROMIUM_MISSING = 'needs Chromium, which is not here'

/** Starts a headless Chromium that talks to nobody but the test. */
export function openChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (!executablePath) throw new Error(CHROMIUM_MISSING)
  return chromium.launch({ executablePath, args: QUIET })
}

/** `nocturne up` on a free port, the page alone: its address, and how to end it. */
export type RunningApp = { readonly url: string; stop(): void }

/** Starts `nocturne up` as a person would and waits until it says where it is. */
export function startApp(): Promise<RunningApp> {
  const words = ['up', '--port', '0', '--sleepers', '0', '--json']
  const child: ChildProcess = spawn(process.execPath, [NOCTURNE, ...words])
  return new Promise((resolve, reject) => {
    let said = ''
    let complaint = ''
    child.stderr?.on('data', (text: Buffer) => {
      complaint += text.toString()
    })
    child.stdout?.on('data', (text: Buffer) => {
      said += text.toString()
      if (!said.includes('\n')) return
      const { url } = JSON.parse(said) as { url: string }
      resolve({ url, stop: () => void child.kill('SIGINT') })
    })
    child.once('exit', (code) => reject(new Error(`nocturne up ended with ${code}: ${complaint}`)))
  })
}

/** What axe finds wrong with a page for people with assistive technology, each with its element. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const found = await (window as unknown as { axe: typeof axe }).axe.run()
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  })
}

/** The file that a page hands over when the button of a name is pressed. */
export async function downloaded(page: Page, name: string): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name }).click(),
  ])
  return readFile(await download.path())
}
