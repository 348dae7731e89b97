import { type Draft, type GovernorState, type Granted, modeNow } from './governor-state.ts'
import { type Mode, modeRank } from './mode.ts'
import type { ReasonCode } from './reason.ts'
import type { Governed, Note, Verdict } from './verdict.ts'

/** One call of the governor while it runs: the next state in the making, and what is said of it. */
export type Turn = { readonly next: Draft; readonly notes: Note[] }

/** Begins a turn at this device time; time that runs back stands still instead. */
export function beginTurn(state: GovernorState, atMs: number): Turn {
  const next: Draft = { ...state }
  if (atMs > state.atMs) next.atMs = atMs
  return { next, notes: [] }
}

/** Ends a turn: freezes what was made. */
export function endTurn({ next, notes }: Turn, verdict?: Verdict): Governed {
  const state: GovernorState = Object.freeze(next)
  return verdict === undefined ? { state, notes } : { state, verdict, notes }
}

/** Ends the leases that are meant, at once. */
export function mute(turn: Turn, code: ReasonCode, isMeant: (granted: Granted) => boolean): void {
  const leaseIds = lapse(turn, isMeant).map(({ lease }) => lease.id)
  if (leaseIds.length > 0) turn.notes.push({ kind: 'mute', code, leaseIds })
}

/** Ends them without a word, and tells which they were. */
export function lapse({ next }: Turn, isMeant: (granted: Granted) => boolean): readonly Granted[] {
  const ended = next.granted.filter(isMeant)
  if (ended.length === 0) return ended
  next.granted = Object.freeze(next.granted.filter((granted) => !ended.includes(granted)))
  return ended
}

/** Everything but the alarm that the sleeper set. */
export function isNoAlarm({ lease }: Granted): boolean {
  return lease.action !== 'wake'
}

/** Lets go: the mode falls, if it is above, and everything but the alarm ends. */
export function fallTo(turn: Turn, mode: Mode, code: ReasonCode): void {
  const from = modeNow(turn.next)
  if (modeRank(mode) < modeRank(turn.next.mode)) turn.next.mode = mode
  if (turn.next.mode !== 'control') mute(turn, code, isNoAlarm)
  noteMode(turn, from, code)
}

/** Says that the mode that holds is another now, if it is. */
export function noteMode(turn: Turn, from: Mode, code: ReasonCode): void {
  const to = modeNow(turn.next)
  if (to !== from) turn.notes.push({ kind: 'mode', from, to, code })
}

/** Says that an event was not followed. */
export function ignore(turn: Turn, code: ReasonCode): void {
  turn.notes.push({ kind: 'ignored', code })
}
