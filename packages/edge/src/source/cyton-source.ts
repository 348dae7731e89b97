import { fail, ok, type Result } from '@nocturne/core/math'
import {
  CYTON_CHANNELS,
  CYTON_NUMBERS,
  CYTON_RATE_HZ,
  CYTON_STEP_G,
  CYTON_STEP_UV,
  type CytonPacket,
  type CytonReader,
  cytonReader,
  packetsOn,
} from '@nocturne/core/signal'
import { type LiveFeed, liveFeed } from './live-feed.ts'
import { type Link, NIGHTLONG, type Persistence, persistentLink } from './persistent-link.ts'
import { openSerial, type SerialLine } from './serial-line.ts'
import type { Source, SourceCode, SourceOptions } from './source.ts'
import { asMeasured, chosenChannels, chunkSamplesOf, loopRateOf } from './source-options.ts'
import { waited } from './wait.ts'

/** How long the board is waited for after its start, ms. */
const FIRST_PACKET_MS = 5000
/** The board's radio takes its letters one by one. */
const LETTER_MS = 60

/** How a board is reached and kept, where that is not as usual. */
export type CytonTuning = {
  readonly open?: (place: string) => Promise<Result<SerialLine, SourceCode>>
  readonly persistence?: Persistence
}

/**
 * An OpenBCI Cyton (eight electrodes, 250 Hz, acceleration) at a serial port, a file of its bytes,
 * or `HOST:PORT`: stops and starts it, finds packets in what it sends, tells lost ones by their
 * numbers and, beyond a round of 256, by the clock. Acceleration is held between its readings. The
 * channels are named `EEG 1` to `EEG 8` unless `labels` says otherwise, then `ACC X`, `Y`, `Z`, in
 * g.
 */
export async function cytonSource(
  place: string,
  options: SourceOptions,
  tuning: CytonTuning = {},
): Promise<Result<Source, SourceCode>> {
  const open = tuning.open ?? openSerial
  const names = Array.from({ length: CYTON_CHANNELS }, (_, k) => ({
    label: options.labels?.[k] ?? `EEG ${k + 1}`,
    ...{ unit: 'uV', lattice: { gain: CYTON_STEP_UV, offset: 0 } },
  }))
  const axes = ['X', 'Y', 'Z'].map((axis) => ({
    ...{ label: `ACC ${axis}`, unit: 'g', lattice: { gain: CYTON_STEP_G, offset: 0 } },
  }))
  const channels = [...names, ...axes]
  const chosen = chosenChannels(channels, options.channels, `serial:${place}`)
  if (!chosen.ok) return chosen
  const rateHz = loopRateOf(options, CYTON_RATE_HZ)
  const description = {
    name: `serial:${place}`,
    channels: asMeasured(
      chosen.value.map((k) => channels[k]!),
      rateHz === CYTON_RATE_HZ,
    ),
    ...{ rateHz, live: true, startMs: Date.now() },
    ...(options.timeZone !== undefined && { timeZone: options.timeZone }),
  }
  let close = async (): Promise<void> => undefined
  const feed = liveFeed(description, {
    deviceHz: CYTON_RATE_HZ,
    chunkSamples: chunkSamplesOf(options, rateHz),
    close: () => close(),
  })
  const connect = (): Promise<Result<Link, SourceCode>> => {
    return linkedTo(place, open, feed, chosen.value)
  }
  const first = await connect()
  if (!first.ok) return first
  const link = persistentLink(first.value, connect, feed, tuning.persistence ?? NIGHTLONG)
  close = () => link.close()
  return ok(feed.source)
}

/** Opens the line and starts the board; up when its first packet has come. */
async function linkedTo(
  place: string,
  open: (place: string) => Promise<Result<SerialLine, SourceCode>>,
  feed: LiveFeed,
  chosen: readonly number[],
): Promise<Result<Link, SourceCode>> {
  const opened = await open(place)
  if (!opened.ok) return opened
  const line = opened.value
  const reader = cytonReader()
  const take = packetTaker(feed, chosen)
  const awaited = new AbortController()
  let packets = 0
  line.onBytes((bytes) => {
    const found = reader.push(bytes)
    packets += found.length
    take(found)
    if (packets > 0) awaited.abort()
  })
  const ended = line.ended.then((reason) => {
    awaited.abort()
    return reason
  })
  // Stop, in case it was left running; then go. A file of bytes hears neither.
  for (const letter of 'sb') {
    line.write(letter)
    await waited(LETTER_MS, awaited.signal)
  }
  await waited(FIRST_PACKET_MS, awaited.signal)
  if (packets > 0) {
    const close = async (): Promise<void> => {
      line.write('s')
      await line.close()
    }
    return ok({ ended, close })
  }
  await line.close()
  return fail(
    'SOURCE_LINK',
    `serial:${place}`,
    whatCame(reader),
    'packets of a Cyton, 33 bytes each',
  )
}

function whatCame(reader: CytonReader): string {
  return reader.skipped() > 0 ? `${reader.skipped()} bytes and no packet` : 'no byte'
}

/** Numbers packets and gives them to the feed, those without a gap together. */
function packetTaker(
  feed: LiveFeed,
  chosen: readonly number[],
): (packets: readonly CytonPacket[]) => void {
  let before: { number: number; index: number; atMs: number } | undefined
  const acceleration = new Float32Array(3).fill(Number.NaN)
  return (packets) => {
    const atMs = feed.nowMs()
    const elapsed = before ? ((atMs - before.atMs) * CYTON_RATE_HZ) / 1000 : 0
    // The clock is asked once for all that came together: a line that stalled lost nothing.
    let spare = elapsed - advanceOf(before?.number, packets)
    let run: { first: number; rows: number[][] } | undefined
    for (const { number, uv, accelerationG } of packets) {
      if (accelerationG) acceleration.set(accelerationG)
      const ahead = before ? packetsOn(before.number, number, CYTON_NUMBERS, 0) : 1
      if (ahead === 0) continue
      const on = before ? packetsOn(before.number, number, CYTON_NUMBERS, ahead + spare) : 1
      spare = 0
      const index: number = before ? before.index + on : feed.nextIndex()
      before = { number, index, atMs }
      const row = chosen.map((k) =>
        k < CYTON_CHANNELS ? uv[k]! : acceleration[k - CYTON_CHANNELS]!,
      )
      if (run && index === run.first + run.rows.length) run.rows.push(row)
      else {
        if (run) give(feed, run)
        run = { first: index, rows: [row] }
      }
    }
    if (run) give(feed, run)
  }
}

/** Packets from the one before to the last of these, whole rounds not counted. */
function advanceOf(before: number | undefined, packets: readonly CytonPacket[]): number {
  let [last, sum] = [before ?? packets[0]?.number ?? 0, 0]
  for (const { number } of packets) {
    sum += packetsOn(last, number, CYTON_NUMBERS, 0)
    last = number
  }
  return sum
}

function give(feed: LiveFeed, run: { first: number; rows: number[][] }): void {
  const columns = run.rows[0]!.map((_, c) => Float32Array.from(run.rows, (row) => row[c]!))
  feed.give(run.first, columns)
}
