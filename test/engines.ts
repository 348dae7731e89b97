import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { bundledProgram } from './bundled-program.ts'
import { openChromium } from './chromium.ts'
import { openFirefox } from './firefox.ts'

const PAGE = '<!doctype html><title>replay</title><script type="module" src="/page.js"></script>'
const TIMEOUT_MS = 240_000

/** Path of a Node of this major version that was put beside ours; undefined where there is none. */
export function nodePath(major: number): string | undefined {
  return process.env[`NOCTURNE_NODE_${major}`] || undefined
}

/** What a Node says of the boxes at these paths; `program` is the path of the bundled program. */
export async function answersOfNode(
  node: string,
  program: string,
  paths: readonly string[],
): Promise<unknown> {
  const { stdout } = await promisify(execFile)(node, [program, ...paths], { timeout: TIMEOUT_MS })
  return JSON.parse(stdout)
}

/** What Firefox says of these boxes. */
export function answersOfFirefox(boxes: readonly Uint8Array[]): Promise<unknown> {
  return answersOfPage(boxes, async (url) => openFirefox(url))
}

/** What Chromium says of these boxes. */
export function answersOfChromium(boxes: readonly Uint8Array[]): Promise<unknown> {
  return answersOfPage(boxes, async (url) => {
    const browser = await openChromium()
    const page = await browser.newPage()
    await page.goto(url)
    return () => browser.close()
  })
}

/** Serves a page that runs the boxes again to a browser, until the page has told its answers. */
async function answersOfPage(
  boxes: readonly Uint8Array[],
  open: (url: string) => Promise<() => Promise<void>>,
): Promise<unknown> {
  const files: Readonly<Record<string, readonly [string, string | Uint8Array]>> = {
    '/': ['text/html', PAGE],
    '/page.js': ['text/javascript', await bundledProgram('replay-in-page.ts', 'browser')],
    '/pieces': ['application/json', JSON.stringify(boxes.map((_, k) => `/piece/${k}`))],
    ...Object.fromEntries(
      boxes.map((box, k) => [`/piece/${k}`, ['application/octet-stream', box] as const]),
    ),
  }
  const server = createServer()
  const told = new Promise<unknown>((resolve, reject) => {
    setTimeout(() => reject(new Error('the page told nothing')), TIMEOUT_MS).unref()
    server.on('request', async (request, response) => {
      if (request.method === 'POST') {
        resolve(JSON.parse(Buffer.concat(await request.toArray()).toString()))
        response.end()
        return
      }
      const [type, body] = files[request.url ?? '/'] ?? ['text/plain', '']
      response.setHeader('content-type', type).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  try {
    return await told
  } finally {
    await close()
    server.close()
    server.closeAllConnections()
  }
}
