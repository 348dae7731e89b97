import { assert } from '../../math/assert.ts'
import { type Random, seededRandom } from '../../math/random.ts'
import { admissionFor, takeToken, tokenBucket } from '../recovery/admission.ts'
import { backOffS, firstWaitS } from '../recovery/spread.ts'

/** How devices of some make come back, as times to wait. */
export type ComingBack = {
  readonly name: string
  /** Before the first attempt, s after power or connection is back. */
  firstWaitS(device: number, random: Random): number
  /** After `failures` failed attempts in a row, from 1, s. */
  nextWaitS(failures: number, random: Random): number
}

/** A fleet that comes back at once through one front door. */
export type Storm = {
  readonly devices: number
  readonly handshakesPerS: number
  /** Power returns to the devices evenly within so many seconds. */
  readonly powerWithinS: number
  /** The centre itself is there from then on, s after the power; attempts before fail. */
  readonly doorOpensS: number
  readonly seed: number
}

/** What the front door saw; times are s after it could let the first one in. */
export type StormReport = {
  readonly peakOfferedPerS: number
  readonly peakAdmittedPerS: number
  /** Attempts made, those against a closed door too, over devices. */
  readonly attemptsPerDevice: number
  /** Attempts after the door opened, over devices. */
  readonly attemptsAtDoor: number
  readonly t50S: number
  readonly t99S: number
  /** All are in, or Infinity when they are not within `LONGEST_STORM_S`. */
  readonly allS: number
}

/** The spread window and the back-off of rules F70-F72. */
export function spreadComingBack(spreadS: number): ComingBack {
  return {
    name: 'spread window (ours)',
    firstWaitS: (device) => firstWaitS(`device-${device}`, 1, spreadS),
    nextWaitS: (failures, random) => backOffS(failures, random.uniform(), spreadS),
  }
}

/** A storm is looked at for so long after the door opened, s. */
export const LONGEST_STORM_S = 14_400
/** Attempts are ordered to a tenth of a second. */
const SLOT_S = 0.1

/**
 * Runs a storm: every attempt asks the front door's token bucket; who is refused comes again as its
 * kind does. Refusals are free, which flatters those who make many.
 */
export function runStorm(storm: Storm, kind: ComingBack): StormReport {
  const { devices, doorOpensS } = storm
  assert(devices >= 1 && devices <= 10_000_000, `${devices} devices`)
  const slots = Math.ceil((doorOpensS + LONGEST_STORM_S) / SLOT_S)
  const queue = slotQueue(slots, devices)
  const random = seededRandom(storm.seed)
  for (let device = 0; device < devices; device++) {
    const powerS = random.uniform() * storm.powerWithinS
    queue.put(device, slotOf(powerS + kind.firstWaitS(device, random)))
  }
  const failures = new Uint8Array(devices)
  const tally = stormTally(storm)
  let bucket = tokenBucket(admissionFor(devices, storm.handshakesPerS), doorOpensS * 1000)
  for (let slot = 0; slot < slots && tally.admitted() < devices; slot++) {
    const atS = slot * SLOT_S
    for (let device = queue.first(slot); device >= 0; device = queue.first(slot)) {
      const open = atS >= doorOpensS
      const taken = open ? takeToken(bucket, atS * 1000) : { bucket, admitted: false }
      bucket = taken.bucket
      tally.attempt(atS, taken.admitted)
      if (taken.admitted) continue
      failures[device] = Math.min(255, failures[device]! + 1)
      const wait = slotOf(kind.nextWaitS(failures[device]!, random))
      // A wait of nothing is the next slot: no attempt is followed by one of the same moment.
      queue.put(device, slot + Math.max(1, wait))
    }
  }
  return tally.report()
}

function slotOf(seconds: number): number {
  return Math.round(seconds / SLOT_S)
}

/** Devices that wait for their slot of time, in a list for each slot. */
function slotQueue(slots: number, devices: number) {
  const heads = new Int32Array(slots).fill(-1)
  const next = new Int32Array(devices).fill(-1)
  return {
    put(device: number, slot: number): void {
      if (slot >= slots) return
      next[device] = heads[slot]!
      heads[slot] = device
    },
    first(slot: number): number {
      const device = heads[slot]!
      if (device >= 0) heads[slot] = next[device]!
      return device
    },
  }
}

function stormTally({ devices, doorOpensS }: Storm) {
  const offered = new Uint32Array(LONGEST_STORM_S)
  const letIn = new Uint32Array(LONGEST_STORM_S)
  let attempts = 0
  let atDoor = 0
  let admitted = 0
  const times = { half: Number.POSITIVE_INFINITY, most: Number.POSITIVE_INFINITY }
  let allS = Number.POSITIVE_INFINITY
  return {
    admitted: () => admitted,
    attempt(atS: number, isIn: boolean): void {
      attempts++
      const sinceS = atS - doorOpensS
      if (sinceS < 0) return
      atDoor++
      offered[Math.floor(sinceS)]! += 1
      if (!isIn) return
      admitted++
      letIn[Math.floor(sinceS)]! += 1
      if (admitted === Math.ceil(devices * 0.5)) times.half = sinceS
      if (admitted === Math.ceil(devices * 0.99)) times.most = sinceS
      if (admitted === devices) allS = sinceS
    },
    report: (): StormReport => ({
      peakOfferedPerS: offered.reduce((most, n) => Math.max(most, n), 0),
      peakAdmittedPerS: letIn.reduce((most, n) => Math.max(most, n), 0),
      attemptsPerDevice: attempts / devices,
      attemptsAtDoor: atDoor / devices,
      ...{ t50S: times.half, t99S: times.most, allS },
    }),
  }
}
