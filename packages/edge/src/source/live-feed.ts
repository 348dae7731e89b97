import { type Run, type SampleClock, sampleClock, streamingResampler } from '@nocturne/core/signal'
import { chunkQueue } from './chunk-queue.ts'
import { type NoticeBoard, noticeBoard } from './notice-board.ts'
import type { Source, SourceDescription, SourceNotice } from './source.ts'

/** Where a device's samples go in, and the source at which they come out. */
export type LiveFeed = {
  readonly source: Source
  /** Whole ms of a monotonic clock since the source was opened. */
  nowMs(): number
  /**
   * Samples of the device from its number `first` on, at the device's rate; a jump is a gap. What
   * lies before the last sample given is left out.
   */
  give(first: number, columns: readonly Float32Array[]): void
  /** The number the next sample would have if none were lost; by the clock after a pause. */
  nextIndex(): number
  /** ms since samples last came, or since the source was opened. */
  silentMs(): number
  tell(kind: SourceNotice['kind'], text: string): void
  /** No more will come. */
  end(text: string): void
}

/** How a live feed is set up. */
export type LiveFeedOptions = {
  readonly deviceHz: number
  readonly chunkSamples: number
  /** Frees the device. */
  readonly close: () => Promise<void>
  /** A monotonic clock, ms; the machine's unless said. */
  readonly clockMs?: () => number
}

/** A rate that is off by more is told: the loop does not stimulate by it. */
const MOST_RATE_ERROR = 0.02
/** Least time between two notices of drift, ms. */
const DRIFT_EVERY_MS = 60_000
/** Least time between two notices of samples that nobody fetched, ms. */
const OVERFLOW_EVERY_MS = 10_000

/**
 * A source that goes on by itself. Samples are resampled causally where the device has another rate
 * than the source, stamped as they come, and wait in a bounded queue; a gap is a jump and a notice;
 * the device's rate is measured against this machine's clock, never taken from single arrivals.
 */
export function liveFeed(description: SourceDescription, options: LiveFeedOptions): LiveFeed {
  const { deviceHz, chunkSamples } = options
  const nowMs = timeSinceNow(options.clockMs ?? (() => performance.now()))
  const board = noticeBoard()
  const queue = chunkQueue(description.rateHz)
  const clock = sampleClock(deviceHz)
  const { rateHz } = description
  const resamplers = description.channels.map(() => streamingResampler(deviceHz, rateHz))
  const watchRate = rateWatch(clock, deviceHz, board)
  const overflow = overflowWatch(board)
  let [next, heardMs] = [0, 0]
  for (const resampler of resamplers) resampler.start(0)
  const hand = (runs: readonly Run[]): void => {
    const length = runs[0]?.samples.length ?? 0
    for (let at = 0; at < length; at += chunkSamples) {
      const columns = runs.map(({ samples }) => samples.slice(at, at + chunkSamples))
      overflow(queue.put({ first: runs[0]!.first + at, columns, atMs: nowMs() }), nowMs())
    }
  }
  const jump = (first: number): void => {
    board.tell('gap', nowMs(), missing(first - next, deviceHz))
    hand(resamplers.map((resampler) => resampler.end()))
    for (const resampler of resamplers) resampler.start(first)
    next = first
  }
  return {
    source: {
      description,
      chunks: queue.chunks,
      onNotice: board.listen,
      nowMs,
      measuredRate: clock.estimate,
      close: async () => {
        queue.end()
        await options.close()
      },
    },
    nowMs,
    give: (first, columns) => {
      const skip = Math.max(0, next - first)
      const fresh = columns.map((column) => column.subarray(skip))
      const length = fresh[0]?.length ?? 0
      if (length === 0) return
      if (first > next) jump(first)
      next += length
      heardMs = nowMs()
      clock.observe(next, heardMs)
      hand(resamplers.map((resampler, k) => resampler.push(fresh[k]!)))
      watchRate(heardMs)
    },
    nextIndex: () => Math.max(next, Math.round(clock.indexAt(nowMs()) ?? 0)),
    silentMs: () => nowMs() - heardMs,
    tell: (kind, text) => board.tell(kind, nowMs(), text),
    end: (text) => {
      board.tell('ended', nowMs(), text)
      queue.end()
    },
  }
}

/** Tells of samples that were dropped, not more often than every `OVERFLOW_EVERY_MS`. */
function overflowWatch(board: NoticeBoard): (dropped: number, atMs: number) => void {
  let [untold, toldMs] = [0, Number.NEGATIVE_INFINITY]
  return (dropped, atMs) => {
    untold += dropped
    if (untold === 0 || atMs - toldMs < OVERFLOW_EVERY_MS) return
    board.tell('gap', atMs, `${untold} samples were not fetched in time`)
    ;[untold, toldMs] = [0, atMs]
  }
}

/** Tells when the device's rate is off, not more often than every `DRIFT_EVERY_MS`. */
function rateWatch(
  clock: SampleClock,
  deviceHz: number,
  board: NoticeBoard,
): (atMs: number) => void {
  let warnedMs = Number.NEGATIVE_INFINITY
  return (atMs) => {
    const error = clock.estimate()?.error ?? 0
    if (Math.abs(error) <= MOST_RATE_ERROR || atMs - warnedMs < DRIFT_EVERY_MS) return
    warnedMs = atMs
    const percent = (100 * error).toFixed(1)
    board.tell('drift', atMs, `the rate is ${percent} % off ${deviceHz} Hz`)
  }
}

function missing(samples: number, rateHz: number): string {
  return `${samples} samples (${(samples / rateHz).toFixed(3)} s) are missing`
}

/** Whole ms since this call. */
function timeSinceNow(clockMs: () => number): () => number {
  const begunMs = clockMs()
  return () => Math.floor(clockMs() - begunMs)
}
