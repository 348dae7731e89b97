import { type FailsafeInput, failsafeStep, orderOf } from '../failsafe/failsafe.ts'
import { incidentStep } from '../incident/book.ts'
import type { Incident } from '../incident/incident.ts'
import type { IncidentInput } from '../incident/input.ts'
import type { SafeAction } from '../incident/safe-action.ts'
import { stopSignal } from '../incident/stop-signal.ts'
import { type LadderInput, ladderStep } from '../recovery/ladder.ts'
import { rolloutStep } from '../rollout/rollout.ts'
import type { RolloutEffect, RolloutInput } from '../rollout/state.ts'
import type { DeskOutbox } from './desk-outbox.ts'
import { showFailsafe, showLadder } from './desk-rows.ts'
import { beginClimb, type DeskState, someOf } from './desk-state.ts'

/** The switch takes an input; why it was refused, or undefined. Changes `state`. */
export function moveFailsafe(
  state: DeskState,
  input: FailsafeInput,
  out: DeskOutbox,
): string | undefined {
  const before = state.failsafe
  const step = failsafeStep(before, input)
  state.failsafe = step.state
  let refused: string | undefined
  for (const effect of step.effects) {
    if (effect.kind === 'refused') refused = effect.code
    if (effect.kind === 'note') out.note(`failsafe ${effect.what}`, effect.operator, effect.why)
  }
  if (step.state !== before) {
    state.isStale = true
    showFailsafe(state, out)
  }
  // Lifted: from here on control is for those who consent again (F66, F75).
  if (step.state.granting && !before.granting) beginLadder(state, input.atMs, out)
  return refused
}

/** The way back takes an input. Changes `state`. */
export function moveLadder(
  state: DeskState,
  input: LadderInput,
  atMs: number,
  out: DeskOutbox,
): void {
  const before = state.ladder
  state.ladder = ladderStep(before, input)
  if (state.ladder === before) return
  state.isStale = true
  const isNew = input.kind === 'begin' || input.kind === 'resume'
  if (isNew || state.ladder.cohorts !== before.cohorts) {
    state.climb = beginClimb(atMs)
    out.note('ladder', '', `${state.ladder.standing}, ${state.ladder.cohorts} of 5 cohorts`)
  }
  showLadder(state, out)
}

/** The rollout of that id takes an input; why it was refused, or undefined. Changes `state`. */
export function moveRollout(
  state: DeskState,
  id: string,
  input: RolloutInput,
  out: DeskOutbox,
): string | undefined {
  const at = state.rollouts.findIndex(({ plan }) => plan.id === id)
  const before = state.rollouts[at]
  if (before === undefined) return 'unknown'
  const step = rolloutStep(before, input)
  state.rollouts[at] = step.state
  if (step.state !== before) {
    state.isStale = true
    out.row('rollout', id, step.state)
  }
  let refused: string | undefined
  for (const effect of step.effects) {
    if (effect.kind === 'refused') refused = effect.why
    noteRollout(id, effect, out)
    const signal =
      effect.kind === 'stopped' ? stopSignal(effect, someOf(state, effect.release)) : undefined
    if (signal) moveIncidents(state, { kind: 'signal', atMs: input.atMs, signal }, out)
  }
  return refused
}

/** The incidents take an input; why it was refused, or undefined. Changes `state`. */
export function moveIncidents(
  state: DeskState,
  input: IncidentInput,
  out: DeskOutbox,
): string | undefined {
  const before = state.book
  const step = incidentStep(before, input)
  if (step.state === before && step.effects.length === 0) return undefined
  state.book = step.state
  state.isStale = true
  let refused: string | undefined
  for (const effect of step.effects) {
    if (effect.kind === 'refused') refused = effect.why
    if (effect.kind === 'page') {
      out.add({ kind: 'page', incident: effect.incident, again: effect.again })
    }
    if (effect.kind === 'act') act(state, effect.incident, effect.action, input.atMs, out)
  }
  for (const incident of state.book.incidents) {
    if (!before.incidents.includes(incident)) out.row('incident', incident.id, incident)
  }
  weighFleetIncident(state, input.atMs, out)
  return refused
}

/** What an incident does by rule: each is a word in the audit. Rule F56 of SPEC.md. */
function act(
  state: DeskState,
  incident: string,
  action: SafeAction,
  atMs: number,
  out: DeskOutbox,
): void {
  out.note(`incident ${action.do}`, '', incident)
  if (action.do === 'ask-piece') {
    const { device, fromMs, toMs } = action
    out.add({ kind: 'ask', device: device as never, incident, fromMs, toMs })
  }
  if (action.do !== 'stop-rollout') return
  for (const { plan, status } of [...state.rollouts]) {
    if (plan.release !== action.release || status === 'stopped') continue
    moveRollout(state, plan.id, { kind: 'incident', atMs, incident }, out)
  }
}

/** While an incident of everybody is open nobody has more than guidance; then the way back begins. */
function weighFleetIncident(state: DeskState, atMs: number, out: DeskOutbox): void {
  const open = state.book.incidents.some(isOfAll)
  if (open === state.failsafe.incidentOpen) return
  moveFailsafe(state, { kind: 'incident', atMs, open }, out)
  if (open || !state.failsafe.granting) return
  beginLadder(state, atMs, out)
}

/**
 * The way back begins. Whoever stopped it has not said go on by closing an incident, nor by lifting
 * the switch: it is stopped then from its begin. Rule F76.
 */
function beginLadder(state: DeskState, atMs: number, out: DeskOutbox): void {
  const isStopped = state.ladder.standing === 'stopped'
  const { epoch } = orderOf(state.failsafe)
  moveLadder(state, { kind: 'begin', atMs, epoch }, atMs, out)
  if (isStopped) moveLadder(state, { kind: 'stop' }, atMs, out)
}

function isOfAll({ status, cause }: Incident): boolean {
  return status !== 'closed' && Object.keys(cause).length === 0
}

function noteRollout(id: string, effect: RolloutEffect, out: DeskOutbox): void {
  if (effect.kind === 'stopped') out.note('rollout stopped', '', `${id}: ${effect.reason.by}`)
  if (effect.kind === 'ring') out.note('rollout ring', '', `${id}: ${effect.ring.name}`)
  if (effect.kind === 'done') out.note('rollout done', '', id)
  if (effect.kind === 'ask') out.note('rollout asks', '', `${id}: ${effect.ring.name}`)
}
