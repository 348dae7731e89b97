import { type GrantFacts, grantFor, type NoGrant } from '../failsafe/granting.ts'
import { incidentCeiling, incidentTtlS } from '../incident/incident.ts'
import { ladderCeiling } from '../recovery/ladder.ts'
import { mayHoldGrant } from '../rollout/aim.ts'
import { MISSING } from '../telemetry/channel.ts'
import { GRANT_S, type Grant, type GrantReason } from '../telemetry/grant.ts'
import { countMetric } from './counts.ts'
import type { DeviceEntry } from './device-entry.ts'
import type { Outbox } from './outbox.ts'
import { hearsDesk, type PartitionState } from './partition-state.ts'
import { consentNow, plannedCeiling } from './planned-end.ts'
import type { Standing } from './standing.ts'

/** Grants of a device that are remembered, for acts that are told late: four minutes of them. */
export const MOST_GIVEN = 8

/** Why there is none: what `grantFor` says, or a release that was stopped. */
type Why = NoGrant | 'release-stopped' | 'revoked'

/** What of a fall to natural is said, beside that nothing is granted any more. */
const REASONS: Readonly<Partial<Record<Why, GrantReason>>> = {
  failsafe: 'failsafe',
  incident: 'incident',
  ladder: 'recovery',
  'release-stopped': 'rollout',
  ...{ 'stays-natural': 'normal', 'no-consent': 'normal', 'self-test': 'normal' },
}

/**
 * Gives a device that can be reached the grant that is due to it. Where it may have none and holds
 * one, it is told so at once, though by itself it would be natural within 90 s. Rules F29, F48,
 * F60-F63.
 */
export function weigh(state: PartitionState, entry: DeviceEntry, atMs: number, out: Outbox): void {
  entry.isDue = false
  const { standing } = state
  if (standing === null || !entry.isOnline || entry.heardS < 0) return
  const granting = isStopped(entry, standing)
    ? ({ give: false, why: 'release-stopped' } as const)
    : entry.isRevoked
      ? ({ give: false, why: 'revoked' } as const)
      : grantFor(factsOf(entry, standing, atMs), standing.failsafe, rungOf(entry, standing), atMs)
  if (granting.give) {
    // Without a desk nobody could pull the switch: what is held lapses, until it is heard again.
    if (!hearsDesk(state, atMs)) {
      entry.isDue = true
      return
    }
    give(entry, granting.grant, atMs, out)
    return
  }
  if (granting.why === 'not-due') {
    entry.isDue = entry.heardS > entry.given.at(-1)!.grant.heardS
    return
  }
  if (granting.why === 'self-test') countMetric(entry, 'grant-refused')
  const reason = REASONS[granting.why]
  if (reason !== undefined) sayNatural(entry, standing, reason, atMs, out)
}

/** Says natural to whoever holds a living grant that says more. */
export function sayNatural(
  entry: DeviceEntry,
  { failsafe: { epoch } }: Standing,
  reason: GrantReason,
  atMs: number,
  out: Outbox,
): void {
  const last = entry.given.at(-1)
  const { boot, heardS } = entry
  if (last === undefined || last.grant.boot !== boot || last.grant.ceiling === 'natural') return
  if (atMs - last.atMs >= GRANT_S * 1000 || epoch < last.grant.epoch) return
  const id = last.grant.epoch === epoch ? last.grant.id + 1 : 1
  give(entry, { epoch, id, ceiling: 'natural', heardS, ttlS: 1, boot, reason }, atMs, out)
}

function give(entry: DeviceEntry, grant: Grant, atMs: number, out: Outbox): void {
  const { given } = entry
  const last = given.at(-1)?.grant
  const isOther = last?.ceiling !== grant.ceiling || last.epoch !== grant.epoch
  if (isOther) entry.isDirty = true
  if (given.length >= MOST_GIVEN) given.shift()
  given.push({ grant, atMs })
  out.add({ kind: 'grant', device: entry.device, grant })
}

function isStopped({ release }: DeviceEntry, { aims }: Standing): boolean {
  return !aims.every(({ aim }) => mayHoldGrant(aim, release))
}

function rungOf(entry: DeviceEntry, { ladder }: Standing): ReturnType<typeof ladderCeiling> {
  const { device, consentMs, staysNatural } = entry
  return ladderCeiling(ladder, { device, consentHeardMs: consentMs, staysNatural })
}

function factsOf(entry: DeviceEntry, standing: Standing, atMs: number): GrantFacts {
  const facts: { -readonly [Name in keyof GrantFacts]: GrantFacts[Name] } = {
    boot: entry.boot,
    heardS: entry.heardS,
    heardMs: entry.heardMs,
    deviceEpoch: entry.epoch,
    consent: consentNow(entry, atMs),
    selfTestOk: entry.faults.length === 0,
    sleepKnown: isSleepKnown(entry),
    staysNatural: entry.staysNatural,
    incidentCeiling: 'control',
    plannedCeiling: plannedCeiling(entry, atMs),
  }
  const last = entry.given.at(-1)
  if (last !== undefined) facts.last = last
  if (standing.incidents.length === 0) return facts
  const { release, device, stratum: cohort } = entry
  const who = { release, device, cohort, district: entry.cohort.district }
  facts.incidentCeiling = incidentCeiling(standing, who)
  const ttlS = incidentTtlS(standing, who)
  if (ttlS < Number.POSITIVE_INFINITY) facts.incidentTtlS = ttlS
  return facts
}

/** The newest frame has a stage, and nothing in it is what no living body can be. */
function isSleepKnown({ values, findings }: DeviceEntry): boolean {
  const stage = values[0] ?? MISSING
  const isOdd = findings.some(({ kind }) => kind === 'impossible' || kind === 'flat')
  return stage !== MISSING && !isOdd
}
