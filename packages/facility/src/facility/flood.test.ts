import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { until } from '#test/made-up-device.ts'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import type { Facility } from './facility-options.ts'

const LIMITS = { people: 20, reserved: 4, watchers: 3, followers: 2, devices: 5 }
let folder = ''
let facility: Facility
let as: Caller
let port = 0
const sockets: Socket[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-flood-'))
  facility = await openTestFacility(folder, { slots: LIMITS })
  as = await Caller.admin(facility)
  port = Number(new URL(facility.url).port)
})

afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await facility.close()
  await rm(folder, { recursive: true, force: true })
})

function raw(text: string): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => socket.destroy())
  socket.write(text)
  sockets.push(socket)
  return socket
}

function letGo(): void {
  for (const socket of sockets.splice(0)) socket.destroy()
}

afterEach(async () => {
  letGo()
  const { counts } = facility.centre.slots
  const open = (): number => Object.values(counts).reduce((sum, count) => sum + count, 0)
  await until(() => open() <= 2, 'what was opened is gone')
})

/** A call on a connection of its own. */
async function once(method: string, path: string, body?: object): Promise<number> {
  const text = body === undefined ? '' : JSON.stringify(body)
  const head = [
    `${method} ${path} HTTP/1.1`,
    ...['host: localhost', 'connection: close', `authorization: Bearer ${as.token}`],
    ...(body === undefined ? [] : ['content-type: application/json']),
    `content-length: ${text.length}`,
  ]
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`${head.join('\r\n')}\r\n\r\n${text}`)
  let answer = ''
  for await (const piece of socket) answer += piece
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)
}

const STREAM = (): string =>
  `GET /v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${as.token}\r\n\r\n`
/** A call whose body never comes. */
const SLOW =
  'POST /v1/sign-outs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n'

describe('a flood of connections (F91)', () => {
  it('that say nothing, or half a head, keeps nobody out', async () => {
    for (let k = 0; k < 200; k++) raw(k % 2 === 0 ? '' : 'GET /v1/fleet HTTP/1.1\r\nhost: lo')
    await until(() => facility.centre.slots.turnedAway > 100, 'most are turned away')
    expect(await once('GET', '/v1/fleet')).toBe(200)
    expect(facility.centre.slots.counts.people).toBeLessThanOrEqual(LIMITS.people)
  })

  it('that are all being answered leaves the switch: it is pulled, and health is told', async () => {
    const { counts } = facility.centre.slots
    for (let k = 0; k < 200; k++) raw(SLOW)
    await until(async () => {
      if (counts.people === LIMITS.people && counts.reserved > 0) return true
      // Who says nothing gives way to the next while anybody may, and stays in a reserved place.
      raw('')
      raw(SLOW)
      return false
    }, 'all are busy')
    for (let k = 0; k < 20; k++) raw('')
    await until(() => counts.reserved === LIMITS.reserved, 'the reserved ones are taken too')
    expect(await once('GET', '/v1/fleet')).toBe(503)
    expect(await once('GET', '/healthz')).toBe(200)
    expect(await once('POST', '/v1/failsafe', { do: 'pull', why: 'a flood' })).toBe(200)
    letGo()
    expect((await as.get('/v1/failsafe')).failsafe.granting).toBe(false)
  })

  it('of streams takes only their own places, and that of WebSockets only those of devices', async () => {
    const { counts } = facility.centre.slots
    for (let k = 0; k < 10; k++) raw(STREAM())
    await until(() => counts.watchers === LIMITS.watchers, 'streams are full')
    const webs = Array.from({ length: 40 }, () => {
      const web = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt')
      web.on('error', () => undefined)
      return web
    })
    const isOpen = ({ readyState }: WebSocket): boolean => readyState === WebSocket.OPEN
    await until(() => webs.filter(isOpen).length === LIMITS.devices, 'devices are full')
    expect([counts.watchers, counts.devices]).toEqual([LIMITS.watchers, LIMITS.devices])
    expect(await once('GET', '/v1/fleet')).toBe(200)
    expect(await once('GET', '/v1/events')).toBe(503)
    for (const web of webs) web.terminate()
  })
})

describe('the numbers of a centre (F92)', () => {
  it('are for this machine itself, not for whom a proxy on it speaks, nor where it listens to others', async () => {
    const metrics = (headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${facility.url}/metrics`, { headers })
    expect((await metrics()).status).toBe(200)
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
      expect((await metrics({ [header]: 'for=203.0.113.9' })).status).toBe(401)
    }
    const token = { authorization: `Bearer ${as.token}`, 'x-forwarded-for': '203.0.113.9' }
    expect((await metrics(token)).status).toBe(200)
    const elsewhere = await mkdtemp(join(tmpdir(), 'nocturne-open-'))
    for (const openMetrics of [false, true]) {
      const all = await openTestFacility(elsewhere, {
        ...{ host: '0.0.0.0', openEnrolment: false, openMetrics },
      })
      const { port: open } = new URL(all.url)
      const answer = await fetch(`http://127.0.0.1:${open}/metrics`)
      expect(answer.status).toBe(openMetrics ? 200 : 401)
      await all.close()
    }
    await rm(elsewhere, { recursive: true, force: true })
  })

  it('and neither may a device enrol itself without a code by a proxy', async () => {
    const enrol = (device: string, headers: Record<string, string>): Promise<Response> =>
      fetch(`${facility.url}/v1/enrolments`, {
        ...{ method: 'POST', body: JSON.stringify({ device, publicKey: 'ab'.repeat(32) }) },
        headers: { 'content-type': 'application/json', ...headers },
      })
    expect((await enrol('bed-far', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(403)
    expect((await enrol('bed-near', {})).status).toBe(201)
  })
})
