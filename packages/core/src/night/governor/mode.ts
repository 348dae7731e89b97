/**
 * What a device may do: `natural` records only, `guidance` suggests while every actuator is silent,
 * `control` acts by leases. The state after installing, updating, restoring or an incident is
 * `natural`.
 */
export type Mode = 'natural' | 'guidance' | 'control'
