import { fail, ok, type Result } from '@nocturne/core/math'
import { streamingResampler } from '@nocturne/core/signal'
import { openFileBytes } from './file-bytes.ts'
import { type PlayedBlock, playedSource } from './playback.ts'
import { scaledChannels } from './scaled-channels.ts'
import type { Source, SourceCode, SourceOptions } from './source.ts'
import { chosenChannels, chunkSamplesOf, isUsableRate, loopRateOf } from './source-options.ts'
import { timestampIndex } from './timestamp-index.ts'
import {
  readXdf,
  type XdfContents,
  type XdfSamples,
  type XdfStream,
  xdfSamples,
} from './xdf-file.ts'

/**
 * Plays a stream of an XDF file, as laboratories record from the network: `FILE.xdf` its first EEG
 * stream, or first signal, `FILE.xdf#NAME` the one of that name. Gaps are jumps by its timestamps;
 * units, rates and channels as `lslSource` has them.
 */
export async function xdfSource(
  spec: string,
  options: SourceOptions,
): Promise<Result<Source, SourceCode>> {
  const [, path = spec, name] = /^(.*\.xdf)(?:#(.+))?$/is.exec(spec) ?? []
  const opened = await openFileBytes(path)
  if (!opened.ok) return opened
  const bytes = opened.value
  const contents = await readXdf(bytes)
  const found = contents.ok ? streamOf(contents.value, path, name) : contents
  const channels = found.ok ? scaledChannels(found.value.stream, options.labels) : []
  const chosen = found.ok ? chosenChannels(channels, options.channels, path) : found
  if (!contents.ok || !found.ok || !chosen.ok) {
    await bytes.close()
    return chosen as Extract<typeof chosen, { ok: false }>
  }
  const deviceHz = found.value.stream.rateHz
  const rateHz = loopRateOf(options, deviceHz)
  const { startMs } = contents.value
  const description = {
    name: spec,
    channels: chosen.value.map((k) => ({ label: channels[k]!.label, unit: channels[k]!.unit })),
    ...{ rateHz, timeZone: options.timeZone ?? 'UTC', live: false },
    ...(startMs !== undefined && { startMs }),
  }
  const scales = chosen.value.map((k) => ({ column: k, factor: channels[k]!.factor }))
  const blocks = (): AsyncGenerator<PlayedBlock> => {
    return playedBlocks(xdfSamples(bytes, found.value), found.value, scales, rateHz)
  }
  const played = {
    speed: options.speed ?? 1,
    chunkSamples: chunkSamplesOf(options, rateHz),
    endSample: Math.round((options.hours ?? Number.POSITIVE_INFINITY) * 3600 * rateHz),
    release: () => bytes.close(),
  }
  return ok(playedSource(description, blocks, played))
}

function streamOf(
  { streams }: XdfContents,
  path: string,
  name: string | undefined,
): Result<XdfStream, SourceCode> {
  const signals = streams.filter(
    ({ stream }) => stream.format !== 'string' && isUsableRate(stream.rateHz),
  )
  const eeg = signals.find(({ stream }) => /eeg/i.test(stream.type))
  const named = signals.find(({ stream }) => stream.name === name)
  const found = name === undefined ? (eeg ?? signals[0]) : named
  if (found) return ok(found)
  const names = signals.map(({ stream }) => stream.name)
  const expected = names.length > 0 ? `one of ${names.join(', ')}` : 'a signal at a rate'
  return fail('SOURCE_CHANNEL', path, name === undefined ? 'none' : `"${name}"`, expected)
}

async function* playedBlocks(
  samples: AsyncIterable<XdfSamples>,
  { stream }: XdfStream,
  scales: readonly { readonly column: number; readonly factor: number }[],
  rateHz: number,
): AsyncGenerator<PlayedBlock> {
  const index = timestampIndex(0, stream.rateHz)
  const resamplers = scales.map(() => streamingResampler(stream.rateHz, rateHz))
  for (const resampler of resamplers) resampler.start(0)
  let next = 0
  for await (const { timestampsS, values } of samples) {
    for (const { first, from, to } of index(timestampsS)) {
      if (first > next) {
        yield* joined(resamplers.map((resampler) => resampler.end()))
        for (const resampler of resamplers) resampler.start(first)
      }
      next = first + to - from
      const columns = scales.map(({ column, factor }) =>
        Float32Array.from(
          { length: to - from },
          (_, i) => values[(from + i) * stream.channelCount + column]! * factor,
        ),
      )
      yield* joined(resamplers.map((resampler, k) => resampler.push(columns[k]!)))
    }
  }
  yield* joined(resamplers.map((resampler) => resampler.end()))
}

/** Runs of one length and place as a block, where there is anything in them. */
function* joined(
  runs: readonly { readonly first: number; readonly samples: Float32Array }[],
): Generator<PlayedBlock> {
  const [one] = runs
  if (one === undefined || one.samples.length === 0) return
  yield { first: one.first, columns: runs.map(({ samples }) => samples) }
}
