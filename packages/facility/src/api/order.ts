import type { DeskOrder } from '@nocturne/core/fleet'
import { type Deed, mayDo } from '../operator/role.ts'
import type { Centre } from './centre.ts'
import { type Call, refused } from './route.ts'

/**
 * Who may do something just now. Where the desk counts two persons, an earlier word of anybody else
 * is none: they were removed since, or have another role. Rule F87.
 */
export async function whoMay({ register }: Centre, deed: Deed): Promise<readonly string[]> {
  const everybody = await register.everybody()
  return everybody.filter(({ role }) => mayDo(role, deed)).map(({ name }) => name)
}

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
