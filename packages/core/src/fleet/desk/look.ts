import { cohortWatchStep } from '../anomaly/cohort-watch.ts'
import { type DistrictPresence, silenceStep } from '../anomaly/silence.ts'
import { cohortSignals, silenceSignal } from '../incident/detector-signal.ts'
import type { IncidentSignal } from '../incident/signal.ts'
import { ladderVerdict } from '../recovery/ladder.ts'
import { countsInput } from '../rollout/arm-count.ts'
import type { DeskOutbox } from './desk-outbox.ts'
import { countFleet, showLadder, showStatus } from './desk-rows.ts'
import { type DeskState, someOf } from './desk-state.ts'
import { moveFailsafe, moveIncidents, moveLadder, moveRollout } from './machines.ts'

/** A step of the fleet's detectors, and of the looks at silence, ms. */
const STEP_MS = 30_000
const SILENCE_MS = 5000
/** Shortest stay on a step of the way back, so that every time zone has had its night, ms. */
const CLIMB_MS: number = 24 * 3_600_000
/** Points of the curve: an hour. */
const MOST_CURVE = 120

/**
 * A second passed: people are called again and rings end; every 5 s districts are looked at, and
 * every 30 s what all partitions counted.
 */
export function look(state: DeskState, atMs: number, out: DeskOutbox): void {
  moveIncidents(state, { kind: 'tick', atMs }, out)
  for (const { plan } of [...state.rollouts]) {
    moveRollout(state, plan.id, { kind: 'tick', atMs }, out)
  }
  if (atMs - state.silenceMs >= SILENCE_MS) {
    state.silenceMs = atMs
    lookAtSilence(state, atMs, out)
  }
  if (atMs - state.lookedMs < STEP_MS) return
  state.lookedMs = atMs
  // The fleet may be larger: another time to spread over.
  state.isStale = true
  lookAtCohorts(state, atMs, out)
  countArms(state, atMs, out)
  climb(state, atMs, out)
  const { online, natural, guidance, control } = countFleet(state)
  state.curve = [...state.curve, { atMs, online, natural, guidance, control }].slice(-MOST_CURVE)
  showStatus(state, out)
}

/** Districts that went dark, over all partitions. */
function lookAtSilence(state: DeskState, atMs: number, out: DeskOutbox): void {
  const { state: silence, begun, ended } = silenceStep(state.silence, districtsOf(state))
  state.silence = silence
  for (const district of begun) raise(state, silenceSignal(district), atMs, out)
  if (begun.length + ended.length > 0) showStatus(state, out)
}

function districtsOf({ sums }: DeskState): DistrictPresence[] {
  const all = new Map<string, DistrictPresence>()
  for (const { districts } of sums.values()) {
    for (const each of districts) {
      const held = all.get(each.district)
      if (held === undefined) {
        all.set(each.district, each)
        continue
      }
      const { district, expected, silent, fellSilent } = held
      all.set(district, {
        ...{ district, expected: expected + each.expected },
        ...{ silent: silent + each.silent, fellSilent: fellSilent + each.fellSilent },
      })
    }
  }
  return [...all.values()]
}

/** Releases against each other; with a single one there is nothing to compare. Rules F52, F53. */
function lookAtCohorts(state: DeskState, atMs: number, out: DeskOutbox): void {
  const tallies = [...state.tallies.values()]
  state.tallies.clear()
  const releases = new Set(tallies.map(({ key }) => key.release))
  if (releases.size < 2) return
  const step = cohortWatchStep(state.watch, tallies)
  state.watch = step.state
  if (step.alarms.length === 0) return
  const running = countFleet(state).releases.map(({ release }) => release)
  for (const signal of cohortSignals(step.alarms, running, (of) => someOf(state, of))) {
    raise(state, signal, atMs, out)
  }
}

function countArms(state: DeskState, atMs: number, out: DeskOutbox): void {
  for (const [rollout, counters] of state.arms) {
    const hasCounts = counters.nights > 0 || Object.keys(counters.counts).length > 0
    if (hasCounts) moveRollout(state, rollout, countsInput(counters, atMs), out)
  }
  state.arms.clear()
}

/**
 * The way back: a night is over when one was slept and a day went by; then control for the first,
 * and for more of them by the evidence. Where nobody of the newest cohort sleeps, and so nothing
 * can be shown, the night alone counts, as in the first ring of a rollout. Rules F74-F76.
 */
function climb(state: DeskState, atMs: number, out: DeskOutbox): void {
  if (state.ladder.standing !== 'climbing') {
    restore(state, atMs, out)
    return
  }
  const { climb: seen } = state
  if (seen.nights > 0) showLadder(state, out)
  const verdict = ladderVerdict(seen.evidence)
  if (verdict === 'stop') {
    moveLadder(state, { kind: 'evidence', verdict }, atMs, out)
    return
  }
  if (atMs - seen.sinceMs < CLIMB_MS || !(seen.nights >= 1)) return
  if (state.ladder.nights === 0) moveLadder(state, { kind: 'night' }, atMs, out)
  const isEmpty = seen.evidence.canaryExposure === 0
  const isQuiet = state.failsafe.granting && !state.failsafe.incidentOpen
  if (isQuiet && (isEmpty || verdict === 'advance')) {
    moveLadder(state, { kind: 'evidence', verdict: 'advance' }, atMs, out)
  }
  restore(state, atMs, out)
}

/** Once the way back gives control to anybody, the switch no longer holds all to guidance. */
function restore(state: DeskState, atMs: number, out: DeskOutbox): void {
  const { ladder, failsafe } = state
  const isHeld = failsafe.granting && failsafe.ceiling !== 'control' && !failsafe.incidentOpen
  if (!isHeld || ladder.cohorts === 0) return
  moveFailsafe(state, { kind: 'restored', atMs }, out)
}

function raise(state: DeskState, signal: IncidentSignal, atMs: number, out: DeskOutbox): void {
  moveIncidents(state, { kind: 'signal', atMs, signal }, out)
}
