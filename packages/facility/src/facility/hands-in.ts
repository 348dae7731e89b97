import type { Meters } from '../api/meters.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { CentreClock } from '../desk-run/centre-clock.ts'
import type { DeskRun, DeskRunOptions } from '../desk-run/desk-run.ts'
import type { FollowerAlarms } from '../desk-run/follower-alarms.ts'
import type { GrantSigner } from '../desk-run/grant-signer.ts'
import type { RowBook } from '../desk-run/row-book.ts'
import type { FrontDoor } from '../gate/front-door.ts'
import type { SealingKeys } from '../log/sealing-keys.ts'
import type { AuditLog } from '../operator/audit-log.ts'
import type { Pager } from '../paging/pager.ts'
import { handsOf } from './hands.ts'
import type { Journal } from './journal.ts'

/** A centre that is being built: what its reducers reach the world by, as it comes. */
export type Living = {
  readonly alarms: FollowerAlarms
  readonly audit: AuditLog
  readonly clock: CentreClock
  readonly cluster: Cluster | undefined
  readonly journal: Journal
  readonly keys: SealingKeys
  readonly meters: Meters
  readonly rows: RowBook
  readonly signer: GrantSigner
  run?: DeskRun
  door?: FrontDoor
  pager?: Pager
}

/** The hands of a centre's reducers, which reach whatever of it is there. */
export function handsIn(living: Living): DeskRunOptions['hands'] {
  const { alarms, audit, clock, cluster, journal, keys, meters, rows, signer } = living
  const hands = handsOf({
    ...{ signer, meters, journal, door: () => living.door, nowMs: () => clock.nowMs() },
    alarms: {
      hear: (effect) => {
        alarms.hear(effect)
        if (effect.kind !== 'refused') cluster?.tellAll({ alarm: effect })
      },
    },
    page: (id, again) => {
      const incident = living.run?.desk?.book.incidents.find((each) => each.id === id)
      if (incident !== undefined) living.pager?.call(incident, again)
    },
    audit: (entry) => audit.add(entry),
    keyOf: (device) => keys.of(device)?.id,
    dropped: async (gone) => {
      const { device, keyId } = gone
      const isSame = keys.of(device)?.id === keyId
      if (isSame && living.run?.isRevoked(device) === true) return
      if (!gone.isKeyGone) await keys.destroy(device, keyId)
      gone.isKeyGone = true
      cluster?.tellAll({ erased: device })
      await rows.written()
      if (rows.trouble !== undefined) throw rows.trouble
    },
  })
  return {
    ...hands,
    unwritten: (partition, { message }, isFirst) => {
      meters.unwrittenStates++
      if (isFirst) journal('error', 'a state was not written down', { partition, why: message })
    },
  }
}
