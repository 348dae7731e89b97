import { ok, type Result } from '../../math/result.ts'
import type { DeviceEvent } from './device-event.ts'
import {
  bootTime,
  consentIdField,
  countField,
  incidentField,
  modeField,
  releaseField,
  u32Field,
} from './names.ts'
import {
  type Field,
  flag,
  name,
  readCanonical,
  readFields,
  type Shape,
  type ShapeCode,
  thousandths,
  whole,
  word,
  writeCanonical,
  writeFields,
} from './shape.ts'

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

type Kinds = {
  readonly [Kind in DeviceEvent['kind']]: Shape<Omit<Extract<DeviceEvent, { kind: Kind }>, 'kind'>>
}

const atS = bootTime('atMs')
/** dB(A), melanopic lux or degrees C. */
const level = thousandths('levelMilli', -100_000, 1_000_000)

const dateMs = whole(0, 8_640_000_000_000_000)

const KINDS: Kinds = {
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
}

const eventField: Field<DeviceEvent> = {
  expected: 'an event of a known kind with all its fields',
  read: (value) => {
    const read = readEvent(value)
    return read.ok ? read.value : undefined
  },
  write: (event) => {
    const shape = KINDS[event.kind] as unknown as Shape<DeviceEvent>
    return { ...writeFields(shape, event), kind: event.kind }
  },
}

const KEYED: Shape<KeyedEvent> = { boot: u32Field, seq: u32Field, event: eventField }

/** An event as canonical JSON; times to the millisecond, levels to a thousandth. */
export function encodeEvent(keyed: KeyedEvent): Uint8Array<ArrayBuffer> {
  return writeCanonical(writeFields(KEYED, keyed))
}

/** Reads an event: a known kind, all its fields and no other, closed words only. Rule F12. */
export function decodeEvent(bytes: Uint8Array): Result<KeyedEvent, ShapeCode> {
  const json = readCanonical(bytes, LONGEST_EVENT)
  return json.ok ? readFields(KEYED, json.value, 'event') : json
}

function readEvent(value: unknown): Result<DeviceEvent, 'WIRE_SHAPE'> {
  if (typeof value !== 'object' || value === null) return readFields({}, value, 'event') as never
  const { kind, ...rest } = value as { readonly kind?: unknown }
  const known = typeof kind === 'string' && Object.hasOwn(KINDS, kind)
  if (!known) return readFields({}, value, 'event') as never
  const read = readFields<object>(
    KINDS[kind as DeviceEvent['kind']] as Shape<object>,
    rest,
    'event',
  )
  return read.ok ? ok({ ...read.value, kind } as DeviceEvent) : read
}
