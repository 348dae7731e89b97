import type { DeviceId } from '@nocturne/core/fleet'
import type { Meters } from '../api/meters.ts'
import type { DeskRunOptions } from '../desk-run/desk-run.ts'
import type { FollowerAlarms } from '../desk-run/follower-alarms.ts'
import type { GrantSigner } from '../desk-run/grant-signer.ts'
import type { FrontDoor } from '../gate/front-door.ts'
import type { AuditEntry } from '../operator/audit-chain.ts'
import type { Journal } from './journal.ts'

/** Who is let in no more, as it was then: its name may be another device's when this is done. */
export type Gone = {
  readonly device: DeviceId
  readonly keyId: string | undefined
  /** Whether its key was destroyed, where it was to be. */
  isKeyGone: boolean
}

/** What the reducers' effects reach the world by. */
export type World = {
  /** The door, once there is one. */
  door(): FrontDoor | undefined
  readonly signer: GrantSigner
  readonly meters: Meters
  readonly alarms: Pick<FollowerAlarms, 'hear'>
  readonly journal: Journal
  audit(entry: AuditEntry): Promise<unknown>
  /** People are called for an incident, again when they were before. */
  page(incident: string, again: boolean): void
  /** Id of a device's key of the log; undefined where none is known. */
  keyOf(device: DeviceId): string | undefined
  /** A device is let in no more: it was revoked, or erased and with it its key of the log. */
  dropped(gone: Gone): Promise<void> | undefined
  nowMs(): number
}

/**
 * Carries out what follows from records: grants and words to devices, calls to people, the audit.
 */
export function handsOf(world: World): DeskRunOptions['hands'] {
  const { signer, meters, journal } = world
  // A socket that fails is no fault of the state that wanted to say something.
  const safely = (say: () => unknown): void => {
    try {
      say()
    } catch (error) {
      journal('error', 'nothing was said to a device', { why: (error as Error).message })
    }
  }
  // Whose key of the log is still to be destroyed.
  const dropping = new Set<Gone>()
  const drop = async (gone: Gone): Promise<void> => {
    dropping.add(gone)
    await world.dropped(gone)
    dropping.delete(gone)
  }
  return {
    grant: (device, grant) => {
      // Whoever is not here would not hear it, and it would be old when it comes.
      if (world.door()?.has(device) !== true) return
      signer.sign(device, grant).then(
        (signed) => {
          meters.grants++
          safely(() => world.door()?.send(device, 'cmd', signed))
        },
        (error: Error) => journal('error', 'a grant was not signed', { why: error.message }),
      )
    },
    send: (device, channel, payload) => safely(() => world.door()?.send(device, channel, payload)),
    drop: (device) => {
      safely(() => world.door()?.drop(device))
      const failed = ({ message }: Error): void => journal('error', 'a key', { why: message })
      drop({ device, keyId: world.keyOf(device), isKeyGone: false }).catch(failed)
    },
    dropped: async () => {
      for (const gone of dropping) await drop(gone)
    },
    follower: (effect) => world.alarms.hear(effect),
    broken: (partition, offset, error) => {
      journal('error', 'a state stands still', { partition, offset, why: error.message })
    },
    page: (incident, again) => {
      journal('warn', 'people are called', { incident, again })
      world.page(incident, again)
    },
    note: ({ what, operator, why }) => {
      // A person's order is in the audit already, from before it was done.
      if (what.startsWith('order ')) return
      const who = operator === '' ? 'by rule' : operator
      const entry = { atMs: world.nowMs(), who, did: what, about: why, outcome: 'done' } as const
      world.audit(entry).catch((error: Error) => journal('error', 'audit', { why: error.message }))
    },
  }
}
