import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { bundledProgram } from './bundled-program.ts'

const PAGE = `<!doctype html><title>replay</title><input type="file"><script type="module">
const worker = new Worker('/worker.js', { type: 'module' })
worker.onmessage = ({ data }) => { window.told = data }
worker.onerror = ({ message }) => { window.told = { problem: message } }
document.querySelector('input').onchange = ({ target }) => worker.postMessage(target.files[0])
</script>`
const TIMEOUT_MS = 120_000

/** Has a worker of a page check a box and run its night again; what it told. */
export async function replayInChromium(browser: Browser, path: string): Promise<unknown> {
  const worker = await bundledProgram('replay.worker.ts', 'browser')
  const server = createServer((request, response) => {
    const isWorker = request.url === '/worker.js'
    response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html')
    response.end(isWorker ? worker : PAGE)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const page = await browser.newPage()
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.setInputFiles('input[type=file]', path)
    const told = await page.waitForFunction('window.told', undefined, { timeout: TIMEOUT_MS })
    return await told.jsonValue()
  } finally {
    await page.close()
    server.close()
  }
}
