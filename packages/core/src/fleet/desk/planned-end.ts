import type { Mode } from '../../night/governor/mode.ts'
import { NIGHTS_THAT_BIND, TAPER_SHARES, taperCeiling } from '../recovery/taper.ts'
import { NIGHT_S } from './counts.ts'
import type { DeviceEntry } from './device-entry.ts'

const DAY_MS = 86_400_000

/**
 * What the end of the consent leaves of control just now. A consent that runs out is an end that is
 * planned: after five nights in a row in control under it, its last three nights have control for
 * their first 75, 50 and 25 % of 8 h from sleep onset, and guidance then. A night belongs to the
 * moment at which it began; before sleep it is at its begin. Where no end was told none is planned,
 * and a sleeper who consents anew before those nights has none of it. Rule F78 of SPEC.md.
 */
export function plannedCeiling({ consents, consentId, night }: DeviceEntry, atMs: number): Mode {
  const untilMs = consents.find((each) => each.consentId === consentId)?.untilWallMs ?? Number.NaN
  const beganMs = night.sinceMs >= 0 ? night.sinceMs : atMs
  const nightsSince = TAPER_SHARES.length - Math.ceil((untilMs - beganMs) / DAY_MS)
  // Written so that an end that is not known is none.
  if (!(nightsSince >= 0 && nightsSince < TAPER_SHARES.length)) return 'control'
  const nightsInControl = night.controlledBy === consentId ? night.controlNights - nightsSince : 0
  if (nightsInControl < NIGHTS_THAT_BIND) return 'control'
  const share = (atMs - beganMs) / 1000 / NIGHT_S
  return taperCeiling({ cause: 'planned', nightsInControl, nightsSince }, share)
}
