import { fail, ok, type Result } from '../../math/result.ts'
import type { Shape } from '../telemetry/field.ts'
import {
  readCanonical,
  readFields,
  type ShapeCode,
  whole,
  writeCanonical,
  writeFields,
} from '../telemetry/shape.ts'
import { decodePieceConsent, encodePieceConsent, type PieceConsent } from './piece-consent.ts'

/** Longest piece of a black box that is sent, bytes. */
const MOST_PIECE_BYTES = 1 << 24
/** Bytes of it in one message, which a front door takes whole. */
const PART_BYTES = 60_000
const LINE = 10

/** A message on `bb`: bytes `at` and on of a piece of `of` bytes, with the sleeper's yes. */
export type PieceMessage = {
  readonly consent: PieceConsent
  readonly at: number
  readonly of: number
  readonly bytes: Uint8Array
}

type Place = { readonly at: number; readonly of: number }

const PLACE: Shape<Place> = { at: whole(0, MOST_PIECE_BYTES), of: whole(1, MOST_PIECE_BYTES) }

/** A piece as the messages that carry it, in their order; each with the yes that it needs. */
export function pieceMessages(consent: PieceConsent, piece: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = []
  for (let at = 0; at < piece.length; at += PART_BYTES) {
    const place = writeCanonical(writeFields(PLACE, { at, of: piece.length }))
    const part = piece.subarray(at, at + PART_BYTES)
    messages.push(joined(encodePieceConsent(consent), place, part))
  }
  return messages
}

/** Reads a message of a piece; whether the sleeper signed the yes is for a shell to find. */
export function readPieceMessage(bytes: Uint8Array): Result<PieceMessage, ShapeCode> {
  const first = bytes.indexOf(LINE)
  const second = bytes.indexOf(LINE, first + 1)
  if (first < 0 || second < 0) return fail('WIRE_JSON', 'piece', 'no two lines', 'two and bytes')
  const consent = decodePieceConsent(bytes.subarray(0, first))
  if (!consent.ok) return consent
  const json = readCanonical(bytes.subarray(first + 1, second), 64)
  const place = json.ok ? readFields(PLACE, json.value, 'piece') : json
  if (!place.ok) return place
  const { at, of } = place.value
  const part = bytes.subarray(second + 1)
  if (part.length > 0 && at + part.length <= of) {
    return ok({ consent: consent.value, at, of, bytes: part })
  }
  return fail('WIRE_SIZE', 'piece', `${at} and ${part.length} of ${of}`, 'a part of it')
}

function joined(consent: Uint8Array, place: Uint8Array, part: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(consent.length + place.length + part.length + 2)
  bytes.set(consent)
  bytes[consent.length] = LINE
  bytes.set(place, consent.length + 1)
  bytes[consent.length + place.length + 1] = LINE
  bytes.set(part, consent.length + place.length + 2)
  return bytes
}
