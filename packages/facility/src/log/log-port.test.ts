import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasNats, NATS_MISSING, type NatsServers, startNats } from '#test/nats-servers.ts'
import { seededRandom } from '../../../core/src/math/random.ts'
import { openJetStreamLog } from './jetstream-log.ts'
import type { LogError, LogPort } from './log-port.ts'
import { openSegmentLog } from './segment-log.ts'

/** One place where a log is kept, empty at first. */
type Kept = {
  open(options?: { now?: () => number; mostWaitingBytes?: number }): Promise<LogPort>
}

type Engine = {
  readonly name: string
  readonly isHere: boolean
  keep(): Kept
  begin(): Promise<void>
  end(): Promise<void>
}

const PARTITIONS = [0, 1, 2, 7, 255, 256]

function segments(): Engine {
  const folders: string[] = []
  return {
    name: 'the log on one machine',
    isHere: true,
    begin: () => Promise.resolve(),
    keep: () => {
      const folder = mkdtempSync(join(tmpdir(), 'nocturne-log-'))
      folders.push(folder)
      return { open: (options) => openSegmentLog(folder, { ...options, segmentBytes: 2000 }) }
    },
    end: () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
      return Promise.resolve()
    },
  }
}

function jetStream(): Engine {
  let servers: NatsServers
  let kept = 0
  return {
    name: `the log on a bus${hasNats ? '' : `, ${NATS_MISSING}`}`,
    isHere: hasNats,
    begin: async () => {
      servers = await startNats()
    },
    keep: () => {
      const name = `log${kept++}`
      return {
        open: async (options) => {
          const log = await openJetStreamLog(servers.bus, { ...options, name })
          for (const partition of PARTITIONS) await log.takeOn(partition)
          return log
        },
      }
    },
    end: async () => servers?.stop(),
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

async function textsOf(log: LogPort, from: [number, number][]): Promise<string[]> {
  const texts: string[] = []
  for await (const { partition, offset, entry } of log.read(new Map(from))) {
    texts.push(`${partition}:${offset} ${new TextDecoder().decode(entry)}`)
  }
  return texts
}

for (const engine of [segments(), jetStream()]) {
  describe.skipIf(!engine.isHere)(engine.name, () => {
    beforeAll(() => engine.begin())
    afterAll(() => engine.end())

    it('gives back what was appended in its order, from any offset, also to who opens it again', async () => {
      const kept = engine.keep()
      const log = await kept.open()
      for (let k = 0; k < 40; k++) {
        const entries = [bytesOf(`a${k}`), bytesOf(`b${k}`)]
        expect(await log.append(k % 3, entries)).toBe(2 * Math.floor(k / 3))
      }
      expect((await textsOf(log, [[1, 22]])).join()).toBe('1:22 a34,1:23 b34,1:24 a37,1:25 b37')
      await log.close()
      const again = await kept.open()
      expect([0, 1, 2, 7].map((partition) => again.length(partition))).toEqual([28, 26, 26, 0])
      expect((await textsOf(again, [[1, 23]])).join()).toBe('1:23 b34,1:24 a37,1:25 b37')
      expect((await textsOf(again, [[2, 0]])).length).toBe(26)
      expect(await textsOf(again, [[7, 0]])).toEqual([])
      expect(await again.append(0, [bytesOf('more')])).toBe(28)
      await again.close()
    })

    it('reads several partitions together, each from its own offset, none that was not asked for', async () => {
      const log = await engine.keep().open()
      const random = seededRandom(5)
      const written = new Map<number, string[]>(PARTITIONS.map((partition) => [partition, []]))
      for (let k = 0; k < 120; k++) {
        const partition = PARTITIONS[random.integer(PARTITIONS.length)]!
        const entries = Array.from({ length: 1 + random.integer(4) }, (_, j) => `${k}.${j}`)
        written.get(partition)!.push(...entries)
        await log.append(partition, entries.map(bytesOf))
      }
      const texts = await textsOf(log, [
        [256, 0],
        [7, 5],
      ])
      for (const [partition, from] of [
        [256, 0],
        [7, 5],
      ] as const) {
        const mine = texts.filter((text) => text.startsWith(`${partition}:`))
        const all = written.get(partition)!
        expect(mine).toEqual(all.slice(from).map((text, at) => `${partition}:${from + at} ${text}`))
      }
      expect(texts.every((text) => /^(256|7):/.test(text))).toBe(true)
      await log.close()
    })

    it('gives each of many who append at once their own offsets, all or none', async () => {
      const log = await engine.keep().open()
      const sizes = Array.from({ length: 200 }, (_, k) => 1 + (k % 5))
      const offsets = await Promise.all(
        sizes.map((size, k) =>
          log.append(
            7,
            Array.from({ length: size }, (_, j) => bytesOf(`${k}.${j}`)),
          ),
        ),
      )
      const texts = await textsOf(log, [[7, 0]])
      expect(texts.length).toBe(sizes.reduce((sum, size) => sum + size))
      for (const [k, offset] of offsets.entries()) {
        for (let j = 0; j < sizes[k]!; j++) {
          expect(texts[offset + j]).toBe(`7:${offset + j} ${k}.${j}`)
        }
      }
      await log.close()
    })

    it('stamps records with a time that never falls, also when the clock does', async () => {
      const kept = engine.keep()
      let nowMs = 5000
      const log = await kept.open({ now: () => nowMs })
      await log.append(0, [bytesOf('a')])
      nowMs = 9000
      await log.append(0, [bytesOf('b')])
      nowMs = 7000
      await log.append(0, [bytesOf('c')])
      await log.close()
      nowMs = 1000
      const again = await kept.open({ now: () => nowMs })
      await again.append(0, [bytesOf('d')])
      const stamps: number[] = []
      for await (const { atMs } of again.read(new Map([[0, 0]]))) stamps.push(atMs)
      expect(stamps).toEqual([5000, 9000, 9000, 9000])
      await again.close()
    })

    it('drops what is old and needed no more, keeps its offsets, and says where it begins', async () => {
      const kept = engine.keep()
      let nowMs = 1000
      const log = await kept.open({ now: () => nowMs })
      const long = 'x'.repeat(150)
      for (let k = 0; k < 60; k++) {
        nowMs = 1000 + k
        await log.append(k % 2, [bytesOf(`${k} ${long}`)])
      }
      const offsetsOf = async (from: number): Promise<number[]> => {
        const offsets: number[] = []
        for await (const { offset } of log.read(new Map([[1, from]]))) offsets.push(offset)
        return offsets
      }
      const all = new Map([0, 1].map((partition) => [partition, log.length(partition)]))
      expect((await log.drop({ before: all, beforeMs: 1000 })).records).toBe(0)
      expect(await log.start(1)).toBe(0)
      // One of the two is needed from early on.
      await log.drop({ before: new Map([...all, [1, 2]]), beforeMs: 5000 })
      expect(await log.start(1)).toBeLessThanOrEqual(2)
      await log.drop({ before: all, beforeMs: 1040 })
      const start = await log.start(1)
      expect(start).toBeGreaterThan(10)
      expect(start).toBeLessThanOrEqual(20)
      expect((await offsetsOf(start))[0]).toBe(start)
      expect((await offsetsOf(start)).length).toBe(30 - start)
      await expect(offsetsOf(start - 1)).rejects.toThrow(`${start}`)
      // The end is always known, whatever was dropped.
      await log.drop({ before: all, beforeMs: 9000 })
      await log.close()
      const again = await kept.open({ now: () => nowMs })
      expect([0, 1].map((partition) => again.length(partition))).toEqual([30, 30])
      expect(await again.start(1)).toBeGreaterThan(start)
      expect(await again.append(1, [bytesOf('more')])).toBe(30)
      expect((await textsOf(again, [[1, 30]])).join()).toBe('1:30 more')
      await again.close()
    })

    it('keeps records of no bytes and of many', async () => {
      const log = await engine.keep().open()
      const long = Uint8Array.from({ length: 400_000 }, (_, k) => k * 31)
      await log.append(1, [new Uint8Array(0), long, new Uint8Array(0)])
      const entries: Uint8Array[] = []
      for await (const { entry } of log.read(new Map([[1, 0]]))) entries.push(entry)
      expect(entries.map(({ length }) => length)).toEqual([0, 400_000, 0])
      expect(Buffer.from(entries[1]!).equals(Buffer.from(long))).toBe(true)
      await log.close()
    })

    it('reads up to where it ended when reading began', async () => {
      const log = await engine.keep().open()
      await log.append(2, [bytesOf('a'), bytesOf('b')])
      const reading = log.read(new Map([[2, 0]]))[Symbol.asyncIterator]()
      await reading.next()
      await log.append(2, [bytesOf('c')])
      expect((await reading.next()).value.offset).toBe(1)
      expect((await reading.next()).done).toBe(true)
      await log.close()
    })

    it('refuses more than may wait, and anything once it is closed, by their reasons', async () => {
      const log = await engine.keep().open({ mostWaitingBytes: 200 })
      const answers = await Promise.allSettled([
        log.append(0, [new Uint8Array(120)]),
        log.append(0, [new Uint8Array(120)]),
      ])
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
      expect(((answers[1] as PromiseRejectedResult).reason as LogError).code).toBe('LOG_BUSY')
      await log.close()
      await expect(log.append(0, [bytesOf('late')])).rejects.toMatchObject({ code: 'LOG_CLOSED' })
    })

    it('makes durable what waits when it is closed', async () => {
      const kept = engine.keep()
      const log = await kept.open()
      const waiting = Array.from({ length: 50 }, (_, k) => log.append(k % 2, [bytesOf(`w${k}`)]))
      await log.close()
      expect((await Promise.all(waiting)).length).toBe(50)
      const again = await kept.open()
      expect([again.length(0), again.length(1)]).toEqual([25, 25])
      await again.close()
    })
  })
}
