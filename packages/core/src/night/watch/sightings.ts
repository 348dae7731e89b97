import type { LeadWatch } from './lead-watch.ts'
import { type RecentCount, recentCount } from './recent-count.ts'
import type { EventSeen, Seen, SeenKind } from './seen.ts'
import type { SideWatch } from './side-watch.ts'
import type { SpindleTurn } from './spindle-watch.ts'

/** Turns what the detectors say into events, in the time of the signal. */
export type Sightings = {
  wave(sample: number): void
  spindle(turn: SpindleTurn, sample: number, wanted: boolean): void
  eye(sample: number): void
  signal(sample: number): void
  readonly waves: RecentCount
  readonly spindles: RecentCount
  readonly eyeMovements: RecentCount
}

/**
 * How late the filters are, seconds: measured on waves, spindles and eyes of the synthetic sleeper
 * (watch.test.ts holds them to it).
 */
const WAVE_DELAY_S = 0
const SPINDLE_DELAY_S = 0.1
const EYE_DELAY_S = 0.05

/** Writes to `events`; `lead` and `side` are asked for the places. */
export function sightings(
  lead: LeadWatch,
  side: SideWatch,
  rateHz: number,
  events: Seen[],
): Sightings {
  const [waves, spindles, eyeMovements] = [recentCount(), recentCount(), recentCount()]
  const late = (seconds: number): number => Math.round(seconds * rateHz)
  let spindleTold = false
  const tell = (
    what: SeenKind,
    sample: number,
    place: Pick<EventSeen, 'from' | 'at' | 'to'>,
    amplitudeUv: number,
  ): void => {
    events.push({ kind: 'seen', what, sample, ...place, amplitudeUv, cause: 'none' })
  }
  return {
    ...{ waves, spindles, eyeMovements },
    wave: (sample) => {
      const { startAgo, troughAgo, riseAgo, troughUv } = lead.waves
      const now = sample - late(WAVE_DELAY_S)
      waves.note(sample)
      const place = { from: now - startAgo, at: now - troughAgo, to: now - riseAgo }
      tell('slow-wave', sample, place, troughUv)
    },
    spindle: (turn, sample, wanted) => {
      if (turn === 'none' || (turn === 'begin' ? !wanted : !spindleTold)) return
      spindleTold = turn === 'begin'
      if (spindleTold) spindles.note(sample)
      const now = sample + 1 - late(SPINDLE_DELAY_S)
      const from = now - lead.spindles.startAgo
      const what = turn === 'begin' ? 'spindle' : 'spindle-end'
      tell(what, sample, { from, at: from, to: now }, lead.spindles.spanUv)
    },
    eye: (sample) => {
      const eyes = side.eyes!
      const now = sample + 1 - late(EYE_DELAY_S)
      const from = now - eyes.startAgo
      eyeMovements.note(sample)
      tell('eye-movement', sample, { from, at: from, to: now }, eyes.amplitudeUv)
    },
    signal: (sample) => {
      const from = sample - side.eyes!.signalAgo
      tell('lrlr', sample, { from, at: from, to: sample + 1 }, NaN)
    },
  }
}
