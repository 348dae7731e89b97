import type { DeskOrder } from '@nocturne/core/fleet'
import type { Centre } from './centre.ts'
import { type Call, refused } from './route.ts'

/**
 * Somebody's order to the desk, resolved once the rows that it changed can be read. Throws 409
 * where the desk refuses it, which the audit then knows too.
 */
export async function ordered(centre: Centre, { person }: Call, order: DeskOrder): Promise<void> {
  const { name } = person!
  const answer = await centre.run.order(name, order)
  if (answer.refused !== undefined) {
    const entry = { who: name, did: order.what, about: answer.refused, outcome: 'refused' } as const
    await centre.audit({ atMs: centre.clock.nowMs(), ...entry })
    throw refused(answer.refused)
  }
  await centre.rows.written()
}
