import type { Mode } from '../../night/governor/mode.ts'
import { SANITY, type SanityFinding, type SanityState } from '../anomaly/sanity.ts'
import type { GrantGiven } from '../failsafe/granting.ts'
import type { Follow } from '../incident/follow.ts'
import type { ArmMemory } from '../rollout/arm-count.ts'
import type { RolloutMetric } from '../rollout/metric.ts'
import type { Cohort } from '../telemetry/birth.ts'
import type { DeviceFault } from '../telemetry/device-event.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import { type KnownConsent, MOST_CONSENTS } from './consents.ts'
import { noNight, type SleeperNight } from './sleeper-night.ts'
import { type Durable, nothingDurable } from './watermark.ts'

const DAY_MS = 86_400_000

/** All that a partition knows of one device; plain data that is written in place. */
export type DeviceEntry = {
  readonly device: DeviceId
  publicKey: string
  sleeperKey: string
  /** When it was enrolled, ms. */
  readonly enrolledMs: number
  /** Its key is believed no more. */
  isRevoked: boolean
  isStaff: boolean
  isOnline: boolean
  /** It said goodbye: its silence is no sign. */
  hasLeft: boolean
  /** The start that it was last born in, -1 before the first. */
  boot: number
  /** Highest epoch that it said it knows. */
  epoch: number
  hardware: string
  code: string
  release: number
  takesUpdates: boolean
  cohort: Cohort
  /** What it is compared within: chronotype, age and consent. */
  stratum: string
  /** That, the release and the district, as one text. */
  group: string
  mode: Mode
  /** What the consent in force allows at most. */
  consent: Mode
  consentId: string
  /** Centre time at which that consent was given, as far as is known, ms; NaN = there is none. */
  consentMs: number
  consents: KnownConsent[]
  /** When the youngest of those that were forgotten was signed, ms; -Infinity = none was. */
  forgottenMs: number
  /** When it was last heard before its present start, ms; -1 = never. */
  awayMs: number
  /** The sleeper wants to stay natural. */
  staysNatural: boolean
  faults: DeviceFault[]
  /** What is odd in the newest frame, and what is kept of those before to see it. */
  findings: readonly SanityFinding[]
  sanity: SanityState
  /** Device time at which it was last told that it does not end what must end, s; -1 = never. */
  criticalS: number
  /** Its slot among the models of persons, -1 = none. */
  slot: number
  /** Newest device time of this boot that was heard, s, -1 = none; and when that was, ms. */
  heardS: number
  heardMs: number
  /** When this boot began at the latest, by what was heard of it soonest, ms. */
  bootMs: number
  /** How late what comes just now is by the device's own clock, ms. */
  lateMs: number
  /** Unix time of the boot by the device's wall clock, s; 0 = unknown. */
  wallOffsetS: number
  isAsleep: boolean
  /** The twelve numbers of the newest frame, as they travel. */
  values: number[]
  durable: Durable
  /** Messages since the watermark was last told. */
  sinceMark: number
  /** The last grants, oldest first. */
  given: GrantGiven[]
  asks: PieceAsk[]
  parts: RolloutPart[]
  /** The release that it was last told to run, and when, ms. */
  told: { readonly release: number; readonly atMs: number } | null
  night: SleeperNight
  /** Whom the sleeper named; null = nobody. */
  follow: Follow | null
  /** A row is due, and a grant may be. */
  isDirty: boolean
  isDue: boolean
}

/** A device as an older program wrote it, with what that did not know: when it was enrolled, F83. */
export function completed(entry: DeviceEntry): DeviceEntry {
  const { enrolledMs = 0, follow } = entry
  const isFollowOld = follow !== null && follow.ended === undefined
  if (entry.enrolledMs === enrolledMs && !isFollowOld) return entry
  if (!isFollowOld) return { ...entry, enrolledMs }
  const followers = follow.followers.map((naming) => ({ ...naming, givenMs: naming.givenMs ?? 0 }))
  return { ...entry, enrolledMs, follow: { ...follow, followers, ended: [], endedMs: -1 } }
}

/** A piece of the box that the sleeper was asked for and did not answer. */
export type PieceAsk = {
  readonly incident: string
  readonly fromMs: number
  readonly toMs: number
  readonly askedMs: number
}

/** A device's part in a rollout: its place, and what is counted of it. */
export type RolloutPart = {
  readonly rollout: string
  readonly place: number
  memory: ArmMemory | null
  /** Time asleep since it was counted last, s, and what happened. */
  sleptS: number
  events: RolloutMetric[]
}

/**
 * Keeps the last consents; one that is forgotten does not become new by that. Of one that was dated
 * far ahead no more than a day is remembered: it voids no other for years. Rule F75.
 */
export function keepConsents(
  entry: DeviceEntry,
  consents: readonly KnownConsent[],
  atMs: number,
): void {
  const gone = consents.slice(0, -MOST_CONSENTS)
  for (const { signedMs } of gone) {
    const believedMs = Math.min(signedMs, atMs + DAY_MS)
    if (believedMs > (entry.forgottenMs ?? Number.NEGATIVE_INFINITY)) entry.forgottenMs = believedMs
  }
  entry.consents = consents.slice(-MOST_CONSENTS)
}

/** Somebody of whom nothing is known but the keys. */
export function newEntry(
  device: DeviceId,
  publicKey: string,
  sleeperKey: string,
  enrolledMs: number,
): DeviceEntry {
  return {
    ...{ device, publicKey, sleeperKey, enrolledMs, isRevoked: false, isStaff: false },
    ...{ isOnline: false, hasLeft: true, boot: -1, epoch: 0, hardware: '', code: '', release: 0 },
    ...{
      takesUpdates: false,
      stratum: '',
      group: '',
      mode: 'natural',
      consent: 'natural',
      consentId: '',
    },
    cohort: { chronotype: 'unknown', age: 'unknown', district: 'unknown' },
    ...{
      consentMs: Number.NaN,
      consents: [],
      forgottenMs: Number.NEGATIVE_INFINITY,
      awayMs: -1,
      bootMs: Number.POSITIVE_INFINITY,
      staysNatural: false,
      faults: [],
      findings: [],
    },
    ...{
      sanity: SANITY.begin(),
      criticalS: -1,
      slot: -1,
      heardS: -1,
      heardMs: -1,
      lateMs: 0,
      wallOffsetS: 0,
    },
    ...{ isAsleep: false, values: [], durable: nothingDurable(), sinceMark: 0, given: [] },
    ...{
      asks: [],
      parts: [],
      told: null,
      night: noNight(),
      follow: null,
      isDirty: true,
      isDue: false,
    },
  }
}
