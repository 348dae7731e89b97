import type { Mode } from '../../night/governor/mode.ts'
import { CLOCK_DRIFT } from '../failsafe/granting.ts'
import { stratumOf } from '../rollout/assignment.ts'
import type { DeviceEvent } from '../telemetry/device-event.ts'
import { orderRelease } from './aims.ts'
import { audit } from './audit.ts'
import {
  dateOf,
  givenMsOf,
  sinceBoot,
  UNDATED,
  withConsent,
  withOldDate,
  withoutConsent,
} from './consents.ts'
import { countAdverse, countMetric, regroup, tallyOf } from './counts.ts'
import { type DeviceEntry, keepConsents } from './device-entry.ts'
import { countAwakening } from './eyes.ts'
import { hearMessage, hearTime } from './frames.ts'
import type { Outbox } from './outbox.ts'
import type { PartitionState } from './partition-state.ts'
import { endAsk } from './pieces.ts'
import { follow } from './wishes.ts'

/** An event as it is heard: of which start, and at what time of the centre. */
type Told<Event> = { readonly event: Event; readonly boot: number }
type Heard<Event> = Told<Event> & { readonly atMs: number }
type Of<Kind> = Extract<DeviceEvent, { kind: Kind }>

/**
 * An event of a device, each once: what it says of the device is taken only from the present start,
 * an act is looked at whenever it was.
 */
export function hearEvent(
  state: PartitionState,
  entry: DeviceEntry,
  { event, boot, seq, atMs }: Heard<DeviceEvent> & { readonly seq: number },
  out: Outbox,
): void {
  if (!hearMessage(entry, { boot, fromSeq: seq, toSeq: seq + 1 }, out)) return
  if (event.kind === 'act') {
    audit(entry, { act: event, boot, atMs }, out)
  } else if (event.kind === 'piece-answer') {
    hearAnswer(entry, event, out)
  }
  if (boot !== entry.boot) {
    if (event.kind === 'consented') hearOldConsent(entry, event, atMs)
    return
  }
  const saidMs = saidAtMs(entry, event.atS, atMs)
  hearTime(entry, event.atS, atMs)
  follow(entry, { kind: 'heard', atMs, heartRate: Number.NaN }, out)
  entry.isDirty = true
  entry.isDue = true
  hearOfNow(state, entry, { event, boot, atMs, saidMs }, out)
}

/** Centre time at which something was said at the latest, by what was heard before it, ms. */
function saidAtMs({ heardS, heardMs, lateMs }: DeviceEntry, atS: number, atMs: number): number {
  if (heardS < 0) return atMs
  const saidMs = heardMs - lateMs + (atS - heardS) * 1000 * (1 + CLOCK_DRIFT)
  return Math.min(atMs, Math.ceil(saidMs))
}

function hearOfNow(
  state: PartitionState,
  entry: DeviceEntry,
  heard: Heard<DeviceEvent> & { readonly saidMs: number },
  out: Outbox,
): void {
  const { event, atMs } = heard
  switch (event.kind) {
    case 'mode':
      entry.mode = event.to
      if (event.cause === 'sleeper') hearSleeper(entry, event.to, atMs, out)
      return
    case 'wish':
      hearSleeper(entry, event.to, atMs, out)
      return
    case 'stop':
      entry.staysNatural = true
      follow(entry, { kind: 'safety', atMs, cause: 'stopped-by-sleeper', begins: true }, out)
      return
    case 'consent':
      if (event.granted) hearConsent(entry, { event, boot: heard.boot, atMs }, UNDATED)
      else hearWithdrawn(entry, { event, boot: heard.boot })
      return
    case 'consented':
      hearConsent(
        entry,
        { event, boot: heard.boot, atMs },
        dateFor(entry, event, heard.saidMs, atMs),
      )
      return
    case 'release':
      hearRelease(entry, event)
      orderRelease(state, entry, { atMs }, out)
      return
    case 'fault':
      hearFault(entry, event, atMs, out)
      return
    case 'awakening':
      countAwakening(state, entry, event.from === 'R')
      return
    case 'dream':
      if (event.adverse) countAdverse(state, entry)
      return
    case 'refused':
      tallyOf(state, entry).counts.refused += event.count
      return
    case 'act':
    case 'piece-answer':
      return
  }
}

/** A consent of an earlier start was given before the device was last heard in that start. */
function hearOldConsent(entry: DeviceEntry, event: Of<'consented'>, atMs: number): void {
  const date = dateFor(entry, event, entry.awayMs, atMs)
  entry.consents = withOldDate(entry.consents, event.consentId, date)
  entry.consentMs = givenMsOf(entry.consents, entry.consentId)
}

/** When a consent was given, by its device's word; one that may have been forgotten is old. */
function dateFor(
  { consents, forgottenMs }: DeviceEntry,
  { consentId, signedMs }: Of<'consented'>,
  saidMs: number,
  heardMs: number,
): ReturnType<typeof dateOf> {
  const known = consents.find((each) => each.consentId === consentId)
  const isDated = Number.isFinite(known?.signedMs)
  const bounds = { saidMs, heardMs, forgottenMs: isDated ? -1 : (forgottenMs ?? -1) }
  return dateOf(signedMs, bounds)
}

/** What the sleeper asks for holds for ever, until they ask for something else. Rule F77. */
function hearSleeper(entry: DeviceEntry, to: Mode, atMs: number, out: Outbox): void {
  entry.staysNatural = to === 'natural'
  if (to === 'natural') return
  follow(entry, { kind: 'safety', atMs, cause: 'stopped-by-sleeper', begins: false }, out)
}

function hearWithdrawn(entry: DeviceEntry, { event, boot }: Told<Of<'consent'>>): void {
  const { consentId, atS } = event
  entry.consents = withoutConsent(entry.consents, consentId, { boot, atS })
  if (consentId !== entry.consentId) return
  Object.assign(entry, { consent: 'natural', consentId: '', consentMs: Number.NaN })
}

function hearConsent(
  entry: DeviceEntry,
  { event, boot, atMs }: Heard<Of<'consent' | 'consented'>>,
  date: ReturnType<typeof dateOf>,
): void {
  const { consentId, mode, untilWallMs, atS } = event
  const given = { consentId, mode, untilWallMs, ...date, boot, atS }
  keepConsents(entry, withConsent(entry.consents, given, { boot, atS }), atMs)
  entry.consentId = consentId
  entry.consent = mode
  // Of what waited on the device it may be known by now how long.
  entry.consents = sinceBoot(entry.consents, boot, entry.bootMs)
  entry.consentMs = givenMsOf(entry.consents, consentId)
  entry.stratum = stratumOf(entry.cohort, mode)
  regroup(entry)
}

function hearRelease(entry: DeviceEntry, { outcome, release }: Of<'release'>): void {
  if (outcome === 'opted-out') entry.takesUpdates = false
  if (outcome !== 'running' && outcome !== 'reverted') return
  entry.release = release
  regroup(entry)
}

function hearFault(entry: DeviceEntry, event: Of<'fault'>, atMs: number, out: Outbox): void {
  const others = entry.faults.filter((fault) => fault !== event.fault)
  entry.faults = event.begins ? [...others, event.fault] : others
  if (event.begins) countMetric(entry, 'device-fault')
  follow(entry, { kind: 'safety', atMs, cause: 'fault', begins: entry.faults.length > 0 }, out)
}

/** A yes comes with its signature beside the piece, and the shell tells of it; a no is heard here. */
function hearAnswer(entry: DeviceEntry, event: Of<'piece-answer'>, out: Outbox): void {
  const { incident, granted } = event
  if (!entry.asks.some((ask) => ask.incident === incident) || granted) return
  endAsk(entry, (ask) => ask.incident === incident)
  out.tell({ kind: 'answer', incident, device: entry.device, granted })
}
