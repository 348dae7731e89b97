import { log } from '../../math/elementary.ts'
import { logMeanExp } from '../anomaly/rate-gain.ts'
import type { RolloutAim } from './aim.ts'
import { METRIC_NAMES, type RolloutMetric } from './metric.ts'
import { RING_MS, RINGS, type Ring, type RolloutPlan, TWO_PERSONS_ABOVE } from './plan.ts'
import {
  addCounts,
  logHigherE,
  noEvidence,
  type RateEvidence,
  ratioShownBelow,
} from './rate-evidence.ts'
import type {
  RolloutEffect,
  RolloutInput,
  RolloutRefusal,
  RolloutState,
  StopReason,
  TracePoint,
} from './state.ts'

/** Points of the trace that are kept. */
const MOST_TRACE = 512

type Step = { readonly state: RolloutState; readonly effects: readonly RolloutEffect[] }

/** A rollout before its first rehearsal. */
export function openRollout(plan: RolloutPlan, atMs: number): RolloutState {
  const evidence = Object.fromEntries(METRIC_NAMES.map((name) => [name, noEvidence()]))
  return {
    ...{ plan, status: 'rehearsing', ring: 0, ringSinceMs: atMs, ringNights: 0 },
    evidence: evidence as Record<RolloutMetric, RateEvidence>,
    ...{ asked: false, approvals: [], revision: 0, trace: [] },
  }
}

/**
 * One step of a rollout, a function of the state and the input alone. It goes forward ring by ring:
 * after a night in the ring, with the stop rule quiet, the ratio of every metric shown to be below
 * the plan's bound, and past 10 %, or without that proof, at the word of two persons. It stops at
 * the evidence, at the first critical event under the release, at an incident or anybody's word,
 * and a stop is for good. Rules F40-F49 of SPEC.md.
 */
export function rolloutStep(state: RolloutState, input: RolloutInput): Step {
  const { kind, atMs } = input
  if (state.status === 'stopped') {
    return 'operator' in input ? refused(state, 'over') : quiet(state)
  }
  if (kind === 'rehearsed') return rehearsed(state, input)
  if (kind === 'counts') return counted(state, input)
  if (kind === 'critical') {
    const { metric, device, release } = input
    const isOurs = release === state.plan.release
    return isOurs ? stopped(state, atMs, { by: 'critical', metric, device }) : quiet(state)
  }
  if (kind === 'incident') {
    return stopped(state, atMs, { by: 'incident', incident: input.incident })
  }
  if (kind === 'stop') return stopped(state, atMs, { by: 'operator', operator: input.operator })
  if (kind === 'tick') return advanced(state, atMs)
  if (state.status === 'done') return refused(state, 'over')
  if (kind === 'pause') return held(state, 'paused')
  if (kind === 'resume') {
    return state.status === 'paused' ? held(state, 'running') : refused(state, 'not-paused')
  }
  return approved(state, input)
}

/** What the fleet should run at this state; undefined before the first person. */
export function aimOf(state: RolloutState): RolloutAim | undefined {
  const { plan, status, ring, revision } = state
  const { kind, share } = RINGS[ring]!
  if (kind === 'twin' || kind === 'replay') return undefined
  const way = status === 'stopped' ? 'back' : status === 'paused' ? 'hold' : 'forward'
  const { id, release, baseline } = plan
  return { rollout: id, revision, release, baseline, way, share, staff: true }
}

/** Log of the e-value against the release: the mean over all metrics, which may hang together. */
export function rolloutLogE({ evidence }: Pick<RolloutState, 'evidence'>): number {
  return logMeanExp(METRIC_NAMES.map((name) => logHigherE(evidence[name])))
}

/** A course of points with one more; when there are too many, every second one goes. */
export function kept<T>(points: readonly T[], point: T, most: number): readonly T[] {
  const thinned = points.length < most ? points : points.filter((_, i) => i % 2 === 0)
  return [...thinned, point]
}

/** Whether every metric's ratio is shown to lie below the bound of the plan. */
function isProven({ evidence, plan }: RolloutState): boolean {
  const { falseAdvance, mostRatio } = plan
  return METRIC_NAMES.every((name) => ratioShownBelow(evidence[name], falseAdvance) <= mostRatio)
}

function rehearsed(
  state: RolloutState,
  { ring, passed, digest, atMs }: Extract<RolloutInput, { kind: 'rehearsed' }>,
): Step {
  if (RINGS[state.ring]!.kind !== ring) return refused(state, 'not-this-ring')
  if (!passed) return stopped(state, atMs, { by: 'rehearsal', ring, digest })
  return entered(state, atMs, true)
}

function counted(
  state: RolloutState,
  { counts, nights, atMs }: Extract<RolloutInput, { kind: 'counts' }>,
): Step {
  if (isRehearsal(state)) return quiet(state)
  const ringNights = state.ringNights + nights
  // Colleagues were not drawn by lot: what happens to them is compared with nobody.
  if (RINGS[state.ring]!.kind === 'staff') return quiet({ ...state, ringNights })
  const evidence = { ...state.evidence }
  for (const count of counts) evidence[count.metric] = addCounts(evidence[count.metric], count)
  const logE = rolloutLogE({ evidence })
  const seen = METRIC_NAMES.map((name) => evidence[name])
  const point: TracePoint = {
    ...{ atMs, ring: state.ring, logE },
    canaryEvents: seen.reduce((sum, { canaryEvents }) => sum + canaryEvents, 0),
    baselineEvents: seen.reduce((sum, { baselineEvents }) => sum + baselineEvents, 0),
  }
  const next = {
    ...state,
    ...{ evidence, ringNights, trace: kept(state.trace, point, MOST_TRACE) },
  }
  if (logE < -log(state.plan.falseStop)) return quiet(next)
  const worst = [...METRIC_NAMES].sort((a, b) => logHigherE(evidence[b]) - logHigherE(evidence[a]))
  return stopped(next, atMs, { by: 'evidence', metric: worst[0]!, logE })
}

type Approval = {
  readonly atMs: number
  readonly operator: string
  readonly among?: readonly string[]
}

function approved(state: RolloutState, { atMs, operator, among }: Approval): Step {
  if (!state.asked) return refused(state, isRehearsal(state) ? 'no-person-asked' : 'too-early')
  if (state.approvals.includes(operator)) return refused(state, 'same-person')
  const approvals = state.approvals.filter((name) => among?.includes(name) !== false)
  return advanced({ ...state, approvals: [...approvals, operator] }, atMs)
}

/** The next ring, if its time has come; otherwise asks for persons, once. */
function advanced(state: RolloutState, atMs: number): Step {
  const next = RINGS[state.ring + 1]
  const isResting = state.status !== 'running' || atMs - state.ringSinceMs < RING_MS
  if (isRehearsal(state) || isResting || !(state.ringNights > 0)) return quiet(state)
  if (next === undefined) {
    const { id, release } = state.plan
    const done = { kind: 'done', rollout: id, release } as const
    return { state: { ...state, status: 'done' }, effects: [done] }
  }
  // Of a few colleagues nothing can be shown; that nothing went wrong is enough for the first ring.
  const proven = RINGS[state.ring]!.kind === 'staff' || isProven(state)
  const persons = proven && next.share <= TWO_PERSONS_ABOVE ? 0 : 2
  if (state.approvals.length >= persons) return entered(state, atMs, proven)
  if (state.asked) return quiet(state)
  return {
    state: { ...state, asked: true },
    effects: [{ kind: 'ask', ring: next, persons, proven }],
  }
}

function entered(state: RolloutState, atMs: number, proven: boolean): Step {
  const ring = state.ring + 1
  const isRehearsing = isRehearsal({ ring })
  const next: RolloutState = {
    ...state,
    ...{ ring, ringSinceMs: atMs, ringNights: 0, asked: false, approvals: [] },
    ...{ status: isRehearsing ? 'rehearsing' : 'running', revision: state.revision + 1 },
  }
  return withAim(next, [{ kind: 'ring', ring: RINGS[ring]!, proven }])
}

function stopped(state: RolloutState, atMs: number, reason: StopReason): Step {
  const { id, release, baseline } = state.plan
  const stop = { atMs, reason, ring: RINGS[state.ring]!.name }
  const next: RolloutState = { ...state, status: 'stopped', stop, revision: state.revision + 1 }
  return withAim(next, [{ kind: 'stopped', rollout: id, release, baseline, reason }])
}

function held(state: RolloutState, status: 'paused' | 'running'): Step {
  if (isRehearsal(state)) return refused(state, 'not-this-ring')
  return withAim({ ...state, status, revision: state.revision + 1 }, [])
}

/** The aim goes first: what it says must not wait for the rest. */
function withAim(state: RolloutState, effects: readonly RolloutEffect[]): Step {
  const aim = aimOf(state)
  return { state, effects: [...(aim ? [{ kind: 'aim', aim } as const] : []), ...effects] }
}

function isRehearsal({ ring }: { readonly ring: number }): boolean {
  const { kind }: Ring = RINGS[ring]!
  return kind === 'twin' || kind === 'replay'
}

function quiet(state: RolloutState): Step {
  return { state, effects: [] }
}

function refused(state: RolloutState, why: RolloutRefusal): Step {
  return { state, effects: [{ kind: 'refused', why }] }
}
