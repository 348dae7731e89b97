import type { Action } from '../../night/governor/lease.ts'
import type { DeviceCause } from '../telemetry/device-event.ts'

/** Longest time from a fall of the mode to silence and dark, s. */
export const FADE_S = 5

/**
 * What is left of an action's level, 1 to 0, some seconds after the mode fell: a smooth way down
 * (cubic, level at both ends) within `FADE_S`, so that the end of a sound is no sound of its own.
 * The sleeper's own alarm is none of the mode's business and stays as it is. A time that is unknown
 * (NaN) is past. Rules F68 and F69 of SPEC.md.
 */
export function levelAfterFall(action: Action, sinceS: number): number {
  if (action === 'wake') return 1
  if (!(sinceS < FADE_S)) return 0
  const t = Math.max(0, sinceS) / FADE_S
  return 1 - t * t * (3 - 2 * t)
}

/**
 * Who is told when a device falls to natural, and when; a sleeper never in the night: the types
 * have no word for it. A follower hears of what may need somebody, nobody of what was wished.
 */
export function toldOfFall(cause: DeviceCause): 'nobody' | 'follower' | 'sleeper-in-the-morning' {
  if (cause === 'sleeper' || cause === 'start') return 'nobody'
  return cause === 'fault' || cause === 'governor' ? 'follower' : 'sleeper-in-the-morning'
}
