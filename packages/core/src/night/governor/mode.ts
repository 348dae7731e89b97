/**
 * What a device may do: `natural` records only, `guidance` suggests while every actuator is silent,
 * `control` acts by leases. The state after installing, updating, restoring or an incident is
 * `natural`. Rules N17-N20 of SPEC.md.
 */
export type Mode = 'natural' | 'guidance' | 'control'

/** A mode's place in the order natural 0 < guidance 1 < control 2. */
export function modeRank(mode: Mode): 0 | 1 | 2 {
  if (mode === 'control') return 2
  return mode === 'guidance' ? 1 : 0
}

/** The lower of two modes. */
export function lowerMode(a: Mode, b: Mode): Mode {
  return modeRank(a) < modeRank(b) ? a : b
}
