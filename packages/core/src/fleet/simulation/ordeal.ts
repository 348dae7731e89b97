import { modeRank } from '../../night/governor/mode.ts'
import { Faults } from './faults.ts'
import type { Breach, Flaw } from './flaw.ts'
import { daysBefore } from './history.ts'
import type { LedgerCounts } from './ledger.ts'
import { workIncidents } from './operators.ts'
import { SimFleet } from './sim-fleet.ts'

/** What an ordeal is; the same setting gives the same run to the last bit. */
export type OrdealSetting = {
  readonly seed: number
  /** 1 to 100,000. */
  readonly devices: number
  /** Time with faults; the time without, in which all must be well again, comes on top. */
  readonly minutes: number
  readonly flaw?: Flaw
}

/** What became of an ordeal. */
export type OrdealReport = {
  /** The first invariant that was broken, and the run ends there; undefined = none was. */
  readonly breach: Breach | undefined
  readonly events: number
  /** Of everything the witness saw: two runs of a setting have the same. */
  readonly digest: number
  readonly counts: LedgerCounts
  readonly epoch: number
  /** Simulated time, s. */
  readonly simulatedS: number
}

/** Time without faults at the begin, ms. */
const CALM_MS = 60_000
/** A step of an ordeal, as long as the fleet's own between two looks at its witness, ms. */
const STEP_MS = 1000
/** Of a fleet of n devices the door takes n/20 connections a second, 5 at least. */
const DEVICES_PER_HANDSHAKE = 20
const LEAST_HANDSHAKES = 5
/** Rings of people that the rollout went through before: it stands at 1 %, 10 % or 50 %. */
const LEAST_RINGS = 3
/** Entries that a device may hold which were made in the last moments. */
const MOST_FRESH = 4

/**
 * A fleet of real sessions and real reducers under every fault at once, as a seed says, then a time
 * without: whether the invariants hold at every event, and whether everybody is back within the
 * bound.
 */
export function runOrdeal(setting: OrdealSetting): OrdealReport {
  const steps = ordealSteps(setting)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/**
 * `runOrdeal` in steps of a second of simulated time, for who must look up in between. Each step
 * gives the share that is over, 0..1; what is returned is the same to the last bit.
 */
export function* ordealSteps(setting: OrdealSetting): Generator<number, OrdealReport, void> {
  const { devices, minutes, seed, flaw } = setting
  const handshakesPerS = Math.max(LEAST_HANDSHAKES, devices / DEVICES_PER_HANDSHAKE)
  const fleet = new SimFleet({ seed, devices, handshakesPerS, ...(flaw && { flaw }) })
  daysBefore(fleet, LEAST_RINGS + fleet.random.integer(3))
  workIncidents(fleet)
  const endMs = minutes * 60_000
  const backMs = endMs + backWithinS(fleet.spreadS) * 1000
  const faults = new Faults(fleet, CALM_MS, endMs)
  yield* passing(fleet, endMs, backMs)
  const { witness } = fleet
  if (witness.breach === undefined) {
    faults.stop()
    fleet.sky.queue.after(1000, () => faults.lift())
    yield* passing(fleet, backMs, backMs)
    if (witness.breach === undefined) lookBack(fleet)
  }
  return {
    ...{ breach: witness.breach, events: fleet.sky.queue.done, digest: witness.digest },
    ...{ counts: witness.ledger.counts, epoch: witness.epoch },
    simulatedS: fleet.nowMs / 1000,
  }
}

function* passing(fleet: SimFleet, untilMs: number, wholeMs: number): Generator<number, void> {
  while (fleet.nowMs < untilMs && fleet.witness.breach === undefined) {
    fleet.run(Math.min(untilMs, fleet.nowMs + STEP_MS))
    yield Math.min(1, fleet.nowMs / wholeMs)
  }
}

/**
 * Time within which everybody is back, s: the longest back-off, its own next share of the spread
 * window, a sleeper who asks again after two minutes, a grant with the next frame, and what is
 * under way.
 */
function backWithinS(spreadS: number): number {
  return Math.max(300, 2 * spreadS) + 2 * spreadS + 120 + 30 + 120
}

/** I6 and I7, once all should be well. */
function lookBack({ devices, witness, centre }: SimFleet): void {
  for (const device of devices) {
    const { id, mode, wish, self, session } = device
    const hoped = Math.min(modeRank(wish), modeRank(self.consent), modeRank('guidance'))
    if (modeRank(mode) < hoped) {
      const { epoch, ceiling } = session.grant
      const words = `${id} is natural: live ${session.isLive}, epoch ${epoch}, grant ${ceiling}`
      witness.notBack(`${words}, release ${self.release}`)
    }
    const undelivered = witness.ledger.undelivered(device)
    if (undelivered > MOST_FRESH) witness.notBack(`${id} holds ${undelivered} entries back`)
  }
  if (centre.isUp) centre.desk.checkReplay()
}
