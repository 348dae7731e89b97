import { deepSleep } from '../bench/deep-sleep.ts'
import type { LoopEvent, LoopInput, NightHeader } from '../packages/core/src/night/loop/index.ts'
import type { LiveStagerModel } from '../packages/core/src/night/watch/live-stager.ts'
import type { BoxFile } from '../packages/edge/src/box-file/box-file.ts'
import { type Actor, FileActor } from '../packages/edge/src/night-run/actor.ts'
import { NightRun, type NightWord } from '../packages/edge/src/night-run/night-run.ts'
import type { Source } from '../packages/edge/src/source/source.ts'
import { DEEP, LOOP_HZ, loopConsent, loopHeader } from './made-up-loop.ts'

/** One minute of sound is all that this night may have, so that it is soon over. */
export const STINGY: NightHeader = loopHeader({
  limits: { ...loopHeader().limits, stimulationMin: 1 },
  rehearsal: false,
})

/** What a night by the bed is made of. */
export type LiveNight = {
  readonly box: BoxFile
  readonly header: NightHeader
  readonly minutes: number
  /** Device time at which it goes on, ms. */
  readonly fromMs?: number
  /** Number of the ask for control; one that was seen before raises nothing. */
  readonly ask: number
  /** The sleeper stops it when so many minutes of the source are over. */
  readonly stopAfterMin?: number
  /** What carries the commands out; nobody's when missing. */
  readonly actor?: Actor
  /** What is seen of the sleep; deep sleep when missing. */
  readonly stager?: LiveStagerModel
  readonly hears?: (input: LoopInput, events: readonly LoopEvent[]) => void
}

const PIECE = 16
const WAVE = deepSleep({ seconds: 600, rateHz: LOOP_HZ, seed: 9 })

/**
 * A night of deep sleep as a device lives it, in a hurry: a live source whose clock is that of its
 * samples, a consent, an ask for control, a box on disk.
 */
export function liveNight({ box, header, minutes, fromMs = 0, ask, ...more }: LiveNight): NightRun {
  let nowMs = 0
  const source: Source = {
    description: {
      ...{ name: 'bed', channels: [{ label: 'Fpz-Cz', unit: 'uV' }], rateHz: LOOP_HZ, live: true },
    },
    chunks: async function* () {
      for (let first = 0; first < minutes * 60 * LOOP_HZ; first += PIECE) {
        nowMs = Math.floor(((first + PIECE) * 1000) / LOOP_HZ)
        const at = first % WAVE.length
        yield { first, columns: [WAVE.slice(at, at + PIECE)], atMs: nowMs }
        // The disk and the clocks have their turn.
        if (first % (LOOP_HZ / 2) === 0) await new Promise((done) => setImmediate(done))
        if (first === (more.stopAfterMin ?? -1) * 60 * LOOP_HZ) {
          night.say({ kind: 'stop', by: 'button' })
        }
      }
    },
    nowMs: () => nowMs,
    onNotice: () => undefined,
    close: () => Promise.resolve(),
  }
  const opening: NightWord[] = [
    { kind: 'latency', meanMs: 50, sdMs: 2 },
    { kind: 'consent', consent: loopConsent(86_400_000), verified: true },
    { kind: 'mode', to: 'control', awake: true, ask },
  ]
  const night = new NightRun({
    ...{ source, header, box, opening, fromMs, stager: more.stager ?? DEEP },
    montage: { montage: header.montage, from: [{ index: 0 }] },
    actor: more.actor ?? new FileActor(header.token),
    wallMs: () => header.startMs + fromMs + nowMs,
    timer: { now: () => nowMs, after: () => () => undefined },
    ...(more.hears && { onStep: more.hears }),
  })
  return night
}
