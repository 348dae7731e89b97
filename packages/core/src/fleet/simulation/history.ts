import type { DeskRecord } from '../desk/desk-record.ts'
import { noCounts } from '../rollout/arm-count.ts'
import type { SimFleet } from './sim-fleet.ts'
import { WALL_MS } from './sim-fleet.ts'

/** The rollout of every simulation: release 2 after release 1. */
export const ROLLOUT = 'spring'
/** How long a ring is left alone in the days before the simulation, ms. */
const RING_STAY_MS = 90_000_000
/** A partition that is nobody's in a simulation; its tells are the quiet nights before. */
const NOBODYS_PARTITION = 255

/**
 * What the desk's log holds of the days before: a rollout that was rehearsed twice and went, night
 * by quiet night, at the word of two persons, through `rings` rings of people.
 */
export function daysBefore(fleet: SimFleet, rings: number): void {
  let atMs = WALL_MS - (rings + 2) * RING_STAY_MS
  let orders = 0
  const tell = (record: DeskRecord): void => fleet.centre.desk.tellDesk(record)
  const order = (operator: string, what: Extract<DeskRecord, { kind: 'order' }>['order']): void =>
    tell({ kind: 'order', id: `before-${orders++}`, operator, order: what, atMs })
  const plan = { id: ROLLOUT, release: 2, baseline: 1, seed: 'draw' }
  order('kaya', { what: 'open-rollout', plan })
  for (const ring of ['twin', 'replay'] as const) {
    const passed = { kind: 'rehearsed', ring, passed: true, digest: '0'.repeat(64) } as const
    order('kaya', { what: 'rollout', rollout: ROLLOUT, do: passed })
  }
  for (let ring = 0; ring < rings; ring++) {
    atMs += RING_STAY_MS
    tell(quietNight(atMs, ring))
    for (const laterMs of [0, 30_000, 60_000]) tell({ kind: 'tick', atMs: atMs + laterMs })
    atMs += 60_000
    for (const operator of ['kaya', 'mira']) {
      order(operator, { what: 'rollout', rollout: ROLLOUT, do: { kind: 'approve' } })
    }
    tell({ kind: 'tick', atMs })
  }
}

/** Ten device-nights under the new release, in which nothing happened. */
function quietNight(atMs: number, night: number): DeskRecord {
  const arms = [{ rollout: ROLLOUT, counters: { ...noCounts(), nights: 10 } }]
  return {
    ...{ kind: 'tell', partition: NOBODYS_PARTITION, offset: night, index: 0, atMs },
    tell: {
      ...{ kind: 'sums', tallies: [], arms, districts: [], running: [] },
      ladder: { canaryEvents: 0, baselineEvents: 0, canaryExposure: 0, baselineExposure: 0 },
      modes: { natural: 0, guidance: 0, control: 0 },
      ...{ nights: 10, enrolled: 0, online: 0, epoch: 0 },
    },
  }
}
