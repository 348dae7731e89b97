import { connect } from 'node:net'
import { fail, ok, type Result } from '@nocturne/core/math'
import { feedRequestText, MOST_HEAD_BYTES, readFeedResponse } from './feed-request.ts'
import { TEST_OFFSETS, TEST_TIMESTAMP_S, testPattern } from './sample-format.ts'
import { type LslSamples, type SampleReader, sampleReader } from './sample-reader.ts'
import { type LslCode, type LslStreamInfo, readStreamInfo } from './stream-info.ts'
import { MOST_XML_LENGTH } from './xml.ts'

/** A stream that is being received. */
export type LslInlet = {
  /** Ends the feed; nothing is heard after it. */
  close(): void
}

/** Who hears a stream. */
export type InletListener = {
  /** Samples in their order, times by the offerer's clock. */
  readonly onSamples: (samples: LslSamples) => void
  /** The feed has ended for a reason of the other side or of the network. */
  readonly onEnd: (reason: string) => void
}

/** How long a connection and its answer are waited for, ms. */
const CONNECT_MS = 5000
/** Seconds of signal, or samples of an event stream, that the sender is asked to keep for us. */
const BUFFER_S = 360
const EVENT_BUFFER = 36_000

/** Asks a stream's machine for the whole description. Fails where it does not answer with one. */
export function fullInfo(info: LslStreamInfo): Promise<Result<LslStreamInfo, LslCode>> {
  return new Promise((done) => {
    const socket = connect(info.dataPort, info.address)
    const pieces: Buffer[] = []
    let length = 0
    const failed = (got: string): void => {
      socket.destroy()
      done(fail('LSL_CONNECT', `${info.name} at ${info.address}`, got, 'its description'))
    }
    socket.setTimeout(CONNECT_MS, () => failed('no answer'))
    socket.on('error', (error) => failed(error.message))
    socket.on('connect', () => socket.write('LSL:fullinfo\r\n'))
    socket.on('data', (bytes: Buffer) => {
      pieces.push(bytes)
      length += bytes.length
      if (length > MOST_XML_LENGTH) failed(`more than ${MOST_XML_LENGTH} bytes`)
    })
    socket.on('end', () => {
      socket.destroy()
      done(readStreamInfo(Buffer.concat(pieces).toString('utf8'), info.address))
    })
  })
}

/**
 * Receives a stream that was found: asks for its feed, checks the two test samples, then gives what
 * comes. Fails with LSL_CONNECT where nobody answers, with LSL_PROTOCOL where the feed is refused,
 * is another stream's, or its test samples are not as they must be.
 */
export function openInlet(
  info: LslStreamInfo,
  listener: InletListener,
): Promise<Result<LslInlet, LslCode>> {
  return new Promise((done) => {
    const socket = connect(info.dataPort, info.address)
    socket.setNoDelay(true)
    let opened = false
    const end = (problem: Result<LslInlet, LslCode>, reason: string): void => {
      socket.destroy()
      if (opened) listener.onEnd(reason)
      else done(problem)
      opened = false
    }
    const lost = (reason: string): void => {
      const place = `${info.name} at ${info.address}:${info.dataPort}`
      end(fail('LSL_CONNECT', place, reason, 'a feed'), reason)
    }
    socket.setTimeout(CONNECT_MS, () => lost('no answer'))
    socket.on('error', (error) => lost(error.message))
    socket.on('close', () => lost('the connection was closed'))
    socket.on('connect', () => {
      const samples = info.rateHz > 0 ? Math.ceil(info.rateHz * BUFFER_S) : EVENT_BUFFER
      socket.write(feedRequestText(info, samples))
    })
    const take = feedTaker(info, listener)
    socket.on('data', (bytes: Buffer) => {
      const step = take(bytes)
      if (!step.ok) return end(step, step.problem.got)
      if (!step.value || opened) return
      opened = true
      // From here on silence is the stream's own affair.
      socket.setTimeout(0)
      socket.setKeepAlive(true, CONNECT_MS)
      const close = (): void => {
        opened = false
        socket.removeAllListeners()
        socket.on('error', () => undefined)
        socket.destroy()
      }
      done(ok({ close }))
    })
  })
}

/** Takes bytes of a feed: its head, the test samples, then samples; true once it flows. */
function feedTaker(
  info: LslStreamInfo,
  listener: InletListener,
): (bytes: Buffer) => Result<boolean, LslCode> {
  let head = Buffer.alloc(0)
  let reader: SampleReader | undefined
  let tests = 0
  const samples = (bytes: Uint8Array): Result<boolean, LslCode> => {
    const read = reader!.push(bytes)
    if (!read.ok) return read
    const { timestampsS, values } = read.value
    const testing = Math.min(TEST_OFFSETS.length - tests, timestampsS.length)
    for (let k = 0; k < testing; k++, tests++) {
      const row = values.slice(k * info.channelCount, (k + 1) * info.channelCount)
      if (!isTest(info, timestampsS[k]!, row, TEST_OFFSETS[tests]!)) {
        const got = `test sample ${tests + 1} is not as it must be`
        return fail('LSL_PROTOCOL', info.name, got, `the pattern of ${info.format}`)
      }
    }
    if (timestampsS.length > testing) {
      listener.onSamples({
        timestampsS: timestampsS.slice(testing),
        values: values.slice(testing * info.channelCount),
      })
    }
    return ok(tests === TEST_OFFSETS.length)
  }
  return (bytes) => {
    if (reader) return samples(bytes)
    head = Buffer.concat([head, bytes])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0 && head.length < MOST_HEAD_BYTES) return ok(false)
    if (end < 0) return fail('LSL_PROTOCOL', info.name, 'a head without end', 'LSL/110 200 OK')
    const response = readFeedResponse(head.subarray(0, end).toString('latin1'), info.uid)
    if (!response.ok) return response
    const { format, channelCount, rateHz } = info
    reader = sampleReader(format, channelCount, rateHz, response.value.bigEndian)
    return samples(head.subarray(end + 4))
  }
}

function isTest(
  info: LslStreamInfo,
  timestampS: number,
  row: ArrayLike<number | string>,
  offset: number,
): boolean {
  const pattern = testPattern(info.format, info.channelCount, offset)
  return timestampS === TEST_TIMESTAMP_S && pattern.every((value, k) => value === row[k])
}
