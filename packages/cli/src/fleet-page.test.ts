import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callFleet } from '#test/fleet-call.ts'
import { callNocturne } from '#test/nocturne.ts'
import type { TargetState } from '../../facility/src/paging/index.ts'
import { runFleetPage } from './fleet-page.ts'
import { statusText } from './fleet-status.ts'

let answer: unknown
let heard: string[] = []
let server: Server
let facility = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  facility = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const WAY = { name: 'a1', kind: 'webhook', label: 'https://pager.example/…', waiting: 0 }

describe('nocturne fleet page', () => {
  it('tells by which ways people are called, and exit 1 says that one takes nothing', async () => {
    answer = { targets: [{ ...WAY, told: 1, failed: 0, toldMs: 60_000 }] }
    const well = await callFleet(runFleetPage, [], { facility })
    expect([well.code, well.out]).toEqual([
      0,
      'webhook https://pager.example/…: last at 1970-01-01T00:01:00Z\n',
    ])
    const failing = { waiting: 2, failingSinceMs: 120_000, why: 'answer 502' }
    answer = { targets: [{ ...WAY, told: 1, failed: 3, ...failing }] }
    const dead = await callFleet(runFleetPage, ['list'], { facility })
    expect([dead.code, dead.out]).toEqual([
      1,
      'webhook https://pager.example/…: takes nothing since 1970-01-01T00:02:00Z (answer 502), 2 wait\n',
    ])
    // Whoever looks at the fleet sees it too.
    const [way] = (answer as { targets: TargetState[] }).targets
    expect(statusText({ pages: [way!] }).split('\n')[1]).toBe(`calls     ${dead.out.trimEnd()}`)
  })

  it('sends a test by every way, and exit 1 says that it did not arrive, or that there is none', async () => {
    heard = []
    answer = {
      outcomes: [
        { kind: 'webhook', label: 'a', isTold: true },
        { kind: 'mail', label: 'b', isTold: false, why: 'ETIMEDOUT' },
      ],
    }
    const half = await callFleet(runFleetPage, ['test'], { facility })
    expect([half.code, half.out]).toEqual([
      1,
      'webhook a: arrived\nmail b: did not arrive (ETIMEDOUT)\n',
    ])
    answer = { outcomes: [{ kind: 'webhook', label: 'a', isTold: true }] }
    expect((await callFleet(runFleetPage, ['test'], { facility })).code).toBe(0)
    answer = { outcomes: [] }
    const none = await callFleet(runFleetPage, ['test'], { facility })
    expect([none.code, none.out]).toEqual([1, expect.stringContaining('nobody is called')])
    expect(new Set(heard)).toEqual(new Set(['POST /v1/pages/test']))
    await expect(callFleet(runFleetPage, ['tset'], { facility })).rejects.toThrow('list | test')
  })
})

describe('nocturne facility --page-webhook and --page-mail', () => {
  it('refuse an address that cannot be called before anything starts, without telling it', async () => {
    const refused = [
      ['--page-webhook', 'https://a.example/x', '--page-webhook', 'ftp://secret.example'],
      ['--page-mail', 'smtp://ann:secret@mail.example/'],
      ['--page-mail', 'smtp://ann:secret@mail.example/?to=ann'],
      ['--page-mail', 'smtp://ann:secret@mail.example/?to=a@b.c&cc=d@e.f'],
    ]
    for (const words of refused) {
      const { code, out, err } = await callNocturne(['facility', ...words])
      expect([code, out]).toEqual([2, ''])
      expect(err).toMatch(/^nocturne facility: --page-\w+: got another address, expected [^\n]+\n$/)
      expect(err).not.toContain('secret')
    }
  })
})
