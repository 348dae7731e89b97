import type { Mode } from '../../night/governor/mode.ts'
import { NIGHTS_THAT_BIND, TAPER_SHARES, taperCeiling } from '../recovery/taper.ts'
import { CREDENTIAL_S } from '../session/credential.ts'
import { NIGHT_S } from './counts.ts'
import type { DeviceEntry } from './device-entry.ts'

const DAY_MS = 86_400_000
/** Clocks of a device and of the centre may differ by so much, as in a credential, ms. */
const CLOCKS_MS = CREDENTIAL_S * 1000

/**
 * What the end of the consent leaves of control just now. A consent that runs out is an end that is
 * planned: after five nights in a row in control under it, its last three nights have control for
 * their first 75, 50 and 25 % of 8 h from sleep onset, and guidance then. A night belongs to the
 * moment at which it began; before sleep it is at its begin. Where no end was told none is planned,
 * and a sleeper who consents anew before those nights has none of it; after it there is no control.
 * Rule F78 of SPEC.md.
 */
export function plannedCeiling(entry: DeviceEntry, atMs: number): Mode {
  const { consentId, night } = entry
  const untilMs = untilMsOf(entry)
  const beganMs = night.sinceMs >= 0 ? night.sinceMs : atMs
  const nightsSince = TAPER_SHARES.length - Math.ceil((untilMs - beganMs) / DAY_MS)
  // Written so that an end that is not known is none.
  if (!(nightsSince >= 0)) return 'control'
  if (nightsSince >= TAPER_SHARES.length) return 'guidance'
  const nightsInControl = night.controlledBy === consentId ? night.controlNights - nightsSince : 0
  if (nightsInControl < NIGHTS_THAT_BIND) return 'control'
  const share = (atMs - beganMs) / 1000 / NIGHT_S
  return taperCeiling({ cause: 'planned', nightsInControl, nightsSince }, share)
}

/**
 * What the consent in force allows just now by the centre's own clock: nothing once it ended by
 * itself, whatever the device's clock says by then. Clocks may differ by ten minutes. Rule F20.
 */
export function consentNow(entry: DeviceEntry, atMs: number): Mode {
  return atMs >= untilMsOf(entry) + CLOCKS_MS ? 'natural' : entry.consent
}

/** When the consent in force ends by itself, ms; Infinity or NaN = that is not known. */
function untilMsOf({ consents, consentId }: DeviceEntry): number {
  return consents.find((each) => each.consentId === consentId)?.untilWallMs ?? Number.NaN
}
