import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { OrdealReport, OrdealSetting } from '@nocturne/core/fleet'
import { shippedRelease } from '@nocturne/core/night'
import { runSeed, type SeedEnding, type WorkerWord } from './storm-seed.ts'

/** The seeds of a storm, what they have in common, and by how many they are run at once. */
export type Storm = {
  readonly seeds: readonly number[]
  readonly setting: Omit<OrdealSetting, 'seed'>
  /** 1: in this process. */
  readonly workers: number
  /** Once it is aborted nothing goes on. */
  readonly signal: AbortSignal
}

/** Who hears of the seeds of a storm. */
export type StormListener = {
  /** How far a seed has come, 0..1. */
  share(seed: number, share: number): void
  /** A seed has ended; the next of its worker waits for this. */
  ended(seed: number, report: OrdealReport): Promise<void>
  /** The simulation of a seed threw something. */
  failed(seed: number, why: string): void
  /** A worker is gone with its seed, which nobody runs again. */
  died(seed: number, how: string): void
}

/** Runs seeds, one at a time. */
type Lane = {
  run(setting: OrdealSetting, tell: (share: number) => void): Promise<Ending>
  end(): void
}
type Ending = SeedEnding | { readonly how: string }

/** The program of a worker: beside this one, in the bundle as in the source. */
const WORKER = new URL(`./storm-worker${extname(import.meta.url)}`, import.meta.url)
const HASH_DIGITS = 12

/**
 * Runs seeds on so many workers, each with the next seed that nobody has. A worker that dies takes
 * its seed with it and is not replaced: where memory was short, fewer go on. Resolves when nobody
 * runs any more; rejects with what a listener threw.
 */
export async function runStorm(storm: Storm, listener: StormListener): Promise<void> {
  const { seeds, setting, workers, signal } = storm
  const queue = seeds.values()
  const lanes = Array.from({ length: workers }, () => (workers === 1 ? here(signal) : apart()))
  let isOver = false
  const end = (): void => {
    isOver = true
    for (const lane of lanes) lane.end()
  }
  const follow = async (lane: Lane): Promise<void> => {
    for (const seed of queue) {
      if (isOver) return
      const ending = await lane.run({ seed, ...setting }, (share) => listener.share(seed, share))
      if ('how' in ending) {
        if (!isOver) listener.died(seed, ending.how)
        return
      }
      if ('failed' in ending) listener.failed(seed, ending.failed)
      else await listener.ended(seed, ending)
    }
    lane.end()
  }
  signal.addEventListener('abort', end)
  try {
    await Promise.all(lanes.map(follow))
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}

/**
 * Which program runs the seeds: its version, and the first digits of the hash of a worker's code.
 */
export async function stormVersion(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(WORKER))
  return `${shippedRelease().version}+${hash.digest('hex').slice(0, HASH_DIGITS)}`
}

function here(signal: AbortSignal): Lane {
  return {
    run: async (setting, tell) =>
      (await runSeed(setting, tell, () => signal.aborted)) ?? { how: 'interrupted' },
    end: () => undefined,
  }
}

/** A process of its own: one that the system ends for want of memory takes no other with it. */
function apart(): Lane {
  const child = fork(WORKER, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const gone = new Promise<{ how: string }>((resolve) => {
    child.once('error', ({ message }) => resolve({ how: message }))
    child.once('exit', (code, signal) => resolve({ how: signal ?? `exit ${code}` }))
  })
  return {
    run: (setting, tell) => {
      const told = new Promise<SeedEnding>((resolve) => {
        const hear = (word: WorkerWord): void => {
          if ('share' in word) {
            tell(word.share)
          } else {
            child.off('message', hear)
            resolve(word.ending)
          }
        }
        child.on('message', hear)
      })
      // That it cannot be told is known by its end.
      child.send(setting, () => undefined)
      return Promise.race([told, gone])
    },
    end: () => void child.kill('SIGKILL'),
  }
}
