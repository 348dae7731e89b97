import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import type { Facility } from '../facility/index.ts'
import { routesOf } from './routes.ts'

let folder = ''
let facility: Facility
let as: Caller

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-fuzz-'))
  facility = await openTestFacility(folder)
  as = await Caller.admin(facility)
})

afterAll(async () => {
  await facility.close()
  await rm(folder, { recursive: true, force: true })
})

/** The status of a call with any method, path, headers and bytes; 0 when it was cut off. */
function statusOf(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: Buffer,
): Promise<number> {
  return new Promise((done) => {
    const call = request(facility.url, { method, path, headers, agent: false }, (answer) => {
      done(answer.statusCode ?? 0)
      answer.destroy()
    })
    call.on('error', () => done(0))
    call.end(body)
  })
}

const PATHS = ['bed-one', 'i-1', 'spring', '..', '%00', '%2e%2e%2f', 'a'.repeat(300), '1', '-']

describe('the HTTP of a centre', () => {
  it('answers whatever is asked, by its table or by no, and never with a fault of its own', async () => {
    const routes = routesOf(facility.centre).filter(({ type }) => type !== 'text/event-stream')
    const call = fc.record({
      route: fc.constantFrom(...routes),
      word: fc.constantFrom(...PATHS),
      query: fc.dictionary(fc.constantFrom('limit', 'after', 'online', 'x'), fc.string(), {
        maxKeys: 2,
      }),
      body: fc.oneof(
        fc.json().map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        fc
          .record({
            do: fc.constantFrom('ack', 'lift', 'resume', 'close', 'erase', 'approve', '__proto__'),
            words: fc.string(),
            why: fc.string(),
            device: fc.constantFrom(...PATHS),
            release: fc.oneof(fc.integer(), fc.double(), fc.string()),
          })
          .map((value) => Buffer.from(JSON.stringify(value))),
      ),
      type: fc.constantFrom('application/json', 'text/plain', 'application/json; charset=x', ''),
      isKnown: fc.boolean(),
    })
    const faults: unknown[] = []
    await fc.assert(
      fc.asyncProperty(call, async ({ route, word, query, body, type, isKnown }) => {
        const path = route.path.replaceAll(/\{\w+\}/g, word)
        const asked = new URLSearchParams(query).toString()
        const headers = {
          ...(type !== '' && { 'content-type': type }),
          ...(isKnown && { authorization: `Bearer ${as.token}` }),
        }
        const sent = route.method === 'GET' ? Buffer.alloc(0) : body
        const status = await statusOf(route.method, `${path}?${asked}`, headers, sent)
        if (status === 500) faults.push({ path, body: body.toString() })
        expect(status).not.toBe(500)
      }),
      { seed: 20_261_127, numRuns: process.env.NOCTURNE_NIGHTLY ? 20_000 : 300 },
    )
    expect(faults).toEqual([])
    expect((await fetch(`${facility.url}/healthz`)).status).toBe(200)
  })

  it('survives bytes that are no HTTP, bodies without an end, and words that are too long', async () => {
    const { port } = new URL(facility.url)
    const { connections } = facility.centre.door.counts()
    const say = (bytes: Buffer): Promise<void> =>
      new Promise((done) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.end(bytes)
          setTimeout(() => socket.destroy(), 20)
        })
        socket.on('error', () => undefined)
        socket.on('data', () => undefined)
        socket.once('close', () => done())
      })
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom(
          '',
          'GET ',
          'POST /v1/failsafe HTTP/1.1\r\nhost: x\r\n',
          'GET /mqtt HTTP/1.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n',
        ),
        (bytes, head) => say(Buffer.concat([Buffer.from(head), bytes])),
      ),
      { seed: 20_261_128, numRuns: process.env.NOCTURNE_NIGHTLY ? 3000 : 100 },
    )
    await say(Buffer.from(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`))
    const long = Buffer.from(JSON.stringify({ do: 'pull', why: 'a'.repeat(100_000) }))
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${as.token}` }
    expect(await statusOf('POST', '/v1/failsafe', headers, long)).toBe(413)
    const named = { host: 'evil.example', 'content-type': 'application/json' }
    expect(await statusOf('GET', '/v1/about', named, Buffer.alloc(0))).toBe(421)
    const polluted = Buffer.from('{"__proto__":{"role":"safety-officer"},"do":"pull","why":"x"}')
    expect(await statusOf('POST', '/v1/failsafe', headers, polluted)).toBe(400)
    expect(facility.centre.door.counts().connections).toBe(connections)
    expect((await fetch(`${facility.url}/healthz`)).status).toBe(200)
  })
})
