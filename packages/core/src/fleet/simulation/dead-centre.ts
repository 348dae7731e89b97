import type { Breach } from './flaw.ts'
import { daysBefore } from './history.ts'
import { SimFleet } from './sim-fleet.ts'
import { FOUL } from './sky.ts'

/** What became of a fleet whose centre died for good. */
export type DeadCentreReport = {
  readonly breach: Breach | undefined
  /** Devices above natural when it died. */
  readonly above: number
  /** Time after which the last of them was natural, s. */
  readonly lastNaturalS: number
}

/** Earliest death, and the range of it, ms: somewhere between two renewals. */
const DEATH_MS = 240_000
const DEATH_RANGE_MS = 60_000
/** How long, and how closely, the devices are looked at after it, ms. */
const AFTER_MS = 200_000
const LOOK_MS = 100

/**
 * The centre dies in foul weather and nobody brings it back, with clocks that are up to 2 % slow
 * and fast: after how long everybody is natural (target S1: 90 s).
 */
export function runDeadCentre(seed: number, devices: number): DeadCentreReport {
  const fleet = new SimFleet({ seed, devices, handshakesPerS: Math.max(5, devices / 20) })
  daysBefore(fleet, 0)
  fleet.sky.weather = FOUL
  fleet.run(DEATH_MS + fleet.random.uniform() * DEATH_RANGE_MS)
  const diedMs = fleet.nowMs
  const above = fleet.devices.filter(({ mode }) => mode !== 'natural').length
  fleet.centre.die()
  let lastNaturalS = 0
  while (fleet.nowMs < diedMs + AFTER_MS && fleet.witness.breach === undefined) {
    fleet.run(fleet.nowMs + LOOK_MS)
    const isAbove = fleet.devices.some(({ mode }) => mode !== 'natural')
    if (isAbove) lastNaturalS = (fleet.nowMs + LOOK_MS - diedMs) / 1000
  }
  return { breach: fleet.witness.breach, above, lastNaturalS }
}
