import { fail, momentOfText, ok, type Result } from '@nocturne/core/math'
import {
  type EdfFile,
  type EdfSegment,
  type EdfSignal,
  normalUnit,
  openEdf,
  type Run,
  type StreamingResampler,
  sampleAxis,
  streamingResampler,
} from '@nocturne/core/signal'
import { type FileBytes, openFileBytes } from './file-bytes.ts'
import { type PlayedBlock, playedSource } from './playback.ts'
import type { Source, SourceChannel, SourceCode, SourceOptions } from './source.ts'
import { chosenChannels, chunkSamplesOf, isUsableRate, loopRateOf } from './source-options.ts'

/** Seconds of a recording read at once. */
const BLOCK_S = 20

/**
 * Plays an EDF, EDF+, BDF or BDF+ file: voltages in uV, all channels at one whole rate (that of the
 * first channel unless said; 256 Hz where that is no whole number from 64 to 512) by
 * `streamingResampler`, which for a recording knows the future and adds no delay. Gaps are jumps.
 * The wall clock is read in `timeZone`, UTC unless said: EDF does not name a zone.
 */
export async function edfSource(
  path: string,
  options: SourceOptions,
): Promise<Result<Source, SourceCode>> {
  const bytes = await openFileBytes(path)
  if (!bytes.ok) return bytes
  const source = await sourceOf(bytes.value, path, options)
  if (!source.ok) await bytes.value.close()
  return source
}

async function sourceOf(
  bytes: FileBytes,
  path: string,
  options: SourceOptions,
): Promise<Result<Source, SourceCode>> {
  const opened = await openEdf(bytes, { anyGap: true })
  if (!opened.ok) {
    const { code, where, got, expected } = opened.problem
    return fail('SOURCE_FILE', `${path}: ${where}`, `${got} (${code})`, expected)
  }
  const file = opened.value
  const chosen = chosenSignals(file, path, options.channels)
  if (!chosen.ok) return chosen
  const signals = chosen.value.map((index) => file.header.signals[index]!)
  const rateHz = loopRateOf(options, signals[0]!.rateHz)
  const timeZone = options.timeZone ?? 'UTC'
  const { startTime } = file.header
  const startMs = startTime === undefined ? undefined : momentOfText(timeZone, startTime)
  const channels = signals.map((signal) => channelOf(signal, rateHz))
  const description = {
    ...{ name: path, channels, rateHz, timeZone, live: false },
    durationS: Math.min(file.header.durationS, (options.hours ?? 24 * 366) * 3600),
    ...(startMs !== undefined && { startMs }),
  }
  const blocks = (): AsyncGenerator<PlayedBlock> => playedBlocks(file, chosen.value, rateHz)
  const played = {
    speed: options.speed ?? 1,
    chunkSamples: chunkSamplesOf(options, rateHz),
    endSample: Math.round((options.hours ?? Number.POSITIVE_INFINITY) * 3600 * rateHz),
    release: () => bytes.close(),
  }
  return ok(playedSource(description, blocks, played))
}

function channelOf(
  { label, unit, gain, offset, rateHz }: EdfSignal,
  loopHz: number,
): SourceChannel {
  const { unit: normal, factor } = normalUnit(unit)
  const lattice = { gain: gain * factor, offset: offset * factor }
  return { label, unit: normal, ...(rateHz === loopHz && { lattice }) }
}

/** Indices of the signals to play, all that hold samples at a usable rate unless named. */
function chosenSignals(
  { header }: EdfFile,
  path: string,
  wanted: readonly string[] | undefined,
): Result<number[], SourceCode> {
  const usable = [...header.signals.keys()].filter((k) => {
    const { nSamples, rateHz } = header.signals[k]!
    return nSamples > 0 && isUsableRate(rateHz)
  })
  const chosen = chosenChannels(
    usable.map((k) => header.signals[k]!),
    wanted,
    path,
  )
  return chosen.ok ? ok(chosen.value.map((k) => usable[k]!)) : chosen
}

/** One signal being played: where its segments lie on its own axis, and how it is resampled. */
type Track = {
  readonly signal: EdfSignal
  readonly starts: Float64Array
  readonly resampler: StreamingResampler
  /** Outputs that wait for those of other signals. */
  waiting: Run
}

async function* playedBlocks(
  file: EdfFile,
  indices: readonly number[],
  rateHz: number,
): AsyncGenerator<PlayedBlock> {
  const { segments, signals } = file.header
  const tracks = indices.map((index): Track => {
    const signal = signals[index]!
    const { starts } = sampleAxis(segments, signal)
    const resampler = streamingResampler(signal.rateHz, rateHz)
    return { signal, starts, resampler, waiting: { first: 0, samples: new Float32Array(0) } }
  })
  for (const [k, segment] of segments.entries()) {
    for (const track of tracks) {
      track.resampler.start(track.starts[k]!)
      track.waiting = track.resampler.push(new Float32Array(0))
    }
    for (let atS = 0; atS < segment.durationS; atS += BLOCK_S) {
      await readBlock(file, indices, tracks, k, segment, atS)
      yield* commonRun(tracks)
    }
    for (const track of tracks) track.waiting = joined(track.waiting, track.resampler.end())
    yield* commonRun(tracks)
  }
}

/** Reads the block of a segment that starts `atS` into it, and resamples it. */
async function readBlock(
  file: EdfFile,
  indices: readonly number[],
  tracks: readonly Track[],
  k: number,
  segment: EdfSegment,
  atS: number,
): Promise<void> {
  const ranges = tracks.map(({ signal, starts }) => {
    const length = segment.records * signal.samplesPerRecord
    const from = Math.min(length, Math.round(atS * signal.rateHz))
    const to = Math.min(length, Math.round((atS + BLOCK_S) * signal.rateHz))
    return [starts[k]! + from, starts[k]! + to] as const
  })
  // Signals of one rate share a window, read in one pass.
  const rates = new Set(tracks.map(({ signal }) => signal.rateHz))
  for (const rateHz of rates) {
    const same = [...tracks.keys()].filter((t) => tracks[t]!.signal.rateHz === rateHz)
    const [from, to] = ranges[same[0]!]!
    const window = { startS: from / rateHz, endS: to / rateHz }
    const channels = await file.readChannels(
      same.map((t) => indices[t]!),
      window,
    )
    for (const [c, t] of same.entries()) {
      const track = tracks[t]!
      track.waiting = joined(track.waiting, track.resampler.push(channels[c]!.samples))
    }
  }
}

function joined(a: Run, b: Run): Run {
  if (a.samples.length === 0) return b
  const samples = new Float32Array(a.samples.length + b.samples.length)
  samples.set(a.samples)
  samples.set(b.samples, a.samples.length)
  return { first: a.first, samples }
}

/** The samples that all signals have, taken from each; none where there is nothing in common. */
function* commonRun(tracks: readonly Track[]): Generator<PlayedBlock> {
  const first = Math.max(...tracks.map(({ waiting }) => waiting.first))
  const end = Math.min(...tracks.map(({ waiting }) => waiting.first + waiting.samples.length))
  if (end <= first) return
  const columns = tracks.map(({ waiting }) =>
    waiting.samples.subarray(first - waiting.first, end - waiting.first),
  )
  yield { first, columns }
  for (const track of tracks) {
    const { first: at, samples } = track.waiting
    track.waiting = { first: end, samples: samples.slice(end - at) }
  }
}
