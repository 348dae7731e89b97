import type { Centre } from '../api/centre.ts'
import type { Page } from '../api/page-files.ts'
import type { SlotLimits } from '../api/slots.ts'
import type { ClusterOptions } from '../cluster/cluster.ts'
import type { CentreClock } from '../desk-run/centre-clock.ts'
import type { DoorLimits } from '../gate/door-limits.ts'
import type { LogPort } from '../log/log-port.ts'
import type { StorePort } from '../store/store-port.ts'
import type { Journal } from './journal.ts'

/** How a centre is run. */
export type FacilityOptions = {
  /** The data folder: everything that is kept is in it, and one process holds it. */
  readonly folder: string
  readonly host: string
  /** HTTP; devices come in over TCP at the next one. 0: any two that are free. */
  readonly port: number
  readonly version: string
  /** Whether a device on this machine may enrol itself without a code. */
  readonly openEnrolment: boolean
  /** Whether anybody may read `/metrics`; else this machine, where it listens on loopback alone. */
  readonly openMetrics?: boolean
  /** PEM of a certificate and its key: HTTPS, and TLS for devices. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Where the page is reached by its readers; the address itself unless said. */
  readonly origin?: string
  readonly page?: Page
  /** Signed releases, `releases` in the folder unless said. */
  readonly releases?: string
  readonly backups?: { readonly folder?: string; readonly everyH?: number }
  /** How people are called: addresses as `webhook` and `mail` take them. */
  readonly pages?: { readonly webhooks?: readonly string[]; readonly mails?: readonly string[] }
  /** Days that records of the log are kept at least; 30 unless said. */
  readonly keepDays?: number
  readonly journal: Journal
  /** The centre's time; by the machine's clocks unless said. */
  readonly clock?: CentreClock
  readonly limits?: Partial<DoorLimits>
  readonly slots?: Partial<SlotLimits>
  /** One of many machines: the log is on a bus, and what falls to this one is held here. */
  readonly cluster?: ClusterOptions
  /** The log and the store; files in the folder unless said. */
  openLog?(folder: string): Promise<LogPort>
  openStore?(path: string): Promise<StorePort>
}

/** A centre that runs. */
export type Facility = {
  readonly url: string
  readonly mqttPort: number
  /** An operator's token is in this file since the first start. */
  readonly tokenFile: string
  /** On the first start: the code by which the first operator signs in, once. */
  readonly invitation: string | undefined
  readonly centre: Centre
  /** Ends everything in order: doors, states, log. */
  close(): Promise<void>
}
