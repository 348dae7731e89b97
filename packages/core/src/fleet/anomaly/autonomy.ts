import { type Mode, modeRank } from '../../night/governor/mode.ts'
import type { DeviceEvent } from '../telemetry/device-event.ts'

/** An act as a device tells it. */
export type ToldAct = Extract<DeviceEvent, { kind: 'act' }>

/** What the centre knows of what a device may do when it acted; times on the device's clock, s. */
export type KnownRights = {
  /** The consent in force; undefined when there is none. */
  readonly consent:
    | { readonly consentId: string; readonly mode: Mode; readonly untilS: number }
    | undefined
  /** The living grant; undefined when there is none. */
  readonly grant:
    | {
        readonly id: number
        readonly epoch: number
        readonly ceiling: Mode
        readonly untilS: number
      }
    | undefined
  /** A device that is not enrolled needs no grant. */
  readonly enrolled: boolean
}

/** Why an act was outside what the sleeper allowed. */
export type AutonomyBreach =
  | 'no-consent'
  | 'other-consent'
  | 'consent-over'
  | 'above-consent'
  | 'no-grant'
  | 'other-grant'
  | 'older-epoch'
  | 'grant-over'
  | 'above-grant'
  | 'not-control'
  | 'no-end'

/**
 * Loss of autonomy: the first act outside consent, grant or lease is one, without counting or
 * waiting; undefined when the act was within all of them. The sleeper's own alarm (`wake` with
 * grant 0) needs neither. Unknown times (NaN) are over. Rule F54.
 */
export function autonomyBreach(act: ToldAct, known: KnownRights): AutonomyBreach | undefined {
  if (!(act.untilS >= act.atS && act.untilS < Number.POSITIVE_INFINITY)) return 'no-end'
  if (act.action === 'wake' && act.grant === 0) return undefined
  if (act.mode !== 'control') return 'not-control'
  return (
    consentBreach(act, known.consent) ??
    (known.enrolled ? grantBreach(act, known.grant) : undefined)
  )
}

function consentBreach(act: ToldAct, consent: KnownRights['consent']): AutonomyBreach | undefined {
  if (!consent) return 'no-consent'
  if (consent.consentId !== act.consentId) return 'other-consent'
  if (modeRank(consent.mode) < modeRank(act.mode)) return 'above-consent'
  return act.atS <= consent.untilS ? undefined : 'consent-over'
}

function grantBreach(act: ToldAct, grant: KnownRights['grant']): AutonomyBreach | undefined {
  if (!grant) return 'no-grant'
  if (act.epoch < grant.epoch) return 'older-epoch'
  if (grant.id !== act.grant || act.epoch !== grant.epoch) return 'other-grant'
  if (modeRank(grant.ceiling) < modeRank(act.mode)) return 'above-grant'
  return act.atS <= grant.untilS ? undefined : 'grant-over'
}
