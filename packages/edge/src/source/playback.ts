import { assert } from '@nocturne/core/math'
import { noticeBoard } from './notice-board.ts'
import type { Source, SourceChunk, SourceDescription } from './source.ts'
import { waited } from './wait.ts'

/** A run of samples on its way to be played: columns side by side from sample `first`. */
export type PlayedBlock = { readonly first: number; readonly columns: readonly Float32Array[] }

/** How a recording is played. */
export type PlaybackOptions = {
  /** 1 is real time, 0 as fast as the consumer pulls. */
  readonly speed: number
  /** Most samples of a piece; pieces end at its multiples and at gaps. */
  readonly chunkSamples: number
  /** The first sample that is not played any more; all are unless said. */
  readonly endSample?: number
  /** Frees what the blocks come from. */
  readonly release?: () => Promise<void>
}

/** Pieces played without waiting before others are let in. */
const PIECES_A_TURN = 256

/**
 * Plays blocks of samples, in order and apart from each other where there are gaps, as a source. A
 * piece comes when its last sample has been: `atMs` is floor(samples so far x 1000 / rate), a
 * matter of the signal alone, so that every speed gives the same pieces with the same stamps. A
 * slow consumer is waited for. A medium that fails is a notice and the end. Can be pulled once.
 */
export function playedSource(
  description: SourceDescription,
  blocks: () => AsyncIterable<PlayedBlock>,
  options: PlaybackOptions,
): Source {
  const { speed, chunkSamples, release, endSample = Number.POSITIVE_INFINITY } = options
  assert(speed >= 0 && chunkSamples >= 1, `speed ${speed}, pieces of ${chunkSamples}`)
  const board = noticeBoard()
  const { rateHz } = description
  const stop = new AbortController()
  const msOf = (sample: number): number => Math.floor((sample * 1000) / rateHz)
  let pulled = false

  async function* chunks(): AsyncGenerator<SourceChunk> {
    assert(!pulled, 'a source is pulled once')
    pulled = true
    const pace = paceOf(speed, stop.signal)
    let next = 0
    const reading = blocks()[Symbol.asyncIterator]()
    for (;;) {
      const block = await nextOf(reading)
      if (stop.signal.aborted || block === undefined) break
      if (!(block instanceof Error) && block.first >= endSample) break
      if (block instanceof Error) {
        board.tell('lost', msOf(next), block.message)
        break
      }
      if (block.first > next) {
        const seconds = ((block.first - next) / rateHz).toFixed(3)
        await pace(msOf(block.first))
        board.tell('gap', msOf(block.first), `${seconds} s were not recorded`)
      }
      next = Math.min(endSample, block.first + block.columns[0]!.length)
      for (const piece of piecesOf(block, next - block.first, chunkSamples)) {
        const atMs = msOf(piece.first + piece.columns[0]!.length)
        await pace(atMs)
        if (stop.signal.aborted) return
        yield { ...piece, atMs }
      }
    }
    if (!stop.signal.aborted) board.tell('ended', msOf(next), 'no more is played')
  }
  return {
    description,
    chunks,
    onNotice: board.listen,
    close: async () => {
      stop.abort()
      await release?.()
    },
  }
}

/** The next block; what the medium says where it fails; undefined at the end. */
async function nextOf(
  blocks: AsyncIterator<PlayedBlock>,
): Promise<PlayedBlock | Error | undefined> {
  try {
    const { done, value } = await blocks.next()
    return done ? undefined : value
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** Cuts the first `length` samples of a block at the multiples of `most`. */
function* piecesOf(
  { first, columns }: PlayedBlock,
  length: number,
  most: number,
): Generator<PlayedBlock> {
  for (let at = 0; at < length; ) {
    const to = Math.min(length, at + most - ((first + at) % most))
    yield { first: first + at, columns: columns.map((column) => column.slice(at, to)) }
    at = to
  }
}

/** Waits until a moment of the played signal, or not at all; an abort ends the wait. */
function paceOf(speed: number, stop: AbortSignal): (atMs: number) => Promise<void> {
  const begun = performance.now()
  let played = 0
  return async (atMs) => {
    if (++played % PIECES_A_TURN === 0) await new Promise((go) => setImmediate(go))
    const waitMs = speed === 0 ? 0 : begun + atMs / speed - performance.now()
    if (waitMs > 0) await waited(waitMs, stop)
  }
}
