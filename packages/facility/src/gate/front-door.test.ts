import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MqttClient } from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { createWebSocketStream, WebSocket } from 'ws'
import {
  type DeviceId,
  decodeFrames,
  encodeEvent,
  encodeFrames,
  encodeSignedGrant,
  type Grant,
  grantBytes,
  type NewFrames,
  type NewRecord,
  readDeviceId,
  topicOf,
  writePacket,
} from '../../../core/src/fleet/index.ts'
import { signBytes } from '../../../core/src/night/index.ts'
import {
  type DeviceKey,
  DeviceLink,
  isCentresGrant,
  newDeviceKey,
  signedCredential,
} from '../../../edge/src/uplink/index.ts'
import { LogError } from '../log/index.ts'
import { FrontDoor, type FrontDoorOptions } from './front-door.ts'

const run = promisify(execFile)
const CLIENTS_MISSING = 'mosquitto_pub is not installed (apt install mosquitto-clients)'
const hasOpenssl = spawnSync('openssl', ['version']).error === undefined
const hasClients = spawnSync('mosquitto_pub', ['--help']).error === undefined

function named(name: string): DeviceId {
  const read = readDeviceId(name)
  if (!read.ok) throw new Error(name)
  return read.value
}

const wallS = (): number => Date.now() / 1000
const until = async (holds: () => boolean, what: string): Promise<void> => {
  for (let k = 0; k < 1000; k++) {
    if (holds()) return
    await new Promise((done) => setTimeout(done, 10))
  }
  throw new Error(`never: ${what}`)
}

/** A centre of one door and a log in memory. */
class Centre {
  readonly log: NewRecord[] = []
  readonly keys = new Map<string, DeviceKey>()
  readonly revoked = new Set<string>()
  readonly door: FrontDoor
  port = 0
  /** What the log does with the next batches. */
  log_ = (): Promise<void> => Promise.resolve()

  constructor(options: Partial<FrontDoorOptions> = {}) {
    this.door = new FrontDoor({
      take: async (_, records) => {
        await this.log_()
        this.log.push(...records)
      },
      known: async (device) => {
        const key = this.keys.get(device)
        if (key === undefined || this.revoked.has(device)) return undefined
        return { publicKey: key.publicKey, boot: 0 }
      },
      watermarkOf: (device) => ({ boot: 1, seq: this.seqs(device).length }),
      ...options,
    })
  }

  async open(tls?: { readonly cert: string; readonly key: string }): Promise<this> {
    this.port = await this.door.listen({ port: 0, host: '127.0.0.1', ...(tls ? { tls } : {}) })
    return this
  }

  async enrol(device: DeviceId): Promise<DeviceKey> {
    const key = await newDeviceKey()
    this.keys.set(device, key)
    return key
  }

  async password(device: DeviceId, boot = 1, key?: DeviceKey): Promise<Uint8Array> {
    const own = key ?? this.keys.get(device) ?? (await this.enrol(device))
    return signedCredential(own, device, boot, wallS())
  }

  kinds(device: string): string[] {
    return this.log.filter((record) => record.device === device).map(({ kind }) => kind)
  }

  /** Numbers of a device's frames, once each. */
  seqs(device: string): number[] {
    const seqs = new Set<number>()
    for (const record of this.log) {
      if (record.kind !== 'frames' || record.device !== device) continue
      const block = decodeFrames(record.bytes)
      if (!block.ok) throw new Error('a block that is none')
      for (let i = 0; i < block.value.stepsDs.length; i++) seqs.add(block.value.firstSeq + i)
    }
    return [...seqs]
  }
}

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function opened(options: Partial<FrontDoorOptions> = {}): Promise<Centre> {
  const centre = await new Centre(options).open()
  closing.push(() => centre.door.close())
  return centre
}

function block(firstSeq: number, boot = 1): Uint8Array {
  return encodeFrames({
    ...{ boot, firstSeq, startS: firstSeq * 30, wallOffsetS: 0, mode: 'natural' },
    ...{ consent: 'natural', release: 0, asleep: true },
    ...{ stepsDs: new Uint16Array(1), values: new Int16Array(12) },
  })
}

function published(device: DeviceId, id: number, payload: Uint8Array): Uint8Array {
  const topic = topicOf(device, 't')
  return writePacket({
    ...{ type: 'publish', topic, payload, qos: id > 0 ? 1 : 0, id, retain: false, dup: false },
  })
}

function greeting(device: DeviceId, password: Uint8Array): Uint8Array {
  return writePacket({
    ...{ type: 'connect', clientId: device, keepAliveS: 60, clean: true },
    ...{ username: device, password },
  })
}

/** A socket that keeps what it hears. */
function raw(port: number): { socket: Socket; heard: Buffer[]; isClosed: () => boolean } {
  const socket = connectTcp({ port, host: '127.0.0.1' })
  const heard: Buffer[] = []
  let closed = false
  socket.on('data', (bytes) => heard.push(bytes))
  socket.on('error', () => undefined)
  socket.once('close', () => {
    closed = true
  })
  closing.push(() => socket.destroy())
  return { socket, heard, isClosed: () => closed }
}

async function linked(centre: Centre, name: string, ca?: string): Promise<DeviceLink> {
  const boot = 1
  const device = named(name)
  const link = new DeviceLink({
    start: {
      ...{ device, boot, epoch: 0 },
      self: {
        ...{ hardware: 'made-up', code: 'test', release: 0, mode: 'natural', consent: 'control' },
        ...{ consentId: '', takesUpdates: false },
        cohort: { chronotype: 'unknown', age: 'unknown', district: 'north' },
      },
    },
    ...{ host: '127.0.0.1', port: centre.port, retryS: () => 0.1 },
    ...(ca === undefined ? {} : { secure: { ca } }),
    credential: () => centre.password(device, boot),
    verify: async () => true,
    onEffect: () => undefined,
  })
  closing.push(() => link.close())
  link.begin()
  return link
}

const FRAMES: NewFrames = {
  ...{ startS: 30, wallOffsetS: 0, mode: 'natural', consent: 'natural', release: 0 },
  ...{ asleep: true, stepsDs: new Uint16Array(1), values: new Int16Array(12) },
}

describe('the front door', () => {
  it('lets devices in over real sockets, and what they send is in the log once each (F14)', async () => {
    const centre = await opened()
    const names = Array.from({ length: 30 }, (_, i) => `bed-${1000 + i}`)
    const links = await Promise.all(names.map((name) => linked(centre, name)))
    await until(() => links.every(({ session }) => session.isLive), 'all live')
    for (let k = 0; k < 20; k++)
      for (const link of links) link.say({ kind: 'frames', frames: FRAMES })
    links[3]!.cut()
    await until(() => names.every((name) => centre.seqs(name).length === 20), 'all frames')
    const { received, durable, pending, rejected } = centre.door.counts()
    expect([pending, Object.values(rejected).every((count) => count === 0)]).toEqual([0, true])
    expect(received).toBe(durable)
  })

  it('acknowledges nothing that the log refused, counts it, and has it again later (F14)', async () => {
    const centre = await opened()
    const link = await linked(centre, 'bed-0001')
    await until(() => link.session.isLive, 'live')
    centre.log_ = () => Promise.reject(new LogError('LOG_FULL', 'no space'))
    for (let k = 0; k < 5; k++) link.say({ kind: 'frames', frames: FRAMES })
    await until(() => centre.door.counts().rejected['log-busy'] > 0, 'refused')
    expect(centre.seqs('bed-0001')).toEqual([])
    centre.log_ = () => Promise.resolve()
    await until(() => centre.seqs('bed-0001').length === 5, 'all five')
    const { received, durable, pending, rejected } = centre.door.counts()
    expect(received).toBe(durable + pending + rejected['log-busy'])
  })

  it('lets nobody in whose erasure came while it was asked who it is (F80)', async () => {
    let [asked, erased] = [0, false]
    const centre: Centre = await opened({
      known: async (device) => {
        if (erased) return undefined
        const key = centre.keys.get(device)!
        // What is answered was true when it was asked.
        if (++asked === 1) {
          centre.door.drop(device)
          erased = true
        }
        return { publicKey: key.publicKey, boot: 0 }
      },
    })
    const device = named('bed-0001')
    const { socket, isClosed } = raw(centre.port)
    socket.write(greeting(device, await centre.password(device)))
    await until(isClosed, 'turned away')
    expect([centre.door.has(device), centre.door.counts().admitted]).toEqual([false, 0])
  })

  it('counts what comes late of one who was erased, and takes none of it (F80)', async () => {
    const centre = await opened()
    const link = await linked(centre, 'bed-0001')
    await until(() => link.session.isLive, 'live')
    centre.log_ = () => Promise.reject(new LogError('LOG_ERASED', 'erased'))
    link.say({ kind: 'frames', frames: FRAMES })
    await until(() => centre.door.counts().rejected.erased > 0, 'refused')
    await link.close()
    const { received, durable, pending, rejected } = centre.door.counts()
    expect(received).toBe(durable + pending + rejected.erased)
    expect(rejected['log-busy']).toBe(0)
  })

  it('turns away a forged token, an unknown device, another key, an old one and a stolen key that was revoked (F17)', async () => {
    const centre = await opened()
    const device = named('bed-0001')
    const own = await centre.enrol(device)
    const password = await centre.password(device)
    const forged = password.slice()
    forged[forged.length - 3]! ^= 1
    const other = await newDeviceKey()
    const cases: readonly (readonly [string, DeviceId, Uint8Array])[] = [
      ['forged', device, forged],
      ['unknown', named('bed-9999'), await signedCredential(other, named('bed-9999'), 1, wallS())],
      ['another key', device, await signedCredential(other, device, 1, wallS())],
      ['old', device, await signedCredential(own, device, 1, wallS() - 700)],
      ['another name', device, await signedCredential(own, named('bed-0002'), 1, wallS())],
      ['no token', device, new Uint8Array(0)],
    ]
    for (const [what, name, token] of cases) {
      const client = raw(centre.port)
      client.socket.write(greeting(name, token))
      await until(client.isClosed, `${what} closed`)
      expect([what, Buffer.concat(client.heard).toString('hex')]).toEqual([what, '20020005'])
    }
    const link = await linked(centre, 'bed-0001')
    await until(() => centre.door.has(device), 'in')
    centre.revoked.add(device)
    centre.door.drop(device)
    await until(() => (centre.door.counts().ended.denied ?? 0) > cases.length, 'turned away')
    expect([centre.door.has(device), link.session.isLive]).toEqual([false, false])
  })

  it('gives a device one connection: the newer takes over, an earlier start is turned away (F18)', async () => {
    const centre = await opened()
    const device = named('bed-0001')
    await centre.enrol(device)
    const first = raw(centre.port)
    first.socket.write(greeting(device, await centre.password(device, 5)))
    await until(() => first.heard.length > 0, 'first in')
    const second = raw(centre.port)
    second.socket.write(greeting(device, await centre.password(device, 5)))
    await until(first.isClosed, 'first replaced')
    const earlier = raw(centre.port)
    earlier.socket.write(greeting(device, await centre.password(device, 4)))
    await until(earlier.isClosed, 'earlier turned away')
    expect(Buffer.concat(earlier.heard).toString('hex')).toBe('20020005')
    expect([second.isClosed(), centre.door.counts().ended.replaced]).toEqual([false, 1])
  })

  it('closes whoever sends a packet that is too long, or publishes as another (F10, F19)', async () => {
    const centre = await opened()
    const device = named('bed-0001')
    await centre.enrol(device)
    const unknown = raw(centre.port)
    unknown.socket.write(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f))
    await until(unknown.isClosed, 'unknown closed')
    for (const bytes of [
      Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f),
      published(named('bed-0002'), 1, block(0)),
      published(device, 1, block(0).subarray(1)),
      published(device, 1, block(0, 99)),
    ]) {
      const client = raw(centre.port)
      client.socket.write(greeting(device, await centre.password(device)))
      await until(() => client.heard.length > 0, 'in')
      client.socket.write(bytes)
      await until(client.isClosed, 'closed')
      expect(Buffer.concat(client.heard).toString('hex')).toBe('20020000')
    }
    const { rejected } = centre.door.counts()
    expect([
      rejected['topic-forbidden'],
      rejected['frames-malformed'],
      rejected['boot-ahead'],
    ]).toEqual([1, 1, 1])
    expect(centre.seqs('bed-0002')).toEqual([])
  })

  it('waits for nobody: a slow client is closed after ten seconds, others are served meanwhile (F19)', async () => {
    let aheadMs = 0
    const centre = await opened({ nowMs: () => performance.now() + aheadMs })
    const slow = Array.from({ length: 50 }, () => raw(centre.port))
    for (const { socket } of slow) socket.write(Uint8Array.of(0x10))
    const link = await linked(centre, 'bed-0001')
    await until(() => link.session.isLive, 'live among slow ones')
    await until(() => centre.door.counts().connections === 51, 'all are there')
    aheadMs = 10_500
    await until(() => slow.every(({ isClosed }) => isClosed()), 'slow ones closed')
    expect([centre.door.counts().ended.slow, link.session.isLive]).toEqual([50, true])
  })

  it('lets a flood wait in its own sockets: nobody else waits for it, nothing grows (F19)', async () => {
    const centre = await opened({ limits: { bytesPerS: 65_536, burstBytes: 131_072 } })
    const flooders = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const device = named(`flood-${100 + i}`)
        const client = raw(centre.port)
        client.socket.write(greeting(device, await centre.password(device)))
        await until(() => client.heard.length > 0, 'flooder in')
        return { client, device }
      }),
    )
    const flood = ({ client, device }: (typeof flooders)[number]): void => {
      const chunk = Buffer.concat(
        Array.from({ length: 200 }, (_, k) => published(device, 0, block(k))),
      )
      const more = (): void => {
        while (!client.socket.destroyed && client.socket.write(chunk));
        client.socket.once('drain', more)
      }
      more()
    }
    flooders.forEach(flood)
    await until(() => centre.door.counts().throttled > 20, 'throttled')
    const link = await linked(centre, 'bed-0001')
    await until(() => link.session.isLive, 'live in a flood')
    link.say({ kind: 'frames', frames: FRAMES })
    await until(() => centre.seqs('bed-0001').length === 1, 'heard in a flood')
    // Each flooder has its burst, its rate, and one piece in hand.
    expect(centre.door.counts().bytes).toBeLessThan(20 * (131_072 + 65_536 * 15 + 65_536))
  })

  it('lets in no more at a time than it can, and the rest a little later (F19)', async () => {
    const centre = await opened({ limits: { acceptPerS: 20, acceptBurst: 2, mostWaiting: 6 } })
    const clients = Array.from({ length: 12 }, () => raw(centre.port))
    await until(() => (centre.door.counts().unheard['queue-full'] ?? 0) > 0, 'some refused')
    await until(() => centre.door.counts().connections >= 8, 'the rest let in')
    expect(clients.filter(({ isClosed }) => isClosed()).length).toBeLessThanOrEqual(4)
  })

  it.skipIf(!hasOpenssl)(
    'speaks TLS with a certificate of its own, and plain bytes there come to nothing (F17)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'nocturne-door-'))
      closing.push(() => rmSync(folder, { recursive: true }))
      const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
      await run('openssl', [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
        ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'],
        ...['-days', '2', '-keyout', keyFile, '-out', certFile],
      ])
      const cert = readFileSync(certFile, 'utf8')
      const centre = await new Centre().open({ cert, key: readFileSync(keyFile, 'utf8') })
      closing.push(() => centre.door.close())
      const link = await linked(centre, 'bed-0001', cert)
      await until(() => link.session.isLive, 'live over TLS')
      link.say({ kind: 'frames', frames: FRAMES })
      await until(() => centre.seqs('bed-0001').length === 1, 'a frame over TLS')
      const plain = raw(centre.port)
      plain.socket.write(greeting(named('bed-0002'), await centre.password(named('bed-0002'))))
      await until(plain.isClosed, 'plain closed')
      expect(centre.door.counts().admitted).toBe(1)
    },
  )

  it('carries grants that its own key signed, for one device only (F22)', async () => {
    const centre = await opened()
    const device = named('bed-0001')
    const centreKey = await newDeviceKey()
    const ceilings: string[] = []
    const link = new DeviceLink({
      start: {
        ...{ device, boot: 1, epoch: 0 },
        self: {
          ...{ hardware: 'made-up', code: 'test', release: 0, mode: 'natural' },
          ...{ consent: 'control', consentId: '', takesUpdates: false },
          cohort: { chronotype: 'unknown', age: 'unknown', district: 'north' },
        },
      },
      ...{ host: '127.0.0.1', port: centre.port, retryS: () => 0.1 },
      credential: () => centre.password(device),
      verify: (grant) => isCentresGrant(device, grant, centreKey.publicKey),
      onEffect: (effect) => {
        if (effect.kind === 'ceiling') ceilings.push(effect.ceiling)
        if (effect.kind === 'verdict') ceilings.push(effect.verdict)
      },
    })
    closing.push(() => link.close())
    link.begin()
    await until(() => link.session.isLive, 'live')
    const grant: Grant = {
      ...{ epoch: 1, id: 1, ceiling: 'guidance', heardS: link.nowS(), ttlS: 83, boot: 1 },
      reason: 'normal',
    }
    const { subtle } = globalThis.crypto
    const signed = async (by: DeviceKey, name: string) => ({
      ...grant,
      signature: await signBytes(subtle as never, grantBytes(name, grant), by.seed),
    })
    for (const each of [
      await signed(await newDeviceKey(), 'bed-0001'),
      await signed(centreKey, 'bed-0002'),
      await signed(centreKey, 'bed-0001'),
    ]) {
      const before = ceilings.length
      centre.door.send(device, 'cmd', encodeSignedGrant(each))
      await until(() => ceilings.length > before, 'a verdict')
    }
    expect(ceilings).toEqual(['forged', 'forged', 'taken', 'guidance'])
  })
})

describe('ordinary clients at the front door', () => {
  it('MQTT.js connects over TCP and WebSocket, publishes at QoS 1 and reads its commands (F13)', async () => {
    const centre = await opened()
    const http = createServer()
    http.on('upgrade', (request, socket, head) => centre.door.upgrade(request, socket, head))
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
    closing.push(() => http.close())
    const webPort = (http.address() as { port: number }).port
    const web = `ws://127.0.0.1:${webPort}/mqtt`
    for (const [name, stream] of [
      ['mqtt-js-tcp', () => connectTcp({ port: centre.port, host: '127.0.0.1' })],
      ['mqtt-js-web', () => createWebSocketStream(new WebSocket(web, 'mqtt'))],
    ] as const) {
      const device = named(name)
      const password = Buffer.from(await centre.password(device)) as never
      const who = { clientId: device, username: device, password, protocolVersion: 4 as const }
      const client = new MqttClient(stream as never, { ...who, reconnectPeriod: 0 })
      await new Promise((done) => client.once('connect', done))
      closing.push(() => client.endAsync(true))
      const heard: string[] = []
      client.on('message', (topic) => heard.push(topic))
      await client.subscribeAsync(topicOf(device, 'cmd'), { qos: 1 })
      await expect(client.subscribeAsync('nocturne/v1/+/cmd')).rejects.toThrow()
      const event = encodeEvent({ boot: 1, seq: 0, event: { kind: 'stop', atS: 1, by: 'sleeper' } })
      await client.publishAsync(topicOf(device, 'e'), Buffer.from(event), { qos: 1 })
      expect(centre.kinds(device)).toEqual(['event'])
      centre.door.send(device, 'cmd', Uint8Array.of(1))
      await until(() => heard.length > 0, 'a command')
      expect(heard).toEqual([topicOf(device, 'cmd')])
    }
  })

  it.skipIf(!hasClients)(
    `mosquitto_pub and mosquitto_sub speak with it (F13); ${CLIENTS_MISSING}`,
    async () => {
      const centre = await opened()
      const device = named('bed-0001')
      const password = Buffer.from(await centre.password(device)).toString()
      const common = ['-p', String(centre.port), '-i', device, '-u', device, '-P', password]
      const event = encodeEvent({ boot: 1, seq: 0, event: { kind: 'stop', atS: 1, by: 'sleeper' } })
      const text = Buffer.from(event).toString()
      await run('mosquitto_pub', [...common, '-q', '1', '-t', topicOf(device, 'e'), '-m', text])
      expect(centre.kinds(device)).toEqual(['event', 'gone'])
      const other = [...common, '-q', '1', '-t', 'nocturne/v1/bed-0002/e', '-m', text]
      await run('mosquitto_pub', other).catch(() => undefined)
      expect(centre.kinds('bed-0002')).toEqual([])
      const sub: ChildProcess = spawn('mosquitto_sub', [
        ...common,
        '-C',
        '1',
        '-t',
        topicOf(device, 'cmd'),
      ])
      closing.push(() => sub.kill())
      let said = ''
      sub.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
      await until(() => {
        centre.door.send(device, 'cmd', Buffer.from('hello'))
        return said !== ''
      }, 'hello')
      expect(said.split('\n')[0]).toBe('hello')
    },
  )
})
