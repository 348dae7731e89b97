/**
 * What a device may do: `natural` records only, `guidance` suggests while every actuator is silent,
 * `control` acts by leases. The state after installing, updating, restoring or an incident is
 * `natural`. Rules N17-N20 of SPEC.md.
 */
export type Mode = 'natural' | 'guidance' | 'control'

const RANKS: Readonly<Record<Mode, number>> = { natural: 0, guidance: 1, control: 2 }

/** A mode's place in the order natural 0 < guidance 1 < control 2. */
export function modeRank(mode: Mode): number {
  return RANKS[mode]
}
