import { type NightParts, type NightState, startNight, step } from '../loop/night-loop.ts'
import type { Loop } from './loop-run.ts'

/** The night's own loop with its parts, as something that runs a box again. */
export function nightOf(parts: NightParts): Loop<NightState> {
  return { start: (header) => startNight(header, parts), step }
}
