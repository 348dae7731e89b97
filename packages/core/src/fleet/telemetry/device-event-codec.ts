import type { Result } from '../../math/result.ts'
import type { DeviceEvent } from './device-event.ts'
import type { Field, Shape } from './field.ts'
import { kinds, readKind, readMessage, scanKind, writeMessage } from './message.ts'
import {
  bootTime,
  consentIdField,
  countField,
  incidentField,
  modeField,
  releaseField,
  u32Field,
} from './names.ts'
import { flag, name, type ShapeCode, thousandths, whole, word, writeFields } from './shape.ts'
import { fieldsText } from './shape-plan.ts'

/** Most bytes of an event on the wire. */
const LONGEST_EVENT = 512

/**
 * An event with its key (device, `boot`, `seq`). Events and frames of a boot share one sequence: a
 * frame takes a number, an event takes a number, and the watermark counts over both.
 */
export type KeyedEvent = {
  readonly boot: number
  readonly seq: number
  readonly event: DeviceEvent
}

const atS = bootTime('atMs')
/** dB(A), melanopic lux or degrees C. */
const level = thousandths('levelMilli', -100_000, 1_000_000)

const dateMs = whole(0, 8_640_000_000_000_000)

const KINDS = kinds<DeviceEvent>({
  mode: {
    ...{ atS, to: modeField },
    cause: word(['sleeper', 'consent', 'lease-lapsed', 'facility', 'governor', 'start', 'fault']),
  },
  act: {
    ...{ atS, action: word(['click', 'cue', 'wake', 'lamp', 'fade', 'warmth']) },
    ...{ mode: modeField, consentId: consentIdField, grant: countField, epoch: countField },
    ...{ level, untilS: bootTime('untilMs') },
  },
  refused: { atS, code: name(/^[A-Z][A-Z0-9_]{1,31}$/), count: u32Field },
  stop: { atS, by: word(['sleeper', 'follower']) },
  fault: {
    ...{ atS, begins: flag },
    fault: word([
      ...(['signal-flat', 'signal-stale', 'signal-clipped'] as const),
      ...(['clock', 'actuator', 'disk', 'battery'] as const),
    ]),
  },
  dream: { atS, vividness: thousandths('vividnessMilli', 0, 10), adverse: flag },
  awakening: { atS, from: word(['N1', 'N2', 'N3', 'R']) },
  consent: {
    ...{ atS, consentId: consentIdField, mode: modeField, granted: flag },
    untilWallMs: dateMs,
  },
  consented: {
    ...{ atS, consentId: consentIdField, mode: modeField },
    ...{ signedMs: dateMs, untilWallMs: dateMs },
  },
  release: {
    ...{ atS, release: releaseField },
    outcome: word(['running', 'refused', 'reverted', 'opted-out']),
  },
  wish: { atS, to: modeField },
  'piece-answer': { atS, incident: incidentField, granted: flag },
})

const eventField: Field<DeviceEvent> = {
  expected: 'an event of a known kind with all its fields',
  read: (value) => {
    const read = readKind(KINDS, value, 'event')
    return read.ok ? read.value : undefined
  },
  write: (event) => writeFields(KINDS[event.kind], event),
  scan: (cursor) => scanKind(KINDS, cursor),
  text: (event) => fieldsText(KINDS[event.kind], event),
}

const KEYED: Shape<KeyedEvent> = { boot: u32Field, seq: u32Field, event: eventField }

/** An event as canonical JSON; times to the millisecond, levels to a thousandth. */
export function encodeEvent(keyed: KeyedEvent): Uint8Array<ArrayBuffer> {
  return writeMessage(KEYED, keyed)
}

/** Reads an event: a known kind, all its fields and no other, closed words only. Rule F12. */
export function decodeEvent(bytes: Uint8Array): Result<KeyedEvent, ShapeCode> {
  return readMessage(KEYED, bytes, LONGEST_EVENT, 'event')
}
