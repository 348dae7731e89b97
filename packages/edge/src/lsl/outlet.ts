import { randomUUID } from 'node:crypto'
import { createServer, type Server, type Socket as TcpSocket } from 'node:net'
import { hostname } from 'node:os'
import { assert, fail, ok, type Result } from '@nocturne/core/math'
import { lslClockS } from './clock.ts'
import {
  feedResponseText,
  MOST_HEAD_BYTES,
  PROTOCOL_VERSION,
  readFeedRequest,
} from './feed-request.ts'
import { firstFreeSocket, LSL_PORTS, type LslPorts } from './network.ts'
import { matchesQuery } from './query.ts'
import { answerQuestions, discoverySocket } from './responder.ts'
import { sampleBytes, TEST_OFFSETS, TEST_TIMESTAMP_S, testPattern } from './sample-format.ts'
import {
  FORMAT_BYTES,
  type LslCode,
  type LslStream,
  type LslStreamInfo,
  streamInfoElement,
  streamInfoXml,
} from './stream-info.ts'

/** A stream that this machine offers to the laboratory's network. */
export type LslOutlet = {
  readonly info: LslStreamInfo
  /** Receivers that are connected now. */
  consumers(): number
  /** Samples that receivers too slow for them did not get, all receivers together. */
  dropped(): number
  /**
   * Gives one sample: a value a channel, texts for a stream of strings, at its time by `lslClockS`
   * (now unless said).
   */
  push(values: readonly number[] | readonly string[], timestampS?: number): void
  /**
   * Gives samples side by side, one column a channel, the last of them at `timestampS`. In a stream
   * with a rate the first carries its time, the others follow by the rate.
   */
  pushColumns(columns: readonly Float32Array[], timestampS?: number): void
  /** Ends the offer and every feed. */
  close(): Promise<void>
}

/** Receivers at one time, and how long each may take over its request, ms. */
const MOST_CONSUMERS = 64
const REQUEST_MS = 10_000
/** Bytes kept for a receiver that does not read, whatever it asked for. */
const MOST_BACKLOG_BYTES = 1 << 24
const LEAST_BACKLOG_BYTES = 1 << 12

/** A receiver that is fed. */
type Feed = { readonly socket: TcpSocket; readonly backlogBytes: number }

/**
 * Offers a stream by Lab Streaming Layer 1.10: found by multicast, broadcast or name, fed over TCP,
 * its clock told over UDP. A receiver that does not read loses samples rather than hold up the
 * others; the next it gets carries its own time. Protocol 1.00 is refused. Fails with LSL_PORT
 * where no port is free.
 */
export async function openOutlet(
  stream: LslStream,
  ports: LslPorts = LSL_PORTS,
): Promise<Result<LslOutlet, LslCode>> {
  const time = await firstFreeSocket(ports)
  const feeds = new Set<Feed>()
  const server = createServer((socket) => serve(socket, info, feeds))
  server.maxConnections = MOST_CONSUMERS
  const dataPort = await listening(server, ports)
  if (time === undefined || dataPort === undefined) {
    time?.close()
    server.close()
    return fail('LSL_PORT', stream.name, `ports from ${ports.base} taken`, 'a free port')
  }
  const info: LslStreamInfo = {
    ...stream,
    ...{ version: PROTOCOL_VERSION, createdAtS: lslClockS(), uid: randomUUID(), address: '' },
    ...{ sessionId: 'default', hostname: hostname(), dataPort, timePort: time.address().port },
  }
  const discovery = await discoverySocket(ports)
  answerQuestions(time, info, true)
  if (discovery) answerQuestions(discovery, info, false)
  let lost = 0
  const give = (
    timestampsS: (number | undefined)[],
    values: number[] | readonly string[],
  ): void => {
    lost += deliver(feeds, stream.format, timestampsS, values)
  }
  return ok({
    info,
    consumers: () => feeds.size,
    dropped: () => lost,
    push: (values, timestampS = lslClockS()) => {
      assert(values.length === stream.channelCount, `${values.length} values of a sample`)
      give([timestampS], values as number[] | readonly string[])
    },
    pushColumns: (columns, timestampS = lslClockS()) => {
      assert(columns.length === stream.channelCount, `${columns.length} columns`)
      const count = columns[0]?.length ?? 0
      if (count > 0) give(timesOf(count, timestampS, stream.rateHz), rowsOf(columns, count))
    },
    close: async () => {
      time.close()
      discovery?.close()
      for (const { socket } of feeds) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  })
}

/** Listens on the first free port of the range, or on any. */
async function listening(server: Server, { base, range }: LslPorts): Promise<number | undefined> {
  for (const port of [...Array.from({ length: range }, (_, k) => base + k), 0]) {
    const taken = await new Promise<number | undefined>((done) => {
      const failed = (): void => done(undefined)
      server.once('error', failed)
      server.listen({ port, host: '0.0.0.0', exclusive: true }, () => {
        server.off('error', failed)
        const address = server.address()
        done(typeof address === 'object' && address ? address.port : undefined)
      })
    })
    if (taken !== undefined) return taken
  }
  return undefined
}

function timesOf(count: number, lastS: number, rateHz: number): (number | undefined)[] {
  if (rateHz === 0) return Array.from({ length: count }, () => lastS)
  const times: (number | undefined)[] = Array.from({ length: count }, () => undefined)
  times[0] = lastS - (count - 1) / rateHz
  return times
}

function rowsOf(columns: readonly Float32Array[], count: number): number[] {
  const rows: number[] = []
  for (let i = 0; i < count; i++) for (const column of columns) rows.push(column[i]!)
  return rows
}

/** Writes samples to every receiver that keeps up; gives how many were dropped in all. */
function deliver(
  feeds: ReadonlySet<Feed>,
  format: LslStream['format'],
  timestampsS: (number | undefined)[],
  values: number[] | readonly string[],
): number {
  if (feeds.size === 0) return 0
  const bytes = sampleBytes(format, timestampsS, values)
  let lost = 0
  for (const feed of feeds) {
    // A piece begins with a time of its own, so that what was dropped before it is seen.
    if (feed.socket.writableLength > feed.backlogBytes) lost += timestampsS.length
    else feed.socket.write(bytes)
  }
  return lost
}

/** Reads one request of a connection and answers it. */
function serve(socket: TcpSocket, info: LslStreamInfo, feeds: Set<Feed>): void {
  socket.setNoDelay(true)
  socket.on('error', () => undefined)
  socket.setTimeout(REQUEST_MS, () => socket.destroy())
  let head = ''
  const read = (bytes: Buffer): void => {
    head += bytes.toString('latin1')
    const answered = answer(socket, info, feeds, head)
    if (answered) {
      socket.off('data', read)
      socket.resume()
    } else if (head.length > MOST_HEAD_BYTES) socket.destroy()
  }
  socket.on('data', read)
}

/** Answers once the request is whole. */
function answer(socket: TcpSocket, info: LslStreamInfo, feeds: Set<Feed>, head: string): boolean {
  const [first, second, ...more] = head.split('\n')
  const method = first!.trim()
  if (second === undefined) return false
  if (method === 'LSL:fullinfo') {
    socket.end(streamInfoXml(info, true))
    return true
  }
  if (method === 'LSL:shortinfo') {
    if (more.length === 0) return false
    const matches = matchesQuery(streamInfoElement(info, true), second.trim())
    socket.end(matches ? streamInfoXml(info, false) : '')
    return true
  }
  if (!method.startsWith('LSL:streamfeed')) {
    socket.destroy()
    return true
  }
  // A request of 1.00 is two lines, without the empty one.
  const isOld = method === 'LSL:streamfeed'
  if (!isOld && !head.includes('\r\n\r\n')) return false
  feed(socket, info, feeds, head)
  return true
}

function feed(socket: TcpSocket, info: LslStreamInfo, feeds: Set<Feed>, head: string): void {
  const request = readFeedRequest(head)
  if (request === undefined) return void socket.destroy()
  const response = feedResponseText(info, request)
  if (!response.accepted) return void socket.end(response.text)
  socket.setTimeout(0)
  socket.write(response.text)
  for (const offset of TEST_OFFSETS) {
    const pattern = testPattern(info.format, info.channelCount, offset)
    socket.write(sampleBytes(info.format, [TEST_TIMESTAMP_S], pattern))
  }
  if (request.bufferSamples <= 0) return void socket.end()
  const sampleSize = 9 + info.channelCount * (FORMAT_BYTES[info.format] || 256)
  const asked = request.bufferSamples * sampleSize
  const backlogBytes = Math.max(LEAST_BACKLOG_BYTES, Math.min(MOST_BACKLOG_BYTES, asked))
  const fed: Feed = { socket, backlogBytes }
  feeds.add(fed)
  socket.on('close', () => feeds.delete(fed))
}
