import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '#test/made-up-device.ts'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import { signatureOf } from '../paging/webhook.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Heard = { readonly id: string; readonly body: string; readonly signature: string }

/** Somebody's pager, that a test turns off and on. */
class Receiver {
  readonly heard: Heard[] = []
  status = 200
  refusals = 0
  url = ''

  static async open(): Promise<Receiver> {
    const receiver = new Receiver()
    const server: Server = createServer(async (request, response) => {
      let body = ''
      for await (const piece of request) body += piece
      response.writeHead(receiver.status).end()
      const id = String(request.headers['x-nocturne-page'])
      const signature = String(request.headers['x-nocturne-signature'])
      if (receiver.status === 200) receiver.heard.push({ id, body, signature })
      else receiver.refusals++
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    closing.push(() => {
      server.closeAllConnections()
      server.close()
    })
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/call`
    return receiver
  }
}

describe('a facility that calls people (F84)', () => {
  it('does so over a restart with the same id until it is heard, says that a way is dead, and stops when somebody has it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nocturne-pages-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    const receiver = await Receiver.open()
    const pages = { webhooks: [receiver.url] }
    const first = await openTestFacility(folder, { pages })
    closing.push(() => first.close())
    const as = await Caller.admin(first)
    const idle = { kind: 'webhook', label: receiver.url.replace('call', '…') }
    const { value } = await as.post('/v1/pages/test', {})
    expect(value).toEqual({ outcomes: [{ ...idle, isTold: true }] })
    expect(JSON.parse(receiver.heard[0]!.body)).toMatchObject({ kind: 'test', again: false })

    receiver.status = 503
    await as.post('/v1/incidents', { metric: 'words of somebody', release: 4 })
    await until(() => receiver.refusals > 0, 'refused')
    // The desk goes on.
    await as.post('/v1/failsafe', { do: 'pull', why: 'test' })
    await until(async () => {
      const { pages: row } = await as.get('/v1/fleet')
      return row?.[0]?.why === 'answer 503' && row[0].waiting === 1
    }, 'the page shows that the way is dead')
    expect(await (await fetch(`${first.url}/metrics`)).text()).toMatch(
      /nocturne_pages_failing\{way="[^"]+"\} 1/,
    )
    await first.close()

    receiver.status = 200
    const second = await openTestFacility(folder, { pages })
    closing.push(() => second.close())
    await until(() => receiver.heard.length === 2, 'heard after the restart')
    const page = JSON.parse(receiver.heard[1]!.body)
    expect(page).toMatchObject({
      ...{
        id: receiver.heard[1]!.id,
        subject: 'i-1',
        what: 'Somebody reported something (release 4)',
      },
      link: `${first.url}/#fleet/i-1`,
    })
    expect(receiver.heard[1]!.body).not.toContain('words of somebody')
    const key = (await readFile(join(folder, 'page-key'), 'utf8')).trim()
    const { body, signature } = receiver.heard[1]!
    expect(signatureOf(body, key, Number(/^t=(\d+)/.exec(signature)![1]))).toBe(signature)
    const again = await Caller.admin(second)
    await again.post('/v1/incidents/i-1', { do: 'ack' })
    await until(async () => {
      const { targets } = await again.get('/v1/pages')
      return targets[0].waiting === 0
    }, 'nothing waits')
    const { lines } = await again.get('/v1/audit')
    expect(lines).toContainEqual(
      expect.objectContaining({ did: 'call-people', about: 'testPages' }),
    )
  })
})
