import {
  type Pacemaker,
  type PacemakerName,
  pacemakerOf,
  stepPacemaker,
} from '../packages/core/src/clock/index.ts'
import { exp, type Random, seededRandom } from '../packages/core/src/math/index.ts'
import type {
  PersonalRecord,
  PersonalSeries,
  SleepEpisode,
} from '../packages/core/src/sleep/index.ts'

/** A made-up person whose clock is known, and what they wrote down and wore. */
export type MadeUpSleeper = {
  readonly record: PersonalRecord
  readonly truth: {
    readonly tauH: number
    readonly sleepNeedH: number
    readonly lightSensitivity: number
    /** Of the last night, hours from the midnight before waking. */
    readonly cbtminH: number
    readonly dlmoH: number
  }
  readonly dlmoMs: readonly number[]
  readonly model: PacemakerName
}

/** The clocks of made-up people: none that a fit uses. */
export type MadeUpClock = 'hannay19tp' | 'hilaire07'

/** What is known of a made-up person beside the diary. */
export type MadeUpEvidence = 'diary' | 'light'

const DT_H = 0.1
const WARM_DAYS = 28
/** 2026-01-05, a Monday. */
const EPOCH_MS = Date.UTC(2026, 0, 5)

/**
 * Melatonin is the tighter marker of the two: CBTmin strays about it from person to person
 * (Benloucif et al. 2005, 10.1177/0748730404273983).
 */
const MIDDLE_DLMO_TO_CBTMIN_H = 7.2

/**
 * Hours from each model's own CBTmin to that of people with ordinary sleep: with this, a made-up
 * population has its DLMO where the literature has it for its bedtimes, on average.
 */
const MARKER_SHIFT_H: Readonly<Record<MadeUpClock, number>> = { hannay19tp: 2.45, hilaire07: 0.2 }

/**
 * One person of a seed. The clock is a model that no fit uses, with a period, a light sensitivity,
 * a phase angle, a sleep need and a sleep debt that are drawn; weeks of work with alarms; light of
 * the season, of rooms and of ways outside; nights with noise, and now and then a party.
 */
export function madeUpSleeper(
  seed: number,
  nights: number,
  clock: MadeUpClock = seed % 2 === 0 ? 'hannay19tp' : 'hilaire07',
  evidence: MadeUpEvidence = 'diary',
): MadeUpSleeper {
  const random = seededRandom(seed * 7919 + 13)
  const person = personOf(random, clock)
  const days = WARM_DAYS + nights
  const light: number[] = []
  const episodes: SleepEpisode[] = []
  const state = Float64Array.from(person.pacemaker.initialState)
  let clockH = 4.5 // CBTmin of the day, hours from midnight, marker shift included
  let debt = 0
  let last = { cbtminH: NaN, dlmoH: NaN }
  for (let day = 0; day < days; day++) {
    const night = nightOf(random, person, day, clockH, debt)
    const recent = night.offsetH - night.onsetH
    debt = 0.65 * debt + 0.35 * (person.needH - recent)
    // The day of light runs from this waking's noon before to the next noon.
    const minimum = liveDay(random, person, state, day, night, light)
    if (!Number.isNaN(minimum)) clockH = minimum + person.shiftH
    last = {
      cbtminH: clockH - MIDDLE_DLMO_TO_CBTMIN_H + person.dlmoToCbtminH,
      dlmoH: clockH - MIDDLE_DLMO_TO_CBTMIN_H,
    }
    if (day >= WARM_DAYS) episodes.push(episodeOf(random, person, day, night))
  }
  return {
    record: {
      format: 'made-up',
      zone: 'UTC',
      zoneFrom: 'given',
      episodes,
      series: evidence === 'light' ? [wornLight(random, light)] : [],
      warnings: [],
    },
    truth: {
      tauH: person.tauH,
      sleepNeedH: person.needH,
      lightSensitivity: person.sensitivity,
      ...last,
    },
    dlmoMs: [EPOCH_MS + ((days - 1) * 24 + last.dlmoH + 0.3 * random.normal()) * 3_600_000],
    model: clock,
  }
}

type Person = {
  readonly pacemaker: Pacemaker
  readonly tauH: number
  readonly sensitivity: number
  readonly needH: number
  readonly dlmoToCbtminH: number
  readonly shiftH: number
  /** DLMO to natural sleep onset. */
  readonly angleH: number
  /** Bedtime that life asks for, and how far the person gives in to it, 0..1. */
  readonly socialOnsetH: number
  readonly givesIn: number
  readonly alarmH: number
  /** Sleep taken beyond or short of the need when nothing ends it. */
  readonly lieInH: number
  readonly works: boolean
  readonly flags: boolean
  readonly noiseH: number
  readonly indoorLux: number
  readonly eveningLux: number
  readonly outsideH: number
  readonly dawnH: number
}

function personOf(random: Random, clock: MadeUpClock): Person {
  const tauH = 24.15 + 0.2 * random.normal()
  const sensitivity = exp(0.6 * random.normal())
  const late = random.normal()
  const socialOnsetH = -0.6 + 0.8 * late + 0.25 * ((tauH - 24.15) / 0.2)
  return {
    pacemaker: pacemakerOf(clock, { ...periodLetters(clock, tauH), lightGain: sensitivity }),
    tauH,
    sensitivity,
    needH: 8.1 + 0.8 * random.normal(),
    dlmoToCbtminH: MIDDLE_DLMO_TO_CBTMIN_H + 0.6 * random.normal(),
    shiftH: MARKER_SHIFT_H[clock] + 0.6 * random.normal(),
    angleH: 2.4 + 1.7 * random.normal(),
    socialOnsetH,
    givesIn: 0.1 + 0.5 * random.uniform(),
    alarmH: socialOnsetH + 7.4 + 0.6 * random.normal(),
    lieInH: 0.3 * random.normal(),
    works: random.uniform() < 0.75,
    flags: random.uniform() < 0.4,
    noiseH: 0.3 + 0.5 * random.uniform(),
    indoorLux: 350 * exp(0.6 * random.normal()),
    eveningLux: 45 * exp(0.6 * random.normal()),
    outsideH: 0.3 + 1.7 * random.uniform(),
    dawnH: 4.5 + 3.5 * random.uniform(),
  }
}

/** In darkness the published two populations turn in 24.20 h; both are moved together. */
const TWO_POPULATIONS_H = { tauV: 24.25, tauD: 24, together: 24.2 }

function periodLetters(clock: MadeUpClock, periodH: number): Record<string, number> {
  if (clock === 'hilaire07') return { tau: periodH, zoneByPhase: 1 }
  const { tauV, tauD, together } = TWO_POPULATIONS_H
  return { tauV: tauV + periodH - together, tauD: tauD + periodH - together }
}

type Night = {
  readonly onsetH: number
  readonly offsetH: number
  readonly alarm: boolean
  readonly workday: boolean
}

function nightOf(random: Random, person: Person, day: number, clockH: number, debt: number): Night {
  const workday = person.works && day % 7 < 5
  const natural = clockH - MIDDLE_DLMO_TO_CBTMIN_H + person.angleH
  const social = person.socialOnsetH + (workday ? 0 : 0.6)
  const drawn = social + (1 - person.givesIn) * (natural - social) - 0.15 * debt
  const party = !workday && random.uniform() < 0.08 ? 1.5 * random.uniform() + 0.5 : 0
  const onsetH = drawn + person.noiseH * heavy(random) + party
  const pull = 0.4 * (natural - onsetH)
  const wake =
    onsetH + person.needH + person.lieInH + 0.5 * debt + pull + person.noiseH * heavy(random)
  const alarm = workday && person.alarmH < wake
  const offsetH = Math.max(onsetH + 3, alarm ? person.alarmH + 0.1 * random.normal() : wake)
  return { onsetH, offsetH, alarm, workday }
}

/** A noise with tails: normal over the root of a small chi-square. */
function heavy(random: Random): number {
  let square = 0
  for (let i = 0; i < 5; i++) square += random.normal() ** 2
  return (0.8 * random.normal()) / Math.sqrt(square / 5)
}

/** From the noon before waking to noon; returns that day's minimum (NaN: none), h from midnight. */
function liveDay(
  random: Random,
  person: Person,
  state: Float64Array,
  day: number,
  night: Night,
  light: number[],
): number {
  const { pacemaker } = person
  const bout = 9 + 8 * random.uniform()
  const wet = exp(0.8 * random.normal())
  let minimum = NaN
  let phase = pacemaker.phaseRad(state)
  for (let step = 0; step < 240; step++) {
    const hour = -12 + (step + 1) * DT_H
    const asleep = hour > night.onsetH && hour <= night.offsetH
    const lux = asleep ? 0 : luxAt(person, ((hour % 24) + 24) % 24, bout, wet)
    light.push(lux)
    stepPacemaker(
      pacemaker,
      state,
      pacemaker.alpha(lux),
      asleep ? 0 : 1,
      day * 24 + hour,
      DT_H,
      state,
    )
    const next = pacemaker.phaseRad(state)
    if (phase < 0 && next >= 0 && next - phase < Math.PI)
      minimum = hour - DT_H + pacemaker.cbtminOffsetH
    phase = next
  }
  return minimum
}

function luxAt(person: Person, clock: number, bout: number, wet: number): number {
  const dusk = 24 - person.dawnH
  const daylight = clock > person.dawnH && clock < dusk
  if (daylight && clock > bout && clock < bout + person.outsideH) return 4000 * wet
  if (daylight && clock < 18) return person.indoorLux
  return daylight ? 0.6 * person.indoorLux : person.eveningLux
}

function episodeOf(random: Random, person: Person, day: number, night: Night): SleepEpisode {
  const at = (hours: number): number =>
    EPOCH_MS + (day * 24 + Math.round(hours * 12) / 12) * 3_600_000
  const latency = 0.1 + 0.3 * random.uniform()
  return {
    bedMs: at(night.onsetH - latency),
    onsetMs: at(night.onsetH),
    offsetMs: at(night.offsetH),
    kind: 'main',
    provenance: 'reported',
    source: 'diary',
    alarm: person.flags ? night.alarm : undefined,
    workday: person.flags ? night.workday : undefined,
  }
}

function wornLight(random: Random, light: readonly number[]): PersonalSeries {
  const error = exp(0.25 * random.normal())
  const startMs = EPOCH_MS - 12 * 3_600_000
  const from = WARM_DAYS * 240
  const kept = light.slice(from)
  return {
    kind: 'photopicLux',
    source: 'logger',
    provenance: 'measured',
    timesMs: Float64Array.from(kept, (_, i) => startMs + (from + i) * DT_H * 3_600_000),
    values: Float32Array.from(kept, (lux) => lux * error),
    epochS: 360,
  }
}
