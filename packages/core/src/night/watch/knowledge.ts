import type { Arrival } from './arrival.ts'
import type { WatchFacts } from './facts.ts'
import type { LeadWatch } from './lead-watch.ts'
import type { SideWatch } from './side-watch.ts'
import type { Sightings } from './sightings.ts'
import type { StageWatch } from './stage-watch.ts'
import type { Unrest } from './unrest.ts'

/** All that facts are read from. */
export type Knowing = {
  readonly rateHz: number
  readonly lead: LeadWatch
  readonly side: SideWatch
  readonly stages: StageWatch
  readonly sightings: Sightings
  readonly movement: Unrest
  readonly arousal: Unrest
  readonly arrival: Arrival
}

const MINUTE_S = 60

/** A reader of facts: each call brings the one object up to date for the next sample. */
export function factReader(from: Knowing): (next: number) => WatchFacts {
  const facts = {} as WatchFacts
  return (next) => {
    facts.sample = next
    readStages(facts, from, next)
    readUnrest(facts, from, next)
    readSignal(facts, from, next)
    readEvents(facts, from, next)
    return facts
  }
}

function readStages(facts: WatchFacts, { stages, rateHz }: Knowing, next: number): void {
  const { clock, about } = stages
  const said = !Number.isNaN(about)
  facts.stages = said ? stages.probabilities : undefined
  facts.stageQuality = said ? stages.quality : undefined
  facts.stageAgeMs = said ? ((next - about) * 1000) / rateHz : undefined
  facts.sleepOnset = known(clock.onset)
  facts.stableNremS = said ? clock.stableNremS : undefined
  facts.n3S = said ? clock.n3S : undefined
  facts.remMean = known(clock.remMean)
  facts.remS = said ? clock.remS : undefined
}

function readUnrest(facts: WatchFacts, from: Knowing, next: number): void {
  const { movement, arousal, rateHz } = from
  facts.disturbed = movement.active || arousal.active
  // The one that is under way, or the one whose last sign is the later.
  const arousalCounts = movement.active
    ? false
    : arousal.active || !(movement.lastSign >= arousal.lastSign)
  const counts = arousalCounts && !Number.isNaN(arousal.lastSign) ? arousal : movement
  facts.disturbedBy = counts.cause
  const over = Number.isNaN(counts.lastSign) || facts.disturbed
  facts.sinceDisturbedMs = over ? undefined : ((next - counts.lastSign) * 1000) / rateHz
}

function readSignal(facts: WatchFacts, from: Knowing, _next: number): void {
  const { lead, stages, side, arrival, rateHz } = from
  const { contact } = lead
  const ms = 1000 / rateHz
  facts.deltaRmsUv = known(lead.deltaRmsUv)
  facts.muscleRmsUv = known(lead.muscleRmsUv)
  facts.deepS = Number.isNaN(lead.deltaRmsUv) ? undefined : stages.deepS
  facts.missing = contact.missingRun > 0 || contact.secondMissing
  facts.flat = contact.flat
  facts.clipped = contact.railed
  facts.contactLost = contact.lost
  facts.gapMs = contact.missingRun * ms
  facts.lastGapMs = Number.isNaN(contact.lastGap) ? undefined : contact.lastGap * ms
  facts.sinceGapMs = facts.lastGapMs === undefined ? undefined : contact.sinceReset * ms
  facts.rateError = arrival.rateError()
  facts.heartBpm = known(side.heart?.bpm)
  facts.chinRmsUv = known(side.chin?.rms)
  facts.motionG = known(side.motionG())
}

function readEvents(facts: WatchFacts, from: Knowing, next: number): void {
  const { lead, side, sightings, rateHz } = from
  const minute = MINUTE_S * rateHz
  const whole = lead.contact.sinceReset >= minute && lead.contact.missingRun === 0
  facts.slowWavesPerMin = whole ? sightings.waves.within(minute, next) : undefined
  facts.spindlesPerMin = whole ? sightings.spindles.within(minute, next) : undefined
  const eyes = side.eyes !== undefined && whole
  facts.eyeMovementsPerMin = eyes ? sightings.eyeMovements.within(minute, next) : undefined
  facts.slowWaveGain = lead.waves.gain
}

function known(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value
}
