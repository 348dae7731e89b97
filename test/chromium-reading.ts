import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { rolldown } from 'rolldown'

/** A person's file as it was read by a worker of a page. */
export type BrowserReading = {
  readonly format: string
  readonly nSleeps: number
  readonly nSamples: number
  /** How often the reading told how far it was. */
  readonly nProgress: number
  readonly nBytes: number
  readonly seconds: number
  /** The most that any page's process held, MB; NaN where /proc is not. */
  readonly maxRssMb: number
}

const PAGE = `<!doctype html><title>reading</title><input type="file"><script type="module">
const worker = new Worker('/worker.js', { type: 'module' })
worker.onmessage = ({ data }) => { window.reading = data }
worker.onerror = ({ message }) => { window.reading = { problem: message } }
document.querySelector('input').onchange = ({ target }) => worker.postMessage(target.files[0])
</script>`
const TIMEOUT_MS = 600_000

/** Has a page read a file by its stream, as the product's page does, in a worker. */
export async function readInChromium(browser: Browser, path: string): Promise<BrowserReading> {
  const worker = await workerBundle()
  const server = createServer((request, response) => {
    const isWorker = request.url === '/worker.js'
    response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html')
    response.end(isWorker ? worker : PAGE)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const page = await browser.newPage()
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const started = performance.now()
    await page.setInputFiles('input[type=file]', path)
    const read = await page.waitForFunction('window.reading', undefined, { timeout: TIMEOUT_MS })
    const seconds = (performance.now() - started) / 1000
    const told = (await read.jsonValue()) as Omit<BrowserReading, 'seconds' | 'maxRssMb'>
    if (!('format' in told)) throw new Error(`${path}: ${JSON.stringify(told)}`)
    return { ...told, seconds, maxRssMb: mostOfPages() }
  } finally {
    await page.close()
    server.close()
  }
}

async function workerBundle(): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('reading.worker.ts', import.meta.url)),
    platform: 'browser',
    resolve: { conditionNames: ['nocturne:src', 'browser', 'import'] },
  })
  const { output } = await bundle.generate({ format: 'esm' })
  return output[0].code
}

/** The high-water mark of the page processes below this one, MB. */
function mostOfPages(): number {
  let most = Number.NaN
  for (const pid of descendants(process.pid)) {
    const status = textOf(`/proc/${pid}/status`)
    if (!textOf(`/proc/${pid}/cmdline`).includes('--type=renderer')) continue
    const kb = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1])
    if (kb > 0) most = Math.max(Number.isNaN(most) ? 0 : most, kb / 1024)
  }
  return most
}

function descendants(root: number): number[] {
  const parents = new Map<number, number>()
  try {
    for (const name of readdirSync('/proc')) {
      const parent = Number(/^PPid:\s+(\d+)/m.exec(textOf(`/proc/${name}/status`))?.[1])
      if (/^\d+$/.test(name) && parent > 0) parents.set(Number(name), parent)
    }
  } catch {
    return []
  }
  const isBelow = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined; at = parents.get(at)) {
      if (at === root) return true
    }
    return false
  }
  return [...parents.keys()].filter(isBelow)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
