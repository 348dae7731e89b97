import { atan2, cos, PI, sin } from '../../math/elementary.ts'
import type { Sos } from '../../signal/iir.ts'

/** How far a recursive filter turns a tone, radians, negative = late, in (-pi n, pi n). */
export function sosPhase(sos: Sos, hz: number, rateHz: number): number {
  const w = (2 * PI * hz) / rateHz
  const [c1, s1, c2, s2] = [cos(w), sin(w), cos(2 * w), sin(2 * w)]
  let phase = 0
  for (const [b0, b1, b2, a1, a2] of sos) {
    const above = atan2(-(b1 * s1 + b2 * s2), b0 + b1 * c1 + b2 * c2)
    const below = atan2(-(a1 * s1 + a2 * s2), 1 + a1 * c1 + a2 * c2)
    phase += above - below
  }
  return phase
}

/** The same for one filter, worked out anew only when the frequency has changed. */
export function delayOf(sos: Sos, rateHz: number): (hz: number) => number {
  let [known, phase] = [Number.NaN, Number.NaN]
  return (hz) => {
    if (hz !== known) {
      known = hz
      phase = sosPhase(sos, hz, rateHz)
    }
    return phase
  }
}
