import type { SimFleet } from './sim-fleet.ts'

/** People on duty look at the incidents so often, ms. */
const ROUND_MS = 30_000

/**
 * People who work through the incidents that the desk shows them, as the rules let them: have it,
 * begin the recovery, and, once it was quiet for ten minutes, close it in words.
 */
export function workIncidents(fleet: SimFleet): void {
  for (const { id, status, detector } of fleet.incidents.values()) {
    if (status === 'closed') continue
    if (status === 'open')
      fleet.order('mira', { what: 'incident', do: { kind: 'ack', incident: id } })
    if (status === 'open' || status === 'acked' || status === 'mitigating') {
      fleet.order('mira', { what: 'incident', do: { kind: 'recover', incident: id } })
    }
    if (status !== 'recovering') continue
    const words = `${detector}: looked at, and quiet since`
    const close = { kind: 'close', incident: id, as: 'no-cause-found', words } as const
    fleet.order('mira', { what: 'incident', do: close })
  }
  fleet.sky.queue.after(ROUND_MS, () => workIncidents(fleet))
}
