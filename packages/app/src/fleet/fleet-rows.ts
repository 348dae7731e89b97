import type { CurvePoint, FailsafeState, LadderState } from '@nocturne/core/fleet'
import type { Mode } from '@nocturne/core/night'

/** A device as the centre shows it: numbers and closed words. */
export type DeviceShown = {
  readonly device: string
  readonly online: boolean
  readonly mode: Mode
  readonly consent: Mode
  readonly release: number
  readonly cohort: { readonly district: string }
  /** Centre time when it was last heard, ms. */
  readonly heardMs: number
  readonly asleep: boolean
  /** The newest frame's numbers by name, null where missing. */
  readonly numbers: Readonly<Record<string, number | null>> | null
  readonly grant: { readonly ceiling: Mode; readonly epoch: number } | null
  readonly staysNatural: boolean
  readonly faults: readonly string[]
  readonly findings: readonly string[]
  /** Acts of this night. */
  readonly acts: number
  readonly drift?: string
  readonly staff: boolean
  readonly revoked: boolean
}

/** The fleet in numbers. */
export type FleetStatus = {
  readonly enrolled: number
  readonly online: number
  readonly modes: Readonly<Record<Mode, number>>
  readonly releases: readonly { readonly release: number; readonly devices: number }[]
  readonly epoch: number
  /** Districts that went dark. */
  readonly dark: readonly string[]
  readonly curve: readonly CurvePoint[]
}

/** The way back as it is shown: whether it began is null where it never did. */
export type LadderShown = Omit<LadderState, 'startedMs'> & {
  readonly startedMs: number | null
  readonly nightsSlept: number
}

/** A way by which people are called, and how it does. */
export type CallWay = {
  readonly name: string
  readonly kind: 'webhook' | 'mail'
  readonly label: string
  /** Calls that did not arrive yet. */
  readonly waiting: number
  readonly toldMs?: number
  /** Since when it takes nothing, and why. */
  readonly failingSinceMs?: number
  readonly why?: string
}

/** Rows of the fleet by name; some may not be there yet. */
export type FleetRows = {
  readonly status?: FleetStatus
  readonly failsafe?: FailsafeState
  readonly ladder?: LadderShown
  readonly pages?: readonly CallWay[]
}

/** Who is signed in. */
export type Person = {
  readonly name: string
  readonly role: 'viewer' | 'operator' | 'safety-officer'
  readonly csrf?: string
}
