import { join } from 'node:path'
import type { Centre } from '../api/centre.ts'
import type { Meters } from '../api/meters.ts'
import { Slots } from '../api/slots.ts'
import type { CentreClock } from '../desk-run/centre-clock.ts'
import type { DeskRun } from '../desk-run/desk-run.ts'
import type { FollowerAlarms } from '../desk-run/follower-alarms.ts'
import type { GrantSigner } from '../desk-run/grant-signer.ts'
import type { Holders } from '../desk-run/holders.ts'
import type { PieceShelf } from '../desk-run/piece-shelf.ts'
import type { RowBook } from '../desk-run/row-book.ts'
import type { FrontDoor } from '../gate/front-door.ts'
import type { LogPort } from '../log/log-port.ts'
import type { SealingKeys } from '../log/sealing-keys.ts'
import type { ApprovalBook } from '../operator/approval-book.ts'
import type { AuditLog } from '../operator/audit-log.ts'
import type { OneTimeCodes } from '../operator/one-time-codes.ts'
import type { OperatorRegister } from '../operator/operator-register.ts'
import type { OperatorTokens } from '../operator/operator-tokens.ts'
import { isLoopback } from '../operator/own-machine.ts'
import { PasskeyDesk } from '../operator/passkey.ts'
import { SignIns } from '../operator/sign-ins.ts'
import type { Pager } from '../paging/pager.ts'
import type { StorePort } from '../store/store-port.ts'
import { backUp } from './backup.ts'
import type { FacilityOptions } from './facility-options.ts'
import type { LogKeeper } from './log-keeper.ts'

/** The parts of a centre that runs. */
export type Parts = {
  readonly meters: Meters
  readonly alarms: FollowerAlarms
  readonly clock: CentreClock
  readonly keys: SealingKeys
  readonly log: LogPort
  readonly store: StorePort
  readonly audit: AuditLog
  readonly signer: GrantSigner
  readonly rows: RowBook
  readonly register: OperatorRegister
  readonly tokens: OperatorTokens
  readonly approvals: ApprovalBook
  readonly invitations: OneTimeCodes
  readonly pairing: OneTimeCodes
  readonly run: DeskRun
  readonly door: FrontDoor
  readonly shelf: PieceShelf
  readonly keeper: LogKeeper
  readonly holders: Holders
  readonly pager: Pager
  /** Where the page is; filled in once it has an address. */
  readonly site: { host: string; origin: string }
}

/** A centre as its HTTP speaks of it. */
export function centreOf(options: FacilityOptions, parts: Parts, mqttPort: number): Centre {
  const { folder, tls, version, openEnrolment, journal } = options
  const { clock, log, store, rows, run, door, register, invitations, meters, shelf, audit } = parts
  const backups = options.backups?.folder ?? join(folder, 'backups')
  return {
    ...{ version, mqttPort, openEnrolment, grantKey: parts.signer.publicKey },
    ...{ isSecure: tls !== undefined, releases: options.releases ?? join(folder, 'releases') },
    ...{ pieces: shelf, clock, log, store, rows, run, door, register, invitations, meters },
    ...{
      alarms: parts.alarms,
      holders: parts.holders,
      keys: parts.keys,
      signIns: new SignIns(),
      ...{ approvals: parts.approvals, pairing: parts.pairing, tokens: parts.tokens },
    },
    passkeys: new PasskeyDesk(parts.site),
    ...{ openMetrics: options.openMetrics ?? false, isOnLoopback: isLoopback(options.host) },
    pager: parts.pager,
    slots: new Slots(options.slots),
    audit: (entry) => audit.add(entry),
    auditLog: audit,
    backup: async () => {
      const name = new Date(clock.nowMs()).toISOString().replaceAll(/[:.]/g, '-')
      const { keys, keeper } = parts
      // What the states that are copied need of the log must still be there when it is copied.
      const copy = (): Promise<string> => backUp(folder, backups, name, { run, store, keys })
      const made = await keeper.resting(copy)
      journal('info', 'a backup was made', { folder: made })
      return made
    },
    fault: (what, { message, stack }) => journal('error', what, { message, stack }),
    troubles: () => troublesOf(parts),
  }
}

/** Why a centre does not work as it should, a line each: what, and after a colon more of it. */
export function troublesOf({ run, rows }: Pick<Parts, 'run' | 'rows'>): string[] {
  const why: string[] = []
  if (run.broken.length > 0) why.push(`partitions that stand still: ${run.broken.join(' ')}`)
  if (run.unwritten.length > 0) {
    why.push(`states that could not be written down for an hour: ${run.unwritten.join(' ')}`)
  }
  if (run.deaf.length > 0) {
    why.push(`nothing is granted, for want of a desk: partitions ${run.deaf.join(' ')}`)
  }
  if (rows.trouble) why.push(`the store takes no rows: ${rows.trouble.message}`)
  if (run.trouble !== undefined) why.push(`the log takes no records: ${run.trouble}`)
  return why
}
