import type { Lease } from '../governor/lease.ts'
import type { Proposal } from '../governor/proposal.ts'
import type { LoopEvent } from './event.ts'
import { GATE_REASONS, type GateCode } from './gate-reason.ts'
import { judged, verdictWords } from './governed.ts'
import type { NightMoment } from './moment.ts'
import { sightOf } from './sight.ts'

/** Something wished for that is not aimed at a wave: a cue, a lamp, the alarm. */
export type UnaimedWish = Pick<Proposal, 'id' | 'actuator' | 'action' | 'level' | 'durationMs'> & {
  /** From now to its begin, ms. */
  readonly aheadMs: number
}

const NO_LAMP: GateCode = 'NO_LAMP'

/** The reason that stands for one kind of wish: it is written down when it changes. */
export type Standing = { code: string }

/**
 * Asks the governor for something that is not aimed at a wave. Its lease when it was allowed, and
 * then a command was given; undefined when not. A refusal is a decision of the night only where its
 * reason is a new one. For a lamp that the device has not the governor is not asked (rule N54).
 */
export function askUnaimed(
  standing: Standing,
  moment: NightMoment,
  { aheadMs, ...wish }: UnaimedWish,
  events: LoopEvent[],
): Lease | undefined {
  const { atMs, seen, header } = moment
  if (wish.actuator === 'light' && header.noLamp === true) {
    if (standing.code !== NO_LAMP) wantNothing(NO_LAMP, moment, events)
    standing.code = NO_LAMP
    return undefined
  }
  const times = { atMs, madeAtMs: atMs, startsAtMs: atMs + aheadMs }
  const verdict = judged(moment, { kind: 'proposal', ...times, ...wish }, events)
  const words = verdictWords(verdict)
  if (!words.allowed && words.code === standing.code) return undefined
  standing.code = words.code
  const heardAt = seen.sample + (aheadMs * header.montage.rateHz) / 1000
  const { actuator, level } = wish
  const want = { actuator, level, targetRad: Number.NaN, heardAt }
  const told = { sample: seen.sample, atMs, saw: sightOf(moment) }
  events.push({ kind: 'decision', decision: { ...told, want, ...words } })
  if (verdict.kind !== 'allowed') return undefined
  const unaimed = { targetRad: Number.NaN, predictedRad: Number.NaN }
  events.push({ kind: 'command', lease: verdict.lease, level, heardAt, ...unaimed })
  return verdict.lease
}

/** Writes down that the loop itself wanted nothing at this moment, and why. */
export function wantNothing(code: GateCode, moment: NightMoment, events: LoopEvent[]): void {
  const { atMs, seen } = moment
  const told = { sample: seen.sample, atMs, saw: sightOf(moment) }
  const { rule } = GATE_REASONS[code]
  events.push({ kind: 'decision', decision: { ...told, allowed: false, code, rule } })
}
