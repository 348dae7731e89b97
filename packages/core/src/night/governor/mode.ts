/**
 * What a device may do: `natural` records only, `guidance` suggests while all is silent, `control`
 * acts by leases. After installing, updating, restoring or an incident: `natural` (N17-N20).
 */
export type Mode = 'natural' | 'guidance' | 'control'

/** A mode's place in the order natural 0 < guidance 1 < control 2. */
export function modeRank(mode: Mode): number {
  if (mode === 'natural') return 0
  return mode === 'guidance' ? 1 : 2
}
