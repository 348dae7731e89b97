import { orderOf } from '../failsafe/failsafe.ts'
import type { Incident } from '../incident/incident.ts'
import { spreadWindowS } from '../recovery/spread.ts'
import { aimOf } from '../rollout/rollout.ts'
import type { DeskEffect } from './desk-effect.ts'
import { DeskOutbox } from './desk-outbox.ts'
import type { DeskRecord } from './desk-record.ts'
import { countFleet } from './desk-rows.ts'
import type { DeskState } from './desk-state.ts'
import { look } from './look.ts'
import { moveFailsafe } from './machines.ts'
import { follow } from './orders.ts'
import { plainText } from './plain-text.ts'
import { type OpenCause, SAY_AGAIN_MS, type Standing } from './standing.ts'
import { hearTell } from './tells.ts'

/** A state and what follows from the record that led to it. */
export type DeskStep = { readonly state: DeskState; readonly effects: readonly DeskEffect[] }

/** Devices are told another time to spread over when it is off by more than this share. */
const SPREAD_OFF = 0.1

/**
 * The desk takes the next record of its log: time, what partitions tell, the file, people's orders.
 * It holds the switch, the way back, the rollouts, the incidents and the detectors of the whole
 * fleet, each its own pure machine, and lets each hear of the others. A function of the state and
 * the record alone; the state that is given is used up. What it wants of the partitions goes out
 * whole as a standing, with a higher number when it is another, and every 25 s as it was: that says
 * that there is a desk, and a switch that works. Rule F29.
 */
export function deskStep(state: DeskState, record: DeskRecord): DeskStep {
  const out = new DeskOutbox()
  switch (record.kind) {
    case 'tick':
      look(state, record.atMs, out)
      break
    case 'tell':
      hearTell(state, record, out)
      break
    case 'file':
      moveFailsafe(state, { kind: 'file', atMs: record.atMs, present: record.present }, out)
      break
    case 'order':
      follow(state, record, out)
      break
  }
  spread(state, record, out)
  return { state, effects: out.effects }
}

/** The standing as it should be, out to every partition if it is another, or it is time. */
function spread(state: DeskState, { kind, atMs }: DeskRecord, out: DeskOutbox): void {
  // A clock that went back silences nobody.
  const isDue = kind === 'tick' && Math.abs(atMs - state.saidMs) >= SAY_AGAIN_MS
  const isOther = state.isStale && renew(state, atMs, out)
  if (state.standing === null || !(isOther || isDue)) return
  state.saidMs = atMs
  out.add({ kind: 'spread', standing: state.standing, saidMs: atMs })
}

/**
 * Puts the standing that should be in force; false when it is. Its number is the time: one of
 * a desk whose log was lost, or is older, is not lower than what partitions hold, nor equal by
 * chance.
 */
function renew(state: DeskState, atMs: number, out: DeskOutbox): boolean {
  state.isStale = false
  const { standing: held } = state
  const wanted = wantedNow(state)
  if (held !== null && plainText({ ...wanted, number: held.number }) === plainText(held)) {
    return false
  }
  const standing: Standing = { ...wanted, number: Math.max((held?.number ?? 0) + 1, atMs) }
  state.standing = standing
  out.row('fleet', 'standing', standing)
  return true
}

function wantedNow(state: DeskState): Standing {
  const aims = state.rollouts.flatMap((rollout) => {
    const aim = aimOf(rollout)
    return aim === undefined ? [] : [{ aim, seed: rollout.plan.seed }]
  })
  const open = state.book.incidents.filter(({ status }) => status !== 'closed').map(bearingOf)
  return {
    ...{ number: 0, failsafe: orderOf(state.failsafe), ladder: state.ladder, aims },
    incidents: open,
    spreadS: spreadNow(state),
  }
}

/** Of an incident what bears upon grants: partitions need no names of devices to go by. */
function bearingOf({ id, cause, status, actions }: Incident): OpenCause {
  const bearing = actions.filter(({ action }) => action.do !== 'ask-piece')
  return { id, status, cause: bearing.length > 0 ? cause : {}, actions: bearing }
}

function spreadNow(state: DeskState): number {
  const wantedS = spreadWindowS(countFleet(state).enrolled, state.handshakesPerS)
  const heldS = state.standing?.spreadS ?? 0
  return Math.abs(wantedS - heldS) <= SPREAD_OFF * wantedS ? heldS : wantedS
}
