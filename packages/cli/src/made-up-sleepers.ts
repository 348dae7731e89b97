import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

/** Nights of one sleeper have seeds this far apart. */
const SEED_STEP = 101
/** Between a night that ended and the next one, ms. */
const BETWEEN_MS = 5000
/** A night that ends sooner did not go well, and is not begun again at once, ms. */
const SHORT_MS = 20_000
const WAIT_MS = 60_000

/** Where made-up sleepers are watched and kept, how fast they live, and who hears of trouble. */
export type Sleepers = {
  readonly url: string
  readonly folder: string
  readonly speed: number
  tell(text: string): void
}

/**
 * Sleepers who are made up, each with a device of its own under a centre and a home of its own in
 * `folder`: one night after another at `speed` times the speed of life, in rehearsal, so that
 * nothing is heard. Each is `nocturne edge` in a process that ends with this one. Returns how to
 * end them, which resolves when all have ended.
 */
export function madeUpSleepers(
  count: number,
  { url, folder, speed, tell }: Sleepers,
): () => Promise<void> {
  const ends = Array.from({ length: count }, (_, k) => {
    const home = join(folder, `sleeper-${k + 1}`)
    const toldBy = (text: string): void => tell(`made-up sleeper ${k + 1}: ${text}`)
    return nightAfterNight(home, k + 1, toldBy, (seed) => [
      ...['edge', '--facility', url, '--source', `synth:${seed}`, '--speed', String(speed)],
      ...['--box', join(home, 'night.box')],
    ])
  })
  return async () => {
    await Promise.all(ends.map((end) => end()))
  }
}

function nightAfterNight(
  home: string,
  firstSeed: number,
  tell: (text: string) => void,
  wordsOf: (seed: number) => readonly string[],
): () => Promise<void> {
  let seed = firstSeed
  let night: ChildProcess | undefined
  let isOver = false
  let pause: NodeJS.Timeout | undefined
  const begin = (): void => {
    const begunMs = performance.now()
    night = spawn(process.execPath, [process.argv[1]!, ...wordsOf(seed)], {
      env: { ...process.env, NOCTURNE_HOME: home },
      // The channel is how the child knows that nobody is there any more.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    seed += SEED_STEP
    night.once('error', () => undefined)
    night.once('exit', (code) => {
      if (isOver) return
      const isShort = performance.now() - begunMs < SHORT_MS
      if (isShort) tell(`a night ended at once, exit ${code}; the next begins in a minute`)
      pause = setTimeout(begin, isShort ? WAIT_MS : BETWEEN_MS)
    })
  }
  begin()
  return () => {
    isOver = true
    clearTimeout(pause)
    const last = night
    if (last === undefined || last.exitCode !== null || last.signalCode !== null) {
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      last.once('exit', () => resolve())
      last.kill('SIGINT')
    })
  }
}
