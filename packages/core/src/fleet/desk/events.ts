import type { Mode } from '../../night/governor/mode.ts'
import { stratumOf } from '../rollout/assignment.ts'
import type { DeviceEvent } from '../telemetry/device-event.ts'
import { orderRelease } from './aims.ts'
import { audit } from './audit.ts'
import { withConsent, withoutConsent } from './consents.ts'
import { countAdverse, countMetric, regroup, tallyOf } from './counts.ts'
import type { DeviceEntry } from './device-entry.ts'
import { countAwakening } from './eyes.ts'
import { hearMessage, hearTime } from './frames.ts'
import type { Outbox } from './outbox.ts'
import type { PartitionState } from './partition-state.ts'
import { endAsk } from './pieces.ts'
import { follow } from './wishes.ts'

/** An event as it is heard: of which start, and at what time of the centre. */
type Heard<Event> = { readonly event: Event; readonly boot: number; readonly atMs: number }
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
  if (boot !== entry.boot) return
  hearTime(entry, event.atS, atMs)
  follow(entry, { kind: 'heard', atMs, heartRate: Number.NaN }, out)
  entry.isDirty = true
  entry.isDue = true
  hearOfNow(state, entry, { event, boot, atMs }, out)
}

function hearOfNow(
  state: PartitionState,
  entry: DeviceEntry,
  heard: Heard<DeviceEvent>,
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
      hearConsent(entry, { ...heard, event })
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

/** What the sleeper asks for holds for ever, until they ask for something else. Rule F77. */
function hearSleeper(entry: DeviceEntry, to: Mode, atMs: number, out: Outbox): void {
  entry.staysNatural = to === 'natural'
  if (to === 'natural') return
  follow(entry, { kind: 'safety', atMs, cause: 'stopped-by-sleeper', begins: false }, out)
}

function hearConsent(entry: DeviceEntry, { event, boot, atMs }: Heard<Of<'consent'>>): void {
  const { consentId, mode, untilWallMs, granted, atS } = event
  if (!granted) {
    entry.consents = withoutConsent(entry.consents, consentId, { boot, atS })
    if (consentId !== entry.consentId) return
    Object.assign(entry, { consent: 'natural', consentId: '', consentMs: Number.NaN })
    return
  }
  entry.consents = withConsent(entry.consents, { consentId, mode, untilWallMs }, { boot, atS })
  entry.consentId = consentId
  entry.consent = mode
  // What waited on the device was said as much earlier as it is late.
  entry.consentMs = atMs - Math.floor(entry.lateMs)
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
