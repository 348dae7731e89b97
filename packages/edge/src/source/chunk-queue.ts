import type { SourceChunk } from './source.ts'

/** Pieces on their way from a device to who fetches them. */
export type ChunkQueue = {
  /** Puts a piece at the end; gives how many samples of older pieces had to go for it. */
  put(chunk: SourceChunk): number
  /** Nothing more comes; what waits can still be fetched. */
  end(): void
  chunks(): AsyncGenerator<SourceChunk>
}

/** Seconds of signal that wait for a consumer that is busy. */
const MOST_WAITING_S = 10

/** A queue that holds `MOST_WAITING_S` of signal; when it is full the oldest pieces are dropped. */
export function chunkQueue(rateHz: number): ChunkQueue {
  const waiting: SourceChunk[] = []
  let [samples, ended] = [0, false]
  let wake: (() => void) | undefined
  const woken = (): void => {
    wake?.()
    wake = undefined
  }
  async function* chunks(): AsyncGenerator<SourceChunk> {
    for (;;) {
      const chunk = waiting.shift()
      if (chunk) {
        samples -= chunk.columns[0]!.length
        yield chunk
      } else if (ended) return
      else
        await new Promise<void>((go) => {
          wake = go
        })
    }
  }
  return {
    put: (chunk) => {
      if (ended) return 0
      waiting.push(chunk)
      samples += chunk.columns[0]!.length
      let dropped = 0
      while (samples > MOST_WAITING_S * rateHz && waiting.length > 1) {
        const { length } = waiting.shift()!.columns[0]!
        samples -= length
        dropped += length
      }
      woken()
      return dropped
    },
    end: () => {
      ended = true
      woken()
    },
    chunks,
  }
}
