import type { RolloutEffect } from '../rollout/state.ts'
import type { IncidentSignal } from './signal.ts'

/** The log e-value that stands for an invariant that broke: no evidence is needed beside it. */
export const BROKEN_LOG_E = 50

type Stopped = Extract<RolloutEffect, { kind: 'stopped' }>

/**
 * The sign that a stopped rollout is for the incidents: its release, the one before it as quiet,
 * and devices that ran it, of which a piece would tell something. Undefined when people stopped it,
 * when an incident did, or a rehearsal that nobody was in.
 */
export function stopSignal(
  { release, baseline, reason }: Stopped,
  devices: readonly string[],
): IncidentSignal | undefined {
  const about = { cause: { release }, cohorts: [], quietReleases: [baseline] }
  if (reason.by === 'evidence') {
    const logE = Math.min(reason.logE, BROKEN_LOG_E)
    return { detector: 'rollout', metric: reason.metric, ...about, logE, devices }
  }
  if (reason.by !== 'critical') return undefined
  const { metric, device } = reason
  const detector = metric === 'act-outside-consent' ? 'autonomy' : 'rollout'
  const others = devices.filter((other) => other !== device)
  return { detector, metric, ...about, logE: BROKEN_LOG_E, devices: [device, ...others] }
}
