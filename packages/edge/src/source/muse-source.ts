import { fail, ok, type Result } from '@nocturne/core/math'
import {
  MUSE_CONTROL,
  MUSE_ELECTRODES,
  MUSE_KEEP_ALIVE,
  MUSE_NUMBERS,
  MUSE_RATE_HZ,
  MUSE_SAMPLES,
  MUSE_SERVICE,
  MUSE_START,
  MUSE_STEP_UV,
  MUSE_STOP,
  type MuseRow,
  museCommand,
  museGatherer,
  packetsOn,
  readMuseNotification,
} from '@nocturne/core/signal'
import { type LiveFeed, liveFeed } from './live-feed.ts'
import { type Link, NIGHTLONG, type Persistence, persistentLink } from './persistent-link.ts'
import type { Source, SourceCode, SourceOptions } from './source.ts'
import { asMeasured, chosenChannels, chunkSamplesOf, loopRateOf } from './source-options.ts'

/**
 * A headband as a Bluetooth stack shows it. Node has none of its own: who has one (a page's Web
 * Bluetooth, a native module) hands it in.
 */
export type GattPeer = {
  readonly name: string
  /** Connects to a service, or rejects. */
  connect(service: string): Promise<void>
  /** Hears the notifications of a characteristic until the connection ends. */
  subscribe(characteristic: string, listener: (bytes: Uint8Array) => void): Promise<void>
  write(characteristic: string, bytes: Uint8Array): Promise<void>
  /** Told whenever the connection ends, whoever ended it. */
  onDisconnect(listener: () => void): void
  disconnect(): Promise<void>
}

/** The headband sleeps when it is not spoken to; it is, this often, ms. */
const KEEP_ALIVE_MS = 10_000

/** How the headband is kept, where that is not as usual. */
export type MuseTuning = { readonly persistence?: Persistence; readonly keepAliveMs?: number }

/**
 * A Muse headband (TP9, AF7, AF8, TP10 at 256 Hz) as a source: starts it, keeps it awake, gathers
 * its notifications by their numbers, tells lost ones, and connects again when it goes.
 */
export async function museSource(
  peer: GattPeer,
  options: SourceOptions = {},
  tuning: MuseTuning = {},
): Promise<Result<Source, SourceCode>> {
  const channels = MUSE_ELECTRODES.map(({ label }, k) => ({
    ...{ label: options.labels?.[k] ?? label, unit: 'uV' },
    lattice: { gain: MUSE_STEP_UV, offset: 0 },
  }))
  const chosen = chosenChannels(channels, options.channels, peer.name)
  if (!chosen.ok) return chosen
  const rateHz = loopRateOf(options, MUSE_RATE_HZ)
  const description = {
    name: peer.name,
    channels: asMeasured(
      chosen.value.map((k) => channels[k]!),
      rateHz === MUSE_RATE_HZ,
    ),
    ...{ rateHz, live: true, startMs: Date.now() },
    ...(options.timeZone !== undefined && { timeZone: options.timeZone }),
  }
  let close = async (): Promise<void> => undefined
  const feed = liveFeed(description, {
    deviceHz: MUSE_RATE_HZ,
    chunkSamples: chunkSamplesOf(options, rateHz),
    close: () => close(),
  })
  let ended: (reason: string) => void = () => undefined
  // One listener for all connections: peers have no way to take one back.
  peer.onDisconnect(() => ended('the headband disconnected'))
  const connect = async (): Promise<Result<Link, SourceCode>> => {
    const end = new Promise<string>((done) => {
      ended = done
    })
    return linkedTo(peer, feed, chosen.value, end, tuning.keepAliveMs ?? KEEP_ALIVE_MS)
  }
  const first = await connect()
  if (!first.ok) return first
  const link = persistentLink(first.value, connect, feed, tuning.persistence ?? NIGHTLONG)
  close = () => link.close()
  return ok(feed.source)
}

async function linkedTo(
  peer: GattPeer,
  feed: LiveFeed,
  chosen: readonly number[],
  ended: Promise<string>,
  keepAliveMs: number,
): Promise<Result<Link, SourceCode>> {
  const gatherer = museGatherer()
  const take = rowTaker(feed, chosen)
  const command = (text: string): Promise<void> => peer.write(MUSE_CONTROL, museCommand(text))
  try {
    await peer.connect(MUSE_SERVICE)
    for (const [electrode, { id }] of MUSE_ELECTRODES.entries()) {
      await peer.subscribe(id, (bytes) => {
        const notification = readMuseNotification(bytes)
        if (notification) for (const row of gatherer.push(electrode, notification)) take(row)
      })
    }
    for (const text of MUSE_START) await command(text)
  } catch (error) {
    await peer.disconnect().catch(() => undefined)
    const got = error instanceof Error ? error.message : String(error)
    return fail('SOURCE_LINK', peer.name, got, 'a Muse headband that is on and near')
  }
  const awake = setInterval(() => {
    command(MUSE_KEEP_ALIVE).catch(() => undefined)
  }, keepAliveMs)
  const close = async (): Promise<void> => {
    clearInterval(awake)
    await command(MUSE_STOP).catch(() => undefined)
    await peer.disconnect().catch(() => undefined)
  }
  return ok({ ended, close })
}

/** Places rows by their numbers. */
function rowTaker(feed: LiveFeed, chosen: readonly number[]): (row: MuseRow) => void {
  let before: { number: number; index: number; atMs: number } | undefined
  return ({ number, columns }) => {
    const atMs = feed.nowMs()
    const packetMs = (MUSE_SAMPLES * 1000) / MUSE_RATE_HZ
    const elapsed = before ? (atMs - before.atMs) / packetMs : 0
    const on = before ? packetsOn(before.number, number, MUSE_NUMBERS, elapsed) : 1
    const index: number = before ? before.index + on * MUSE_SAMPLES : feed.nextIndex()
    before = { number, index, atMs }
    feed.give(
      index,
      chosen.map((k) => columns[k]!),
    )
  }
}
