import { autonomyBreach, type KnownRights, type ToldAct } from '../anomaly/autonomy.ts'
import { GRANT_TTL_S } from '../failsafe/granting.ts'
import { consentOf } from './consents.ts'
import type { DeviceEntry } from './device-entry.ts'
import { MOST_GIVEN } from './grants.ts'
import type { Outbox } from './outbox.ts'
import { follow } from './wishes.ts'

/**
 * Looks at an act: outside the consent or the grant that it names it is told of at once, the first
 * as any. What it rested on is looked up among the last that the device told of and was given, so
 * that an act which is told late is judged by what was then. Rule F54 of SPEC.md.
 */
export function audit(
  entry: DeviceEntry,
  { act, boot, atMs }: { readonly act: ToldAct; readonly boot: number; readonly atMs: number },
  out: Outbox,
): void {
  entry.night.acts++
  const isNow = boot === entry.boot
  const consent = consentOf(entry.consents, act.consentId, boot, isNow ? entry.wallOffsetS : 0)
  const grant = grantOf(entry, act, boot)
  if (grant === 'forgotten') return
  const breach = autonomyBreach(act, { consent, grant, enrolled: true })
  if (breach === undefined) return
  follow(entry, { kind: 'safety', atMs, cause: 'act-outside-consent', begins: true }, out)
  out.tell({ kind: 'breach', breach, device: entry.device, release: entry.release })
}

/**
 * The grant that an act names, if it was given; otherwise the newest of that boot. One that is
 * older than all that are remembered is forgotten, and known to be over all the same when the act
 * is later than its life can have been.
 */
function grantOf(
  { given }: DeviceEntry,
  act: ToldAct,
  boot: number,
): KnownRights['grant'] | 'forgotten' {
  const ofBoot = given.filter(({ grant }) => grant.boot === boot)
  const named = ofBoot.find(({ grant }) => grant.id === act.grant && grant.epoch === act.epoch)
  const known = (named ?? ofBoot.at(-1))?.grant
  if (named === undefined && given.length >= MOST_GIVEN) {
    const oldest = given[0]!.grant
    const isOlder = act.epoch === oldest.epoch ? act.grant < oldest.id : act.epoch < oldest.epoch
    const isOver = oldest.boot === boot && act.atS > oldest.heardS + GRANT_TTL_S
    if (isOlder) return isOver ? undefined : 'forgotten'
  }
  if (known === undefined) return undefined
  const { id, epoch, ceiling, heardS, ttlS } = known
  return { id, epoch, ceiling, untilS: heardS + ttlS }
}
