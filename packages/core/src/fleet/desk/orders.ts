import { describeProblem } from '../../math/result.ts'
import type { IncidentInput } from '../incident/input.ts'
import type { IncidentCause, IncidentSignal } from '../incident/signal.ts'
import { rolloutPlan } from '../rollout/plan.ts'
import { openRollout } from '../rollout/rollout.ts'
import type { RolloutInput } from '../rollout/state.ts'
import type { DeskOutbox } from './desk-outbox.ts'
import type { DeskOrder, DeskRecord } from './desk-record.ts'
import { countFleet } from './desk-rows.ts'
import type { DeskState } from './desk-state.ts'
import { moveFailsafe, moveIncidents, moveLadder, moveRollout } from './machines.ts'

/** Rollouts that are kept; one more needs one that is over and runs nowhere any more. */
const MOST_ROLLOUTS = 16

type Ordered = Extract<DeskRecord, { kind: 'order' }>
/** What an order made, or why it was not followed. */
type Outcome = { readonly refused: string } | { readonly value?: unknown }

/** Follows a person's order, and answers it under its id. Changes `state`. */
export function follow(state: DeskState, record: Ordered, out: DeskOutbox): void {
  const outcome = obey(state, record, record.order, out)
  const { id } = record
  if ('refused' in outcome) {
    out.add({ kind: 'answer', id, refused: outcome.refused })
    return
  }
  out.note(`order ${record.order.what}`, record.operator, describeOrder(record.order))
  const { value } = outcome
  out.add({ kind: 'answer', id, ...(value !== undefined && { value }) })
}

function obey(
  state: DeskState,
  { operator, atMs }: Ordered,
  order: DeskOrder,
  out: DeskOutbox,
): Outcome {
  switch (order.what) {
    case 'failsafe': {
      const { epoch: atLeastEpoch } = countFleet(state)
      const input =
        order.do.kind === 'lift'
          ? { ...order.do, atMs, operator, atLeastEpoch }
          : { ...order.do, atMs, operator }
      return outcome(moveFailsafe(state, input, out), () => state.failsafe)
    }
    case 'ladder':
      return climb(state, order.do.kind, atMs, out)
    case 'open-rollout':
      return open(state, order.plan, atMs, out)
    case 'rollout': {
      const input = { ...order.do, atMs, operator } as RolloutInput
      const find = (): unknown => state.rollouts.find(({ plan }) => plan.id === order.rollout)
      return outcome(moveRollout(state, order.rollout, input, out), find)
    }
    case 'incident': {
      const input = { ...order.do, atMs, operator } as IncidentInput
      const find = (): unknown => state.book.incidents.find(({ id }) => id === order.do.incident)
      return outcome(moveIncidents(state, input, out), find)
    }
    case 'report':
      return report(state, order, atMs, out)
  }
}

function outcome(refused: string | undefined, value: () => unknown): Outcome {
  return refused === undefined ? { value: value() } : { refused }
}

/** On after a stop; or a step on at the word of persons where evidence can show nothing. */
function climb(state: DeskState, kind: 'resume' | 'stop', atMs: number, out: DeskOutbox): Outcome {
  const { standing, nights } = state.ladder
  // Down is possible from anywhere; up there must be something left to give back.
  if (kind === 'resume' && standing === 'level') return { refused: 'level' }
  if (kind === 'resume' && standing === 'climbing') {
    if (nights < 1) return { refused: 'too-early' }
    moveLadder(state, { kind: 'evidence', verdict: 'advance' }, atMs, out)
  } else {
    moveLadder(state, { kind }, atMs, out)
  }
  return { value: state.ladder }
}

function open(
  state: DeskState,
  named: Extract<DeskOrder, { what: 'open-rollout' }>['plan'],
  atMs: number,
  out: DeskOutbox,
): Outcome {
  const plan = rolloutPlan(named)
  if (!plan.ok) return { refused: describeProblem(plan.problem) }
  const { id, release } = plan.value
  const same = state.rollouts.some(
    (other) => other.plan.id === id || other.plan.release === release,
  )
  if (same) return { refused: 'known' }
  if (state.rollouts.length >= MOST_ROLLOUTS && !dropOver(state, out)) return { refused: 'full' }
  const rollout = openRollout(plan.value, atMs)
  state.rollouts.push(rollout)
  out.row('rollout', id, rollout)
  return { value: rollout }
}

/** Lets go of the oldest rollout that is over and whose release runs nowhere. */
function dropOver(state: DeskState, out: DeskOutbox): boolean {
  const { releases } = countFleet(state)
  const at = state.rollouts.findIndex(
    ({ status, plan }) =>
      (status === 'done' || status === 'stopped') &&
      !releases.some(({ release }) => release === plan.release),
  )
  if (at < 0) return false
  const [gone] = state.rollouts.splice(at, 1)
  out.row('rollout', gone!.plan.id, undefined)
  return true
}

function report(
  state: DeskState,
  { metric, release }: Extract<DeskOrder, { what: 'report' }>,
  atMs: number,
  out: DeskOutbox,
): Outcome {
  const cause: IncidentCause = release === undefined ? {} : { release }
  const signal: IncidentSignal = {
    ...{
      detector: 'operator',
      metric,
      cause,
      logE: 0,
      cohorts: [],
      quietReleases: [],
      devices: [],
    },
  }
  moveIncidents(state, { kind: 'signal', atMs, signal }, out)
  return { value: state.book.incidents.at(-1) }
}

/** What was ordered, in a line for the audit, without anybody's words. */
function describeOrder(order: DeskOrder): string {
  switch (order.what) {
    case 'failsafe':
    case 'ladder':
      return order.do.kind
    case 'open-rollout':
      return `${order.plan.id}: release ${order.plan.release} after ${order.plan.baseline}`
    case 'rollout':
      return `${order.rollout}: ${order.do.kind}`
    case 'incident':
      return `${order.do.incident}: ${order.do.kind}`
    case 'report':
      return order.metric
  }
}
