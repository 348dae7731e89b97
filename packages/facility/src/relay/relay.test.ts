import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createWebSocketStream, WebSocket } from 'ws'
import {
  type DeviceId,
  encodeFrames,
  type NewRecord,
  readDeviceId,
  topicOf,
  writePacket,
} from '../../../core/src/fleet/index.ts'
import { type DeviceKey, newDeviceKey, signedCredential } from '../../../edge/src/uplink/index.ts'
import { FrontDoor } from '../gate/front-door.ts'
import { Relay, type ServedAt } from './relay.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const CONNACK = Buffer.of(0x20, 2, 0, 0)

function named(name: string): DeviceId {
  const read = readDeviceId(name)
  if (!read.ok) throw new Error(name)
  return read.value
}

const until = async (holds: () => boolean, what: string): Promise<void> => {
  for (let k = 0; k < 500; k++) {
    if (holds()) return
    await pause(10)
  }
  throw new Error(`never: ${what}`)
}

/** One machine of a centre: a door for devices, an inner one, a relay, and a log in memory. */
class Machine {
  readonly log: NewRecord[] = []
  readonly relay: Relay
  readonly door: FrontDoor
  port = 0
  innerPort = 0

  constructor(keys: Map<string, DeviceKey>, servedAt: (device: DeviceId) => ServedAt | undefined) {
    this.relay = new Relay({ servedAt, patienceMs: 1500 })
    this.door = new FrontDoor({
      take: async (_, records) => void this.log.push(...records),
      known: async (device) => {
        const key = keys.get(device)
        return key && { publicKey: key.publicKey, boot: 0 }
      },
      relay: this.relay,
    })
  }

  async open(): Promise<this> {
    const host = '127.0.0.1'
    this.port = await this.door.listen({ host, port: 0 })
    this.innerPort = await this.door.listen({ host, port: 0, isInner: true })
    closing.push(() => this.door.close())
    closing.push(() => this.relay.close())
    return this
  }
}

/** A centre of two machines; `owners` says which of them serves a device. */
async function centre(owners: Map<string, number>) {
  const keys = new Map<string, DeviceKey>()
  const machines: Machine[] = []
  for (const self of [0, 1]) {
    const servedAt = (device: DeviceId): ServedAt | undefined => {
      const owner = owners.get(device)
      if (owner === undefined) return undefined
      return owner === self ? 'here' : { host: '127.0.0.1', port: machines[owner]!.innerPort }
    }
    machines.push(new Machine(keys, servedAt))
  }
  await Promise.all(machines.map((machine) => machine.open()))
  const hello = async (device: DeviceId): Promise<Uint8Array> => {
    const key = keys.get(device) ?? (await newDeviceKey())
    keys.set(device, key)
    const password = await signedCredential(key, device, 1, Date.now() / 1000)
    return writePacket({
      ...{ type: 'connect', clientId: device, keepAliveS: 60, clean: true },
      ...{ username: device, password },
    })
  }
  return { machines: machines as [Machine, Machine], hello }
}

function frames(device: DeviceId, id: number): Uint8Array {
  const payload = encodeFrames({
    ...{ boot: 1, firstSeq: id, startS: id * 30, wallOffsetS: 0, mode: 'natural' },
    ...{ consent: 'natural', release: 0, asleep: true },
    ...{ stepsDs: new Uint16Array(1), values: new Int16Array(12) },
  })
  const topic = topicOf(device, 't')
  return writePacket({ type: 'publish', topic, payload, qos: 1, id, retain: false, dup: false })
}

/** A client's socket, and all that it heard. */
function client(port: number): { socket: Socket; heard(): Buffer; isClosed(): boolean } {
  const socket = connect({ port, host: '127.0.0.1' })
  const heard: Buffer[] = []
  let closed = false
  socket.on('data', (bytes) => heard.push(bytes))
  socket.on('error', () => undefined)
  socket.once('close', () => {
    closed = true
  })
  closing.push(() => socket.destroy())
  return { socket, heard: () => Buffer.concat(heard), isClosed: () => closed }
}

describe('every machine is a door', () => {
  it('a device is served by who holds its partition, through whichever door it came', async () => {
    const owners = new Map([
      ['bed-zero', 0],
      ['bed-one', 1],
    ])
    const { machines, hello } = await centre(owners)
    for (const name of owners.keys()) {
      for (const { port } of machines) {
        const device = named(name)
        const { socket, heard } = client(port)
        socket.write(await hello(device))
        await until(() => heard().length >= 4, 'an answer')
        expect(heard()).toEqual(CONNACK)
        socket.write(frames(device, 1))
        await until(() => heard().length >= 8, 'an acknowledgement')
        expect(heard().subarray(4)).toEqual(Buffer.of(0x40, 2, 0, 1))
        expect(machines[owners.get(name)!]!.door.has(device)).toBe(true)
      }
    }
    for (const [index, { log, relay }] of machines.entries()) {
      const served = log.filter(({ kind }) => kind === 'frames').map(({ device }) => device)
      const name = index === 0 ? 'bed-zero' : 'bed-one'
      expect(served).toEqual([name, name])
      expect(relay.counts()).toMatchObject({ here: 1, passedOn: 1, givenUp: 0 })
    }
  })

  it('a CONNECT in pieces, with all that follows it at once, arrives whole and in order', async () => {
    const { machines, hello } = await centre(new Map([['bed-one', 1]]))
    const device = named('bed-one')
    const { socket, heard } = client(machines[0].port)
    const count = 20
    const all = Array.from({ length: count }, (_, k) => frames(device, k + 1))
    const bytes = Buffer.concat([await hello(device), ...all])
    for (const end of [1, 2, 30]) {
      socket.write(bytes.subarray(end === 1 ? 0 : end === 2 ? 1 : 2, end))
      await pause(20)
    }
    socket.write(bytes.subarray(30))
    await until(() => heard().length >= 4 + 4 * count, 'all acknowledgements')
    const records = machines[1].log.filter(({ kind }) => kind === 'frames')
    expect(records.length).toBe(count)
    expect(heard().readUInt16BE(4 + 4 * (count - 1) + 2)).toBe(count)
  })

  it('over a WebSocket too', async () => {
    const { machines, hello } = await centre(new Map([['bed-one', 1]]))
    const http = createServer()
    http.on('upgrade', (...words) => machines[0].door.upgrade(...words))
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
    const address = http.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const web = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt')
    const stream = createWebSocketStream(web)
    closing.push(() => http.close())
    closing.push(() => web.terminate())
    const heard: Buffer[] = []
    stream.on('error', () => undefined)
    stream.on('data', (bytes: Buffer) => heard.push(bytes))
    const device = named('bed-one')
    stream.write(await hello(device))
    await until(() => Buffer.concat(heard).length >= 4, 'an answer')
    stream.write(frames(device, 1))
    await until(() => Buffer.concat(heard).length >= 8, 'an acknowledgement')
    expect(machines[1].log.some(({ kind }) => kind === 'frames')).toBe(true)
  })

  it('waits while nobody serves a device, and passes it on once somebody does', async () => {
    const owners = new Map<string, number>()
    const { machines, hello } = await centre(owners)
    const { socket, heard } = client(machines[0].port)
    socket.write(await hello(named('bed-one')))
    await pause(500)
    expect(heard().length).toBe(0)
    owners.set('bed-one', 1)
    await until(() => heard().length >= 4, 'an answer')
    expect(heard()).toEqual(CONNACK)
  })

  it('ends who says nothing or is served by nobody in time, and lets others tell who speaks wrongly', async () => {
    const { machines, hello } = await centre(new Map())
    const silent = client(machines[0].port)
    const unserved = client(machines[0].port)
    unserved.socket.write(await hello(named('bed-one')))
    const wrong = client(machines[0].port)
    wrong.socket.write('GET / HTTP/1.1\r\n\r\n')
    await until(() => wrong.isClosed(), 'an end of who speaks wrongly')
    await until(() => silent.isClosed() && unserved.isClosed(), 'an end of the others')
    expect(machines[0].relay.counts()).toEqual({ guests: 0, here: 1, passedOn: 0, givenUp: 2 })
  })

  it('the end of one side is the end of the other', async () => {
    const { machines, hello } = await centre(new Map([['bed-one', 1]]))
    const device = named('bed-one')
    const one = client(machines[0].port)
    one.socket.write(await hello(device))
    await until(() => machines[1].door.has(device), 'a device')
    one.socket.destroy()
    await until(() => !machines[1].door.has(device), 'an end at the other machine')
    const two = client(machines[0].port)
    two.socket.write(await hello(device))
    await until(() => machines[1].door.has(device), 'a device')
    machines[1].door.dropThose((dropped) => dropped === device)
    await until(() => two.isClosed(), 'an end at the client')
    expect(machines[0].relay.counts().guests).toBe(0)
  })
})
