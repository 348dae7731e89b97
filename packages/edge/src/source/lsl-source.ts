import { fail, ok, type Result } from '@nocturne/core/math'
import { type FindOptions, findStreams } from '../lsl/discovery.ts'
import { fullInfo, openInlet } from '../lsl/inlet.ts'
import type { LslSamples } from '../lsl/sample-reader.ts'
import type { LslCode, LslStreamInfo } from '../lsl/stream-info.ts'
import { type LiveFeed, liveFeed } from './live-feed.ts'
import { type Link, NIGHTLONG, type Persistence, persistentLink } from './persistent-link.ts'
import { type ScaledChannel, scaledChannels } from './scaled-channels.ts'
import type { Source, SourceCode, SourceOptions } from './source.ts'
import { chosenChannels, chunkSamplesOf, isUsableRate, loopRateOf } from './source-options.ts'
import { timestampIndex } from './timestamp-index.ts'

/** How an LSL source looks for its stream and keeps it, where that is not as usual. */
export type LslSourceTuning = {
  readonly find?: FindOptions
  readonly persistence?: Persistence
}

/**
 * The stream of a name on the laboratory's network as a source (`NAME@HOST,HOST` asks those hosts
 * too, where multicast does not reach): a signal of numbers at a nominal
 * rate, voltages in uV by the units it describes (uV where an EEG stream names none). Its own
 * timestamps tell gaps; the network's delays do not. When its program is started anew it is found
 * again by its source id.
 */
export async function lslSource(
  place: string,
  options: SourceOptions,
  tuning: LslSourceTuning = {},
): Promise<Result<Source, SourceCode>> {
  const [, name = place, hosts] = /^(.+)@([\w.,-]+)$/.exec(place) ?? []
  const peers = [...(hosts?.split(',') ?? []), ...(options.peers ?? [])]
  const find: FindOptions = { ...(peers.length > 0 && { peers }), ...tuning.find }
  if (name === '' || /['"]/.test(name)) {
    return fail('SOURCE_SPEC', 'lsl:NAME', `"${name}"`, 'a stream’s name without quotation marks')
  }
  const [found] = await findStreams(`name='${name}'`, find)
  if (found === undefined) {
    const expected = 'a stream of that name (lsl:NAME@HOST where multicast does not reach)'
    return fail('SOURCE_LINK', `lsl:${name}`, 'no answer', expected)
  }
  const full = await fullInfo(found)
  if (!full.ok) return linkProblem(full)
  const info = full.value
  if (info.format === 'string' || !(info.rateHz > 0)) {
    const got = info.format === 'string' ? 'a stream of texts' : 'a stream of events'
    return fail('SOURCE_LINK', `lsl:${name}`, got, 'a signal at a rate')
  }
  if (!isUsableRate(info.rateHz)) {
    return fail('SOURCE_LINK', `lsl:${name}`, `${info.rateHz} Hz`, 'up to 100 kHz')
  }
  const channels = scaledChannels(info, options.labels)
  const chosen = chosenChannels(channels, options.channels, `lsl:${name}`)
  if (!chosen.ok) return chosen
  return opened(info, channels, chosen.value, options, find, tuning.persistence ?? NIGHTLONG)
}

async function opened(
  info: LslStreamInfo,
  channels: readonly ScaledChannel[],
  chosen: readonly number[],
  options: SourceOptions,
  find: FindOptions,
  persistence: Persistence,
): Promise<Result<Source, SourceCode>> {
  const rateHz = loopRateOf(options, info.rateHz)
  const description = {
    name: `lsl:${info.name}`,
    channels: chosen.map((k) => ({ label: channels[k]!.label, unit: channels[k]!.unit })),
    ...{ rateHz, live: true, startMs: Date.now() },
    ...(options.timeZone !== undefined && { timeZone: options.timeZone }),
  }
  let close = async (): Promise<void> => undefined
  const feed = liveFeed(description, {
    deviceHz: info.rateHz,
    chunkSamples: chunkSamplesOf(options, rateHz),
    close: () => close(),
  })
  const factors = chosen.map((k) => channels[k]!.factor)
  const linked = (at: LslStreamInfo): Promise<Result<Link, SourceCode>> => {
    return linkedTo(at, feed, chosen, factors)
  }
  const first = await linked(info)
  if (!first.ok) return first
  const again = async (): Promise<Result<Link, SourceCode>> => {
    const quoted = info.sourceId === '' || /'/.test(info.sourceId)
    const query = `name='${info.name}'${quoted ? '' : ` and source_id='${info.sourceId}'`}`
    const [found] = await findStreams(query, find)
    const same = found?.channelCount === info.channelCount && found.format === info.format
    if (found && same && found.rateHz === info.rateHz) return linked(found)
    return fail('SOURCE_LINK', `lsl:${info.name}`, found ? 'another stream' : 'no answer', 'it')
  }
  const link = persistentLink(first.value, again, feed, persistence)
  close = () => link.close()
  return ok(feed.source)
}

/** Receives the stream into the feed until it ends. */
async function linkedTo(
  info: LslStreamInfo,
  feed: LiveFeed,
  chosen: readonly number[],
  factors: readonly number[],
): Promise<Result<Link, SourceCode>> {
  let index: ReturnType<typeof timestampIndex> | undefined
  let ended: (reason: string) => void = () => undefined
  const end = new Promise<string>((done) => {
    ended = done
  })
  const onSamples = ({ timestampsS, values }: LslSamples): void => {
    // A feed starts where the clock says: 0, or after the pause.
    index ??= timestampIndex(feed.nextIndex(), info.rateHz)
    const width = info.channelCount
    for (const { first, from, to } of index(timestampsS)) {
      const columns = chosen.map((k, c) =>
        Float32Array.from(
          { length: to - from },
          (_, i) => (values[(from + i) * width + k] as number) * factors[c]!,
        ),
      )
      feed.give(first, columns)
    }
  }
  const inlet = await openInlet(info, { onSamples, onEnd: (reason) => ended(reason) })
  if (!inlet.ok) return linkProblem(inlet)
  return ok({ ended: end, close: async () => inlet.value.close() })
}

function linkProblem(
  failure: Extract<Result<never, LslCode>, { ok: false }>,
): Result<never, SourceCode> {
  const { where, got, expected } = failure.problem
  return fail('SOURCE_LINK', where, got, expected)
}
