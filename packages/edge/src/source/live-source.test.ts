import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeProblem, type Result } from '@nocturne/core/math'
import { MUSE_CONTROL, MUSE_ELECTRODES } from '@nocturne/core/signal'
import { afterAll, describe, expect, it } from 'vitest'
import type { LslPorts } from '../lsl/network.ts'
import { type LslOutlet, openOutlet } from '../lsl/outlet.ts'
import { channelsElement } from '../lsl/stream-info.ts'
import { cytonSource } from './cyton-source.ts'
import { liveFeed } from './live-feed.ts'
import { lslSource } from './lsl-source.ts'
import { type GattPeer, museSource } from './muse-source.ts'
import { openSource } from './open-source.ts'
import type { Persistence } from './persistent-link.ts'
import type { Source, SourceChunk, SourceNotice } from './source.ts'

const QUICK: Persistence = {
  ...{ firstWaitMs: 10, longestWaitMs: 80, mostFailures: 12, silenceMs: 400 },
}
const folder = mkdtempSync(join(tmpdir(), 'nocturne-live-'))
afterAll(() => rmSync(folder, { recursive: true }))

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeProblem(result.problem))
  return result.value
}

async function until(condition: () => boolean): Promise<void> {
  for (let k = 0; k < 800 && !condition(); k++) await pause(10)
  expect(condition()).toBe(true)
}

function pause(ms: number): Promise<void> {
  return new Promise((go) => setTimeout(go, ms))
}

/** Everything that comes from a source, as it comes. */
function heardFrom(source: Source) {
  const chunks: SourceChunk[] = []
  const notices: SourceNotice[] = []
  source.onNotice((notice) => notices.push(notice))
  const done = (async () => {
    for await (const chunk of source.chunks()) chunks.push(chunk)
  })()
  const samples = (): number => chunks.reduce((sum, { columns }) => sum + columns[0]!.length, 0)
  const kinds = (): string[] => notices.map(({ kind }) => kind)
  return { chunks, notices, kinds, samples, done }
}

/** A Cyton's packet whose first electrode has `count` steps. */
function packet(number: number, count = number): Buffer {
  const bytes = Buffer.alloc(33)
  bytes[0] = 0xa0
  bytes[1] = number & 255
  bytes.writeIntBE(count, 2, 3)
  bytes.writeInt16BE(8000, 30)
  bytes[32] = 0xc0
  return bytes
}

/** A Cyton behind a network port: sends what it is told once it was started. */
async function boardAt(onStart: (socket: Socket, times: number) => void) {
  const said: string[] = []
  const sockets = new Set<Socket>()
  let starts = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      said.push(...bytes.toString())
      if (bytes.toString().includes('b')) onStart(socket, ++starts)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await new Promise((done) => server.close(done))
  }
  return { place: `127.0.0.1:${port}`, said, close }
}

describe('an OpenBCI Cyton', () => {
  it('from a file of its bytes gives every packet, and gaps by their numbers', async () => {
    const numbers = [...Array(300).keys()].filter((n) => n < 100 || n >= 110)
    const path = join(folder, 'cyton.bin')
    writeFileSync(path, Buffer.concat([Buffer.from('$$$'), ...numbers.map((n) => packet(n))]))
    const labels = ['Fpz']
    const source = must(
      await cytonSource(path, { labels, channels: ['Fpz', 'ACC Z'] }, { persistence: QUICK }),
    )
    expect(source.description).toMatchObject({
      ...{ rateHz: 250, live: true },
      channels: [
        { label: 'Fpz', unit: 'uV', lattice: { gain: 4.5e6 / 24 / 8388607, offset: 0 } },
        { label: 'ACC Z', unit: 'g', lattice: { gain: 0.000125, offset: 0 } },
      ],
    })
    const heard = heardFrom(source)
    await until(() => heard.samples() === 290)
    await source.close()
    await heard.done
    const at = heard.chunks.find(({ first }) => first === 110)!
    expect(at.columns[0]![0]).toBeCloseTo((110 * 4.5e6) / 24 / 8388607, 4)
    expect(at.columns[1]![0]).toBeCloseTo(1, 6)
    expect(heard.notices[0]).toMatchObject({
      kind: 'gap',
      text: '10 samples (0.040 s) are missing',
    })
  })

  it('is started, and stopped when the source is closed', async () => {
    const board = await boardAt((socket) => socket.write(packet(1)))
    const source = must(await openSource(`serial:${board.place}`))
    const heard = heardFrom(source)
    await until(() => heard.samples() === 1)
    expect(board.said.join('')).toBe('sb')
    await source.close()
    await until(() => board.said.join('') === 'sbs')
    await board.close()
  })

  it('is connected to again when the line breaks, at the place the clock says', async () => {
    const board = await boardAt((socket, times) => {
      for (let n = 0; n < 25; n++) socket.write(packet(n))
      if (times === 1) setTimeout(() => socket.destroy(), 200)
    })
    const source = must(await cytonSource(board.place, {}, { persistence: QUICK }))
    const heard = heardFrom(source)
    await until(() => heard.samples() >= 50)
    expect(heard.kinds().slice(0, 3)).toEqual(['lost', 'gap', 'back'])
    const again = heard.chunks.find(({ first }) => first > 25)!
    // At least the 200 ms until the line broke: 50 samples.
    expect(again.first).toBeGreaterThan(50)
    await source.close()
    await board.close()
  })

  it('that falls silent is started anew', async () => {
    const board = await boardAt((socket) => socket.write(packet(3)))
    const source = must(await cytonSource(board.place, {}, { persistence: QUICK }))
    const heard = heardFrom(source)
    await until(() => heard.kinds().includes('back'))
    expect(heard.notices[0]!.text).toMatch(/^no sample for/)
    await source.close()
    await board.close()
  })

  it('that stays away ends the source after a bounded number of tries', async () => {
    const board = await boardAt((socket) => socket.end(packet(3)))
    const few = { ...QUICK, mostFailures: 3 }
    const source = must(await cytonSource(board.place, {}, { persistence: few }))
    const heard = heardFrom(source)
    await board.close()
    await heard.done
    expect(heard.notices.at(-1)!.text).toMatch(/^given up after 3 tries: serial:127/)
    await source.close()
  })

  it.each([
    ['nowhere', 'serial:nowhere: got no such device, expected a serial port, a file or HOST:PORT'],
    ['127.0.0.1:1', 'ECONNREFUSED'],
  ])('at %s is told in one line', async (place, line) => {
    const source = await openSource(`serial:${place}`)
    expect(!source.ok && describeProblem(source.problem)).toContain(line)
  })

  it('that is none is told by what came', async () => {
    const path = join(folder, 'text.bin')
    writeFileSync(path, 'hello, I am a thermometer and not a Cyton at all')
    const source = await openSource(`serial:${path}`)
    expect(!source.ok && describeProblem(source.problem)).toContain('packets of a Cyton')
  })
})

/** A headband that notifies when it is told to. */
function headband() {
  const listeners = new Map<string, (bytes: Uint8Array) => void>()
  const written: string[] = []
  const state = { connected: 0, disconnected: () => undefined as undefined, refuses: 0 }
  const peer: GattPeer = {
    name: 'Muse-1234',
    connect: async () => {
      state.connected++
      if (state.refuses-- > 0) throw new Error('out of reach')
    },
    subscribe: async (id, listener) => void listeners.set(id, listener),
    write: async (id, bytes) => {
      expect(id).toBe(MUSE_CONTROL)
      written.push(Buffer.from(bytes.slice(1, -1)).toString())
    },
    onDisconnect: (listener) => {
      state.disconnected = () => void listener()
    },
    disconnect: async () => undefined,
  }
  const notify = (number: number, electrodes = [0, 1, 2, 3]): void => {
    const bytes = Buffer.alloc(20, 0x88) // counts of 0x888 each
    bytes.writeUInt16BE(number)
    for (const k of electrodes) listeners.get(MUSE_ELECTRODES[k]!.id)!(bytes)
  }
  return { peer, written, state, notify }
}

describe('a Muse headband', () => {
  it('is started, kept awake, and gives its four electrodes in uV', async () => {
    const muse = headband()
    const source = must(await museSource(muse.peer, {}, { persistence: QUICK, keepAliveMs: 30 }))
    expect(source.description.channels.map(({ label }) => label)).toEqual([
      ...['TP9', 'AF7', 'AF8', 'TP10'],
    ])
    const heard = heardFrom(source)
    for (let n = 65_530; n < 65_550; n++) muse.notify(n & 0xffff)
    await until(() => heard.samples() === 240)
    expect(heard.chunks.at(-1)!.columns.map((column) => column[0])).toEqual(
      Array(4).fill((0x888 - 0x800) * 0.48828125),
    )
    await until(() => muse.written.includes('k'))
    expect(muse.written.slice(0, 4)).toEqual(['h', 'p21', 's', 'd'])
    await source.close()
    expect(muse.written.at(-1)).toBe('h')
  })

  it('loses twelve samples of one electrode with one notification, of all with four', async () => {
    const muse = headband()
    const source = must(await museSource(muse.peer, {}, { persistence: QUICK }))
    const heard = heardFrom(source)
    muse.notify(10)
    muse.notify(11, [0, 1, 3])
    muse.notify(12)
    muse.notify(15)
    await until(() => heard.samples() === 48)
    const hole = heard.chunks.filter(({ columns }) => Number.isNaN(columns[2]![0]!))
    expect(hole.map(({ first, columns }) => [first, Number.isNaN(columns[0]![0]!)])).toEqual([
      [12, false],
    ])
    expect(heard.notices).toMatchObject([{ kind: 'gap', text: '24 samples (0.094 s) are missing' }])
    await source.close()
  })

  it('that goes is connected to again, with waits that grow', async () => {
    const muse = headband()
    const source = must(await museSource(muse.peer, {}, { persistence: QUICK }))
    const heard = heardFrom(source)
    muse.notify(1)
    muse.state.refuses = 3
    muse.state.disconnected()
    await until(() => heard.kinds().includes('back'))
    expect(heard.notices.map(({ text }) => text)).toEqual([
      'the headband disconnected',
      'connected again after 4 tries',
    ])
    muse.notify(1)
    await until(() => heard.samples() === 24)
    expect(heard.chunks.at(-1)!.first).toBeGreaterThan(12)
    await source.close()
  })

  it('that is away is told in one line', async () => {
    const muse = headband()
    muse.state.refuses = 1
    const source = await museSource(muse.peer)
    expect(!source.ok && describeProblem(source.problem)).toBe(
      'Muse-1234: got out of reach, expected a Muse headband that is on and near (SOURCE_LINK)',
    )
  })
})

const PORTS: LslPorts = { discovery: 27_671, base: 27_672, range: 8 }
const FIND = { ports: PORTS, peers: ['127.0.0.1'], multicast: false, timeoutMs: 4000 }
const TUNING = { find: FIND, persistence: QUICK }

async function offered(unit = 'uV', rateHz = 250): Promise<LslOutlet> {
  const channels = ['Fz', 'Cz'].map((label) => ({ label, unit, type: 'EEG' }))
  const stream = { name: 'Head', type: 'EEG', channelCount: 2, rateHz, sourceId: 'cap-7' }
  const description = [channelsElement(channels)]
  return must(await openOutlet({ ...stream, format: 'float32', description }, PORTS))
}

describe('a stream of the network', () => {
  it('is resampled to the loop’s rate as it comes, in uV', async () => {
    const outlet = await offered('millivolts')
    const alone = { find: { ports: PORTS, multicast: false }, persistence: QUICK }
    const wish = { rateHz: 256, channels: ['Cz'] }
    const source = must(await lslSource('Head@127.0.0.1', wish, alone))
    expect(source.description).toMatchObject({
      ...{ name: 'lsl:Head', rateHz: 256, live: true },
      channels: [{ label: 'Cz', unit: 'uV' }],
    })
    const heard = heardFrom(source)
    await until(() => outlet.consumers() === 1)
    const sine = (atS: number): number => 0.05 * Math.sin(2 * Math.PI * 2 * atS)
    for (let at = 0; at < 1000; at += 25) {
      const column = Float32Array.from({ length: 25 }, (_, k) => sine((at + k) / 250))
      outlet.pushColumns([column, column], 100 + (at + 24) / 250)
    }
    await until(() => heard.samples() > 1000)
    for (const { first, columns } of heard.chunks) {
      for (const [k, v] of columns[0]!.entries()) {
        if (first + k > 30) expect(Math.abs(v - 1000 * sine((first + k) / 256))).toBeLessThan(0.3)
      }
    }
    await source.close()
    await outlet.close()
  })

  it('has gaps where its timestamps have, and is found again when its program restarts', async () => {
    const first = await offered()
    const source = must(await lslSource('Head', {}, TUNING))
    const heard = heardFrom(source)
    await until(() => first.consumers() === 1)
    const column = new Float32Array(100)
    first.pushColumns([column, column], 10)
    first.pushColumns([column, column], 11)
    await until(() => heard.samples() === 200)
    expect(heard.notices).toMatchObject([
      { kind: 'gap', text: '150 samples (0.600 s) are missing' },
    ])
    await first.close()
    await until(() => heard.kinds().includes('lost'))
    const second = await offered()
    await until(() => second.consumers() === 1)
    second.pushColumns([column, column], 3)
    await until(() => heard.samples() === 300)
    expect(heard.kinds().slice(1, 3)).toEqual(['lost', 'back'])
    await source.close()
    await second.close()
  })

  it('that cannot be a signal is told in one line', async () => {
    const find = { ports: PORTS, multicast: false, timeoutMs: 200 }
    const nobody = await lslSource('Nobody@127.0.0.1', {}, { find })
    expect(!nobody.ok && describeProblem(nobody.problem)).toContain('lsl:Nobody: got no answer')
    const marks = await offered('uV', 0)
    const events = await lslSource('Head', {}, TUNING)
    expect(!events.ok && describeProblem(events.problem)).toContain('a stream of events')
    await marks.close()
    const radio = await offered('uV', 1e6)
    const fast = await lslSource('Head', {}, TUNING)
    expect(!fast.ok && describeProblem(fast.problem)).toContain(
      '1000000 Hz, expected up to 100 kHz',
    )
    await radio.close()
    const quoted = await openSource("lsl:a'b")
    expect(!quoted.ok && quoted.problem.code).toBe('SOURCE_SPEC')
  })
})

describe('a live feed', () => {
  const channels = [{ label: 'Fz', unit: 'uV' }]
  const description = { name: 'x', channels, rateHz: 100, live: true }
  const options = { deviceHz: 100, chunkSamples: 10, close: async () => undefined }

  it('keeps ten seconds for a consumer that is away and tells what it dropped', async () => {
    let atMs = 0
    const feed = liveFeed(description, { ...options, clockMs: () => atMs })
    for (let at = 0; at < 5000; at += 50) {
      atMs = 10 * at
      feed.give(at, [new Float32Array(50).fill(at)])
    }
    feed.end('enough')
    const heard = heardFrom(feed.source)
    await heard.done
    expect(heard.samples()).toBe(1000)
    expect(heard.chunks[0]!.first).toBe(4000)
    const [first, ...later] = heard.notices.filter(({ kind }) => kind === 'gap')
    expect(first!.text).toBe('10 samples were not fetched in time')
    expect(later.length).toBeLessThanOrEqual(4)
  })

  it('tells once a minute of a rate that is more than 2 % off, and knows it', async () => {
    let atMs = 0
    const feed = liveFeed(description, { ...options, clockMs: () => atMs })
    const heard = heardFrom(feed.source)
    for (let at = 0; at < 9500; at += 10) {
      atMs = (at + 10) * 10.3
      feed.give(at, [new Float32Array(10)])
      if (at % 500 === 0) await pause(0)
    }
    expect(feed.source.measuredRate!()!.rateHz).toBeCloseTo(100 / 1.03, 2)
    expect(heard.notices.map(({ kind, text }) => [kind, text])).toEqual([
      ['drift', 'the rate is -2.9 % off 100 Hz'],
      ['drift', 'the rate is -2.9 % off 100 Hz'],
    ])
    expect(heard.notices[1]!.atMs - heard.notices[0]!.atMs).toBeGreaterThanOrEqual(60_000)
    feed.end('enough')
    await heard.done
    const stamps = heard.chunks.map((chunk) => chunk.atMs)
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b))
  })

  it('goes on at the place the clock says after a pause', () => {
    let atMs = 0
    const feed = liveFeed(description, { ...options, clockMs: () => atMs })
    expect(feed.nextIndex()).toBe(0)
    for (let at = 0; at < 3000; at += 10) {
      atMs = (at + 10) * 10
      feed.give(at, [new Float32Array(10)])
    }
    expect(feed.nextIndex()).toBe(3000)
    atMs += 5000
    expect(feed.silentMs()).toBe(5000)
    expect(feed.source.nowMs!()).toBe(35_000)
    expect(feed.nextIndex()).toBe(3500)
  })

  it('leaves out what it has already given', async () => {
    const feed = liveFeed(description, options)
    feed.give(0, [Float32Array.of(0, 1, 2)])
    feed.give(1, [Float32Array.of(1, 2, 3)])
    feed.give(0, [Float32Array.of(0)])
    feed.end('enough')
    const heard = heardFrom(feed.source)
    await heard.done
    expect(heard.chunks.flatMap(({ columns }) => [...columns[0]!])).toEqual([0, 1, 2, 3])
    expect(heard.kinds()).toEqual(['ended'])
  })
})
