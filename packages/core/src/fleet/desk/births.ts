import { stratumOf } from '../rollout/assignment.ts'
import { encodeAdmin } from '../telemetry/admin.ts'
import type { Birth } from '../telemetry/birth.ts'
import { drawPlaces, orderRelease } from './aims.ts'
import { givenMsOf, UNDATED, withConsent } from './consents.ts'
import { regroup } from './counts.ts'
import { type DeviceEntry, keepConsents } from './device-entry.ts'
import type { Outbox } from './outbox.ts'
import type { PartitionState } from './partition-state.ts'
import { askAgain } from './pieces.ts'
import { markOf, noteBirth } from './watermark.ts'

/**
 * A device comes: it is told what of it is durable and over how long it must come back the next
 * time, then which release to run, and what its sleeper was asked. A birth alone gives no grant: no
 * time of this start was heard yet. An earlier start than the last is a copy's, and nothing.
 */
export function hearBirth(
  state: PartitionState,
  entry: DeviceEntry,
  { birth, atMs }: { readonly birth: Birth; readonly atMs: number },
  out: Outbox,
): void {
  if (birth.boot < entry.boot) return
  if (birth.boot > entry.boot) beginBoot(entry, birth.boot)
  const { epoch, hardware, code, release, mode, takesUpdates, cohort } = birth
  Object.assign(entry, { hardware, code, release, mode, takesUpdates, cohort })
  entry.epoch = Math.max(entry.epoch, epoch)
  entry.isOnline = true
  entry.hasLeft = false
  hearBirthConsent(entry, birth, atMs)
  entry.stratum = stratumOf(cohort, birth.consent)
  regroup(entry)
  noteBirth(entry.durable, birth.held, birth.boot)
  entry.sinceMark = 0
  tellMark(entry, out)
  const spreadS = state.standing?.spreadS ?? 1
  out.send(entry.device, 'adm', encodeAdmin({ kind: 'pace', spreadS, framesPerBlock: 1 }))
  if (state.standing !== null) drawPlaces(entry, state.standing.aims)
  orderRelease(state, entry, { atMs, born: true }, out)
  askAgain(entry, out)
}

/** Tells a device what of it is durable. */
export function tellMark({ device, durable }: DeviceEntry, out: Outbox): void {
  out.send(device, 'adm', encodeAdmin({ kind: 'watermark', ...markOf(durable) }))
}

/** Nothing of a new start was heard yet, and what was wrong with it the device will say. */
function beginBoot(entry: DeviceEntry, boot: number): void {
  // Of a start of which only the birth was heard nothing is known.
  if (entry.heardMs >= 0) entry.awayMs = entry.heardMs
  entry.bootMs = Number.POSITIVE_INFINITY
  Object.assign(entry, { boot, heardS: -1, heardMs: -1, lateMs: 0, wallOffsetS: 0, criticalS: -1 })
  entry.values = []
  entry.faults = []
  entry.findings = []
}

/** What a birth says of a consent says nothing of when it was given: the event does. Rule F75. */
function hearBirthConsent(entry: DeviceEntry, { consent, consentId }: Birth, atMs: number): void {
  if (consentId === '' || consent === 'natural') {
    Object.assign(entry, { consent: 'natural', consentId: '', consentMs: Number.NaN })
    return
  }
  const known = entry.consents.find((each) => each.consentId === consentId)
  if (known === undefined) {
    const given = { consentId, mode: consent, untilWallMs: Number.POSITIVE_INFINITY }
    const undated = { ...given, ...UNDATED, boot: -1, atS: 0 }
    keepConsents(entry, withConsent(entry.consents, undated), atMs)
  }
  entry.consentMs = givenMsOf(entry.consents, consentId)
  entry.consent = consent
  entry.consentId = consentId
}
