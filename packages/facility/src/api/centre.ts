import type { CentreClock } from '../desk-run/centre-clock.ts'
import type { DeskRun } from '../desk-run/desk-run.ts'
import type { FollowerAlarms } from '../desk-run/follower-alarms.ts'
import type { Holders } from '../desk-run/holders.ts'
import type { PieceShelf } from '../desk-run/piece-shelf.ts'
import type { RowBook } from '../desk-run/row-book.ts'
import type { FrontDoor } from '../gate/front-door.ts'
import type { LogPort } from '../log/log-port.ts'
import type { SealingKeys } from '../log/sealing-keys.ts'
import type { ApprovalBook } from '../operator/approval-book.ts'
import type { AuditEntry, AuditLine } from '../operator/audit-chain.ts'
import type { AuditLog } from '../operator/audit-log.ts'
import type { OneTimeCodes } from '../operator/one-time-codes.ts'
import type { OperatorRegister } from '../operator/operator-register.ts'
import type { OperatorTokens } from '../operator/operator-tokens.ts'
import type { PasskeyDesk } from '../operator/passkey.ts'
import type { SignIns } from '../operator/sign-ins.ts'
import type { Pager } from '../paging/pager.ts'
import type { StorePort } from '../store/store-port.ts'
import type { Meters } from './meters.ts'
import type { Slots } from './slots.ts'

/** All of a centre that its interface speaks of. */
export type Centre = {
  readonly version: string
  /** Where devices come in over TCP. */
  readonly mqttPort: number
  /** Ed25519, 64 hexadecimal digits: the key that signs grants. */
  readonly grantKey: string
  /** Whether a device may enrol itself without a code. */
  readonly openEnrolment: boolean
  /** Whether it listens on this machine's own address only. */
  readonly isOnLoopback: boolean
  /** Whether anybody may read its numbers. */
  readonly openMetrics: boolean
  /** Whether the page is served over TLS, so that its cookie is for TLS only. */
  readonly isSecure: boolean
  /** Folder of the signed releases. */
  readonly releases: string
  readonly pieces: PieceShelf
  readonly clock: CentreClock
  /** The devices' keys of the log. */
  readonly keys: SealingKeys
  readonly log: LogPort
  readonly store: StorePort
  readonly rows: RowBook
  readonly run: DeskRun
  /** What is asked and done about a device, whichever machine holds it. */
  readonly holders: Holders
  readonly door: FrontDoor
  readonly register: OperatorRegister
  readonly tokens: OperatorTokens
  readonly signIns: SignIns
  readonly passkeys: PasskeyDesk
  /** To pair a device: who made the code. */
  readonly pairing: OneTimeCodes
  /** To sign in without anything else: as whom. */
  readonly invitations: OneTimeCodes
  readonly meters: Meters
  /** The connections of its HTTP. */
  readonly slots: Slots
  /** Who calls people. */
  readonly pager: Pick<Pager, 'states' | 'test'>
  readonly alarms: FollowerAlarms
  /** What waits for its second person. */
  readonly approvals: ApprovalBook
  /** Writes a line of the audit; resolves when it is on disk. */
  audit(entry: AuditEntry): Promise<AuditLine>
  /** What was done, a page at a time. */
  readonly auditLog: Pick<AuditLog, 'head' | 'page'>
  /** A copy of everything in a new folder, whose name comes back. */
  backup(): Promise<string>
  /** Writes a fault of the program into the journal. */
  fault(what: string, error: Error): void
  /** Why the centre does not work as it should just now; empty when it does. */
  troubles(): readonly string[]
}
