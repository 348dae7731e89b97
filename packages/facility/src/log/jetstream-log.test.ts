import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasNats, NATS_MISSING, type NatsServers, startNats } from '#test/nats-servers.ts'
import { type JetStreamLog, type JetStreamLogOptions, openJetStreamLog } from './jetstream-log.ts'
import type { LogPort } from './log-port.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

async function textsOf(log: LogPort, partition: number): Promise<string[]> {
  const texts: string[] = []
  for await (const { entry } of log.read(new Map([[partition, 0]]))) {
    texts.push(new TextDecoder().decode(entry))
  }
  return texts
}

/** Stands between a client and its server, and can lose what the server answers. */
class DeafWire {
  isDeaf = false
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  port = 0

  constructor(to: number) {
    this.#server = createServer((near) => {
      const far = createConnection(to, '127.0.0.1')
      for (const [from, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from)
        from.on('error', () => from.destroy())
        from.once('close', () => {
          this.#sockets.delete(from)
          other.destroy()
        })
        from.on('data', (bytes) => {
          if (from === near || !this.isDeaf) other.write(bytes)
        })
      }
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
    const address = this.#server.address()
    this.port = typeof address === 'object' && address !== null ? address.port : 0
    return `nats://127.0.0.1:${this.port}`
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done))
    this.cut()
    await closed
  }
}

describe.skipIf(!hasNats)(`the log on a bus${hasNats ? '' : `, ${NATS_MISSING}`}`, () => {
  let servers: NatsServers
  let opened = 0
  beforeAll(async () => {
    servers = await startNats()
  })
  afterAll(() => servers?.stop())

  const open = (options: JetStreamLogOptions = {}, bus = servers.bus): Promise<JetStreamLog> =>
    openJetStreamLog(bus, { node: `node${opened++}`, ...options })

  it('lets only who took a partition on last append to it, and loses nothing of before', async () => {
    const name = 'fence'
    const [old, next] = [await open({ name }), await open({ name })]
    await expect(old.append(3, [bytesOf('x')])).rejects.toMatchObject({ code: 'LOG_FENCED' })
    expect(await old.takeOn(3)).toBe(0)
    expect(await old.append(3, [bytesOf('a'), bytesOf('b')])).toBe(0)
    expect(await next.takeOn(3)).toBe(2)
    await expect(old.append(3, [bytesOf('lost')])).rejects.toMatchObject({ code: 'LOG_FENCED' })
    await expect(old.append(3, [bytesOf('lost')])).rejects.toMatchObject({ code: 'LOG_FENCED' })
    expect(await next.append(3, [bytesOf('c')])).toBe(2)
    expect(await textsOf(next, 3)).toEqual(['a', 'b', 'c'])
    expect(await textsOf(old, 3)).toEqual(['a', 'b', 'c'])
    expect(await old.takeOn(3)).toBe(3)
    await expect(next.append(3, [bytesOf('lost')])).rejects.toMatchObject({ code: 'LOG_FENCED' })
    await Promise.all([old.close(), next.close()])
  })

  it('has one writer a partition after many took it on at once, and every acknowledged record', async () => {
    const name = 'race'
    const logs = await Promise.all([0, 1, 2].map(() => open({ name })))
    const kept: string[] = []
    const work = async (log: JetStreamLog, who: number): Promise<void> => {
      for (let round = 0; round < 15; round++) {
        await log.takeOn(0).catch(() => undefined)
        for (let k = 0; k < 4; k++) {
          const text = `${who}.${round}.${k}`
          await log.append(0, [bytesOf(text)]).then(
            () => kept.push(text),
            () => undefined,
          )
        }
      }
    }
    await Promise.all(logs.map(work))
    const texts = await textsOf(logs[0]!, 0)
    expect(new Set(texts).size).toBe(texts.length)
    const there = new Set(texts)
    expect(kept.filter((text) => !there.has(text))).toEqual([])
    expect(kept.length).toBeGreaterThan(15)
    await Promise.all(logs.map((log) => log.close()))
  })

  it('a record whose answer was lost is neither lost nor doubled', async () => {
    const wire = new DeafWire(Number(servers.bus.split(':').at(-1)))
    const log = await open({ name: 'deaf', answerMs: 300 }, await wire.listen())
    await log.takeOn(0)
    for (let round = 0; round < 4; round++) {
      wire.isDeaf = true
      const appended = log.append(0, [bytesOf(`${round}`)])
      await new Promise((later) => setTimeout(later, 100))
      wire.isDeaf = false
      wire.cut()
      expect(await appended).toBe(round)
    }
    expect(await textsOf(log, 0)).toEqual(['0', '1', '2', '3'])
    await log.close()
    await wire.close()
  })

  it('while the bus is away what waits is refused in time, and what was on its way is kept once', async () => {
    const log = await open({ name: 'away', answerMs: 200, waitMs: 600 })
    await log.takeOn(0)
    await log.append(0, [bytesOf('a')])
    await servers.kill(0)
    const onItsWay = log.append(0, [bytesOf('b')])
    await new Promise((later) => setTimeout(later, 50))
    await expect(log.append(0, [bytesOf('c')])).rejects.toMatchObject({ code: 'LOG_BUSY' })
    expect(log.queuedBytes).toBeGreaterThan(0)
    await servers.start(0)
    expect(await onItsWay).toBe(1)
    expect(await log.append(0, [bytesOf('d')])).toBe(2)
    expect(await textsOf(log, 0)).toEqual(['a', 'b', 'd'])
    expect(log.queuedBytes).toBe(0)
    await log.close()
  })

  it('a full stream refuses with its reason and keeps what it has', async () => {
    const log = await open({ name: 'full', mostBytes: 4000 })
    await log.takeOn(0)
    await log.append(0, [new Uint8Array(3000)])
    const refused = log.append(0, [new Uint8Array(3000)])
    await expect(refused).rejects.toMatchObject({ code: 'LOG_FULL' })
    expect(await log.append(0, [bytesOf('small')])).toBe(1)
    await log.close()
  })

  it('finds any record of a long log, of whichever partition', async () => {
    const log = await open({ name: 'long' })
    await Promise.all([0, 1].map((partition) => log.takeOn(partition)))
    for (let k = 0; k < 1500; k++) {
      await log.append(k % 2, [bytesOf(`${k}`), bytesOf(`${k}'`)])
    }
    for (const from of [1, 2, 700, 1001, 1499]) {
      const found: string[] = []
      for await (const { entry, offset } of log.read(new Map([[1, from]]))) {
        expect(offset).toBe(from + found.length)
        found.push(new TextDecoder().decode(entry))
      }
      expect(found.length).toBe(1500 - from)
      const first = 2 * Math.floor(from / 2) + 1
      expect(found[0]).toBe(from % 2 === 0 ? `${first}` : `${first}'`)
    }
    await log.close()
  })
})
