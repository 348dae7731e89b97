import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageFiles } from './page-files.ts'

const LONG = Buffer.alloc(3 << 20, 7)
let folder = ''
let server: Server
let url = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-page-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<html><head></head></html>')
  await writeFile(join(folder, 'assets', 'a.js'), 'let a')
  await writeFile(join(folder, 'long.edf'), LONG)
  const page = await pageFiles(folder)
  server = createServer((request, response) => {
    page(request, response, () => response.writeHead(404).end())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true, force: true })
})

describe('the files of the page', () => {
  it('are given whole, in parts and by tag; the first page knows that a centre is behind it', async () => {
    expect(await (await fetch(url)).text()).toContain(
      '<meta name="nocturne-centre" content="fleet" />',
    )
    const script = await fetch(`${url}/assets/a.js?x=1`)
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    const tag = script.headers.get('etag')!
    expect(await script.text()).toBe('let a')
    const again = await fetch(`${url}/assets/a.js`, { headers: { 'if-none-match': tag } })
    expect(again.status).toBe(304)
    for (const [range, length] of [
      ...([
        ['bytes=0-99', 100],
        ['bytes=-5', 5],
        [`bytes=${LONG.length - 3}-`, 3],
      ] as const),
    ]) {
      const part = await fetch(`${url}/long.edf`, { headers: { range } })
      expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, length])
    }
    const beyond = await fetch(`${url}/long.edf`, { headers: { range: 'bytes=99999999-' } })
    expect(beyond.status).toBe(416)
    for (const path of ['/nothing', '/%00', '/%E0%A4', '/../secret', '/assets']) {
      expect((await fetch(url + path)).status).toBe(404)
    }
  })

  it('may be taken away behind the back of who serves them: that ends one answer at most', async () => {
    await rm(join(folder, 'assets', 'a.js'))
    await rm(join(folder, 'long.edf'))
    expect(await (await fetch(`${url}/assets/a.js`)).text()).toBe('let a')
    await expect(fetch(`${url}/long.edf`).then((one) => one.arrayBuffer())).rejects.toThrow()
    expect((await fetch(url)).status).toBe(200)
  })
})
