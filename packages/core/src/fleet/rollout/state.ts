import type { ArmCounts } from '../anomaly/rate-gain.ts'
import type { RolloutAim } from './aim.ts'
import type { CriticalMetric, RolloutMetric } from './metric.ts'
import type { Ring, RolloutPlan } from './plan.ts'
import type { RateEvidence } from './rate-evidence.ts'

/** Where a rollout stands. `stopped` is for good: what is mended is another release. */
export type RolloutStatus = 'rehearsing' | 'running' | 'paused' | 'stopped' | 'done'

/** Why a rollout was stopped. */
export type StopReason =
  | { readonly by: 'evidence'; readonly metric: RolloutMetric; readonly logE: number }
  | { readonly by: 'critical'; readonly metric: CriticalMetric; readonly device: string }
  | { readonly by: 'rehearsal'; readonly ring: 'twin' | 'replay'; readonly digest: string }
  | { readonly by: 'incident'; readonly incident: string }
  | { readonly by: 'operator'; readonly operator: string }

/** The whole of a rollout, as plain data. */
export type RolloutState = {
  readonly plan: RolloutPlan
  readonly status: RolloutStatus
  /** Place in `RINGS` of the ring that it is in. */
  readonly ring: number
  readonly ringSinceMs: number
  /** Device-nights under the new release since the ring began. */
  readonly ringNights: number
  /** Of everything since the first ring of people. */
  readonly evidence: Readonly<Record<RolloutMetric, RateEvidence>>
  /** Whether the ring's evidence was enough and asked for persons, so that they are asked once. */
  readonly asked: boolean
  /** Persons who said that the next ring may begin. */
  readonly approvals: readonly string[]
  readonly revision: number
  readonly stop?: { readonly atMs: number; readonly reason: StopReason; readonly ring: string }
  /** Log of the averaged e-process with time, oldest first. */
  readonly trace: readonly TracePoint[]
}

/** The evidence against the release at a moment. */
export type TracePoint = {
  readonly atMs: number
  readonly ring: number
  readonly logE: number
  readonly canaryEvents: number
  readonly baselineEvents: number
}

/** Counts of a metric in one stratum over one interval. */
export type MetricCounts = ArmCounts & {
  readonly metric: RolloutMetric
  readonly stratum: string
}

/** What a rollout hears of. `atMs` is the centre's wall clock, never falling. */
export type RolloutInput = {
  readonly atMs: number
} /** A rehearsal ended; `digest` is of its report. */ & (
  | {
      readonly kind: 'rehearsed'
      readonly ring: 'twin' | 'replay'
      readonly passed: boolean
      readonly digest: string
    }
  /**
   * What happened in an interval, stratum by stratum, of devices that take updates only, in both
   * arms; `nights` are device-nights under the new release.
   */
  | {
      readonly kind: 'counts'
      readonly counts: readonly MetricCounts[]
      readonly nights: number
    }
  /** A critical event of a device and the release that it ran. */
  | {
      readonly kind: 'critical'
      readonly metric: CriticalMetric
      readonly device: string
      readonly release: number
    }
  /** `among`: who may approve just now; anybody else's approval counts no more. */
  | { readonly kind: 'approve'; readonly operator: string; readonly among?: readonly string[] }
  | { readonly kind: 'pause' | 'resume' | 'stop'; readonly operator: string }
  | { readonly kind: 'incident'; readonly incident: string }
  | { readonly kind: 'tick' }
)

/** Why an order was not followed. */
export type RolloutRefusal =
  | 'over'
  | 'not-this-ring'
  | 'too-early'
  | 'no-person-asked'
  | 'same-person'
  | 'not-paused'

/** What a rollout asks of the world around it. */
export type RolloutEffect =
  /** To every partition: what devices should run now. */
  | { readonly kind: 'aim'; readonly aim: RolloutAim }
  | { readonly kind: 'ring'; readonly ring: Ring; readonly proven: boolean }
  /** So many different persons must approve before the next ring. */
  | {
      readonly kind: 'ask'
      readonly ring: Ring
      readonly persons: number
      readonly proven: boolean
    }
  /** For the incidents: a release was stopped. */
  | {
      readonly kind: 'stopped'
      readonly rollout: string
      readonly release: number
      readonly baseline: number
      readonly reason: StopReason
    }
  | { readonly kind: 'done'; readonly rollout: string; readonly release: number }
  | { readonly kind: 'refused'; readonly why: RolloutRefusal }
