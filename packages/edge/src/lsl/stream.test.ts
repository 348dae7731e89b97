import { connect, createServer } from 'node:net'
import { describeProblem, type Result } from '@nocturne/core/math'
import { afterEach, describe, expect, it } from 'vitest'
import { lslClockS } from './clock.ts'
import { findStreams } from './discovery.ts'
import { fullInfo, type InletListener, openInlet } from './inlet.ts'
import { openLabStreams } from './lab-streams.ts'
import type { LslPorts } from './network.ts'
import { type LslOutlet, openOutlet } from './outlet.ts'
import { channelsElement, type LslStream } from './stream-info.ts'
import { measureOffset } from './time-sync.ts'

/** Ports of this file's own, so that streams of other programs do not answer. */
const PORTS: LslPorts = { discovery: 27_571, base: 27_572, range: 8 }
const STREAM: LslStream = {
  ...{ name: 'Head', type: 'EEG', channelCount: 2, rateHz: 100, format: 'float32' },
  ...{ sourceId: 'cap-7' },
  description: [channelsElement([{ label: 'Fz', unit: 'uV', type: 'EEG' }])],
}
const LOCAL = { ports: PORTS, peers: ['127.0.0.1'], multicast: false }

const open: LslOutlet[] = []
afterEach(async () => {
  for (const outlet of open.splice(0)) await outlet.close()
})

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeProblem(result.problem))
  return result.value
}

async function offered(stream: Partial<LslStream> = {}): Promise<LslOutlet> {
  const outlet = must(await openOutlet({ ...STREAM, ...stream }, PORTS))
  open.push(outlet)
  return outlet
}

async function found(query = "name='Head'") {
  return findStreams(query, LOCAL)
}

/** An inlet with everything it heard. */
async function received(outlet: LslOutlet) {
  const heard = { times: [] as number[], values: [] as (number | string)[], ended: '' }
  const listener: InletListener = {
    onSamples: ({ timestampsS, values }) => {
      heard.times.push(...timestampsS)
      heard.values.push(...values)
    },
    onEnd: (reason) => {
      heard.ended = reason
    },
  }
  const [info] = await findStreams(`uid='${outlet.info.uid}'`, LOCAL)
  const inlet = must(await openInlet(info!, listener))
  return { heard, inlet }
}

/** Everything that a stream's machine says to a request, byte for byte. */
function answerTo(outlet: LslOutlet, request: string): Promise<string> {
  return new Promise((done) => {
    const socket = connect(outlet.info.dataPort, '127.0.0.1')
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => done(text))
    // In two pieces, as a network may have it.
    socket.write(request.slice(0, 9))
    setTimeout(() => socket.write(request.slice(9)), 20)
  })
}

async function until(condition: () => boolean): Promise<void> {
  for (let k = 0; k < 500 && !condition(); k++) await new Promise((go) => setTimeout(go, 10))
  expect(condition()).toBe(true)
}

describe('finding streams', () => {
  it('by what they are, each once, with where they answered from', async () => {
    await offered({ name: 'Head' })
    await offered({ name: 'Marks', type: 'Markers', rateHz: 0, format: 'string', channelCount: 1 })
    const streams = await findStreams("starts-with(source_id,'cap')", { ...LOCAL, least: 2 })
    expect(streams.map(({ name }) => name).sort()).toEqual(['Head', 'Marks'])
    expect(streams.every(({ address }) => address === '127.0.0.1')).toBe(true)
    expect(await findStreams("name='Nobody'", { ...LOCAL, timeoutMs: 150 })).toEqual([])
  })

  it('gives the whole description on request', async () => {
    const outlet = await offered()
    const [info] = await found()
    expect(info!.description).toEqual([])
    const full = must(await fullInfo(info!))
    expect(full).toEqual({ ...outlet.info, address: '127.0.0.1', createdAtS: full.createdAtS })
    expect(full.description).toEqual(STREAM.description)
  })

  it('answers over TCP too, to those whose query it matches', async () => {
    const outlet = await offered()
    const short = await answerTo(outlet, "LSL:shortinfo\r\nname='Head'\r\n")
    expect(short).toContain(`<uid>${outlet.info.uid}</uid>`)
    expect(await answerTo(outlet, "LSL:shortinfo\r\nname='Tail'\r\n")).toBe('')
    expect(await answerTo(outlet, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('')
  })

  it('survives what is no question', async () => {
    const outlet = await offered()
    for (const text of ['', 'x', 'LSL:shortinfo\r\n', 'LSL:shortinfo\r\n\r\n0 1\r\n', '\0\xff']) {
      const socket = connect(outlet.info.dataPort, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.end(text)
    }
    expect((await found()).length).toBe(1)
  })
})

describe('a feed', () => {
  it('gives samples and chunks with their times', async () => {
    const outlet = await offered()
    const { heard } = await received(outlet)
    await until(() => outlet.consumers() === 1)
    outlet.push([1.5, -2], 50)
    outlet.pushColumns([Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)], 60)
    await until(() => heard.times.length === 4)
    expect(heard.times).toEqual([50, 59.98, 59.989999999999995, 59.99999999999999])
    expect(heard.values).toEqual([1.5, -2, 1, 4, 2, 5, 3, 6])
  })

  it('gives texts of a stream of events, stamped now unless said', async () => {
    const marks = { name: 'Marks', rateHz: 0, format: 'string', channelCount: 1 } as const
    const outlet = await offered(marks)
    const { heard } = await received(outlet)
    await until(() => outlet.consumers() === 1)
    const before = lslClockS()
    outlet.push(['stage N3'])
    outlet.push(['stimulus ⚡'], 3)
    await until(() => heard.times.length === 2)
    expect(heard.values).toEqual(['stage N3', 'stimulus ⚡'])
    expect(heard.times[0]! - before).toBeGreaterThanOrEqual(0)
    expect(heard.times[0]! - before).toBeLessThan(1)
    expect(heard.times[1]).toBe(3)
  })

  it('ends for its receivers when the offer ends', async () => {
    const outlet = await offered()
    const { heard } = await received(outlet)
    await outlet.close()
    open.length = 0
    await until(() => heard.ended !== '')
    expect(heard.ended).toContain('closed')
  })

  it('drops for a receiver that does not read, and for it alone', async () => {
    const outlet = await offered({ channelCount: 64, description: [] })
    const [info] = await found()
    const sleepy = connect(outlet.info.dataPort, '127.0.0.1')
    sleepy.on('error', () => undefined)
    sleepy.pause()
    const head = `LSL:streamfeed/110 ${info!.uid}\r\nMax-Buffer-Length: 100\r\nValue-Size: 4\r\n\r\n`
    sleepy.write(head)
    const { heard } = await received(outlet)
    await until(() => outlet.consumers() === 2)
    const columns = Array.from({ length: 64 }, () => new Float32Array(1000))
    for (let k = 0; k < 80; k++) {
      outlet.pushColumns(columns)
      await new Promise((go) => setImmediate(go))
    }
    await until(() => heard.times.length === 80_000)
    expect(outlet.dropped()).toBeGreaterThan(0)
    sleepy.destroy()
    await until(() => outlet.consumers() === 1)
  })

  it('of no buffer is the two test samples and the end', async () => {
    const outlet = await offered()
    const head = 'LSL:streamfeed/110\r\nValue-Size: 4\r\nMax-Buffer-Length: 0\r\n\r\n'
    const answer = await answerTo(outlet, head)
    expect(answer.length - answer.indexOf('\r\n\r\n') - 4).toBe(2 * (9 + 2 * 4))
  })

  it('of protocol 1.00 is refused in a line', async () => {
    const outlet = await offered()
    const answer = await answerTo(outlet, 'LSL:streamfeed\r\n360 0\r\n')
    expect(answer).toBe('LSL/110 505 Version not supported\r\n\r\n')
    expect(outlet.consumers()).toBe(0)
  })

  it.each([
    ['LSL/110 404 Not found\r\n\r\n', '404'],
    ['LSL/110 200 OK\r\nData-Protocol-Version: 110\r\n\r\n\x01\x00\x00\x00\x00', 'test sample 1'],
    ['x'.repeat(20_000), 'a head without end'],
    ['', 'closed'],
  ])('that begins with %j is not taken', async (answer, got) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => socket.end(Buffer.from(answer, 'latin1')))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    const dataPort = typeof address === 'object' && address ? address.port : 0
    const outlet = await offered({ channelCount: 1 })
    const info = { ...outlet.info, address: '127.0.0.1', dataPort }
    const none = { onSamples: () => undefined, onEnd: () => undefined }
    const inlet = await openInlet(info, none)
    expect(!inlet.ok && describeProblem(inlet.problem)).toContain(got)
    await new Promise((done) => server.close(done))
  })
})

describe('time on one machine', () => {
  it('needs no correction', async () => {
    const outlet = await offered()
    const offset = await measureOffset('127.0.0.1', outlet.info.timePort)
    expect(Math.abs(offset!.offsetS)).toBeLessThanOrEqual(offset!.roundTripS)
    expect(await measureOffset('127.0.0.1', 0)).toBeUndefined()
  })
})

describe('a night offered to a laboratory', () => {
  it('is two streams of one clock: the signal, and markers that may be ahead of it', async () => {
    const channels = [
      { label: 'Fz', unit: 'uV' },
      { label: 'EOG left', unit: 'uV' },
    ]
    const given = { name: 'Bed', channels, rateHz: 100, startS: 500, ports: PORTS }
    const lab = must(await openLabStreams(given))
    const streams = await findStreams("desc/manufacturer='Nocturne'", { ...LOCAL, least: 2 })
    const heard: Record<string, unknown[]> = {}
    for (const info of streams) {
      const samples: unknown[] = []
      heard[info.name] = samples
      const onSamples = (got: { timestampsS: Float64Array; values: unknown }): void => {
        for (const [k, at] of got.timestampsS.entries()) {
          const width = info.channelCount
          const row = (got.values as number[]).slice(k * width, (k + 1) * width)
          samples.push([Math.round(at * 1000), ...row])
        }
      }
      must(await openInlet(info, { onSamples, onEnd: () => undefined }))
    }
    await until(() => lab.consumers() === 2)
    lab.signal([Float32Array.of(1, 2), Float32Array.of(3, 4)], 2000)
    lab.mark('stimulus', 2350)
    await until(() => heard['Bed-Markers']!.length === 1 && heard.Bed!.length === 2)
    expect(heard).toEqual({
      Bed: [
        [501_990, 1, 3],
        [502_000, 2, 4],
      ],
      'Bed-Markers': [[502_350, 'stimulus']],
    })
    const eye = streams.find(({ name }) => name === 'Bed')!
    expect(JSON.stringify(must(await fullInfo(eye)).description)).toContain('"EOG"')
    await lab.close()
  })
})
