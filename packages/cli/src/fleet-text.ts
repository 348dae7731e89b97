import { type Incident, RINGS, type RolloutState, rolloutLogE } from '@nocturne/core/fleet'
import { wallClockText } from '@nocturne/core/math'

/** A rollout in two lines for a person; times are UTC. */
export function rolloutText(state: RolloutState): string {
  const { plan, status, ring, ringSinceMs, stop, approvals, asked } = state
  const name = RINGS[ring]!.name
  const head = `${plan.id}: release ${plan.release} after ${plan.baseline}, ${status} at ${name} since ${momentText(ringSinceMs)}`
  const evidence = `  evidence that it is worse 10^${(rolloutLogE(state) / Math.LN10).toFixed(1)}, stops at 10^${(-Math.log10(plan.falseStop)).toFixed(1)}`
  if (stop) {
    const { by, ...rest } = stop.reason
    const why = Object.values(rest).join(' ')
    return `${head}\n  stopped ${momentText(stop.atMs)} by ${by}${why === '' ? '' : `: ${why}`}\n`
  }
  const waits = asked ? `, waits for two persons (${approvals.join(', ') || 'none yet'})` : ''
  return `${head}\n${evidence}${waits}\n`
}

/** An incident in two lines for a person; times are UTC. */
export function incidentText({
  id,
  status,
  key,
  metric,
  openedMs,
  signals,
  suspect,
  actions,
}: Incident): string {
  const named = suspect ? `, release ${suspect.release} (${suspect.by})` : ''
  const done = actions.map(({ action }) => action.do)
  const told = done.length > 0 ? `\n  done by rule: ${[...new Set(done)].join(', ')}` : ''
  return `${id} ${status}: ${key}, ${metric}${named}; since ${momentText(openedMs)}, ${signals} signs${told}\n`
}

/** A moment for a person, UTC. */
export function momentText(ms: number): string {
  return `${wallClockText(Math.floor(ms / 1000))}Z`
}
