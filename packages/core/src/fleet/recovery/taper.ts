import type { Mode } from '../../night/governor/mode.ts'

/** Shares of a night that control may last on the nights after its planned end. */
export const TAPER_SHARES: readonly number[] = [0.75, 0.5, 0.25]
/** Nights in a row in control after which an abrupt end may rebound. */
export const NIGHTS_THAT_BIND = 5

/** Why control ends for a device. */
export type ControlEnd = 'planned' | 'incident' | 'failsafe' | 'consent' | 'fault'

/** What the end of control of one device is like. */
export type Taper = {
  readonly cause: ControlEnd
  /** Nights in a row before the end on which it was in control. */
  readonly nightsInControl: number
  /** Whole nights since, 0 on the first. */
  readonly nightsSince: number
}

/**
 * The highest mode for a device whose control ends, at a share 0..1 of its consented hours: a
 * planned end after five nights or more is spread over three nights, each with control for its
 * first 75, 50 and 25 %, by grants that live as any other. Every other end is abrupt: safety before
 * softness. In the debt model of the reference (one point calibrated, an assumption) a release in
 * steps lowers the REM share of the first free night from 26.6 to 24.5 %. Unknown numbers taper
 * nothing. Rule F78 of SPEC.md.
 */
export function taperCeiling(taper: Taper, shareOfNight: number): Mode {
  if (taper.cause !== 'planned' || !(taper.nightsInControl >= NIGHTS_THAT_BIND)) return 'guidance'
  const share = TAPER_SHARES[taper.nightsSince]
  return share !== undefined && shareOfNight < share ? 'control' : 'guidance'
}
