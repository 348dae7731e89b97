import type { DeskOutbox } from './desk-outbox.ts'
import { countFleet, showStatus } from './desk-rows.ts'
import type { DeskState } from './desk-state.ts'
import { moveIncidents, moveRollout } from './machines.ts'

/** A step of the fleet's detectors, ms. */
const STEP_MS = 30_000
/** Points of the curve: an hour. */
const MOST_CURVE = 120

/** A second passed: people are called again, rings end, and every 30 s the detectors look. */
export function look(state: DeskState, atMs: number, out: DeskOutbox): void {
  moveIncidents(state, { kind: 'tick', atMs }, out)
  for (const { plan } of state.rollouts) moveRollout(state, plan.id, { kind: 'tick', atMs }, out)
  if (atMs - state.lookedMs < STEP_MS) return
  state.lookedMs = atMs
  const { online, natural, guidance, control } = countFleet(state)
  state.curve = [...state.curve, { atMs, online, natural, guidance, control }].slice(-MOST_CURVE)
  showStatus(state, out)
}
