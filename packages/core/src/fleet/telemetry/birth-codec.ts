import type { Result } from '../../math/result.ts'
import type { Birth, Cohort, Held } from './birth.ts'
import type { Field, Shape } from './field.ts'
import { readMessage, writeMessage } from './message.ts'
import { consentIdField, countField, modeField, releaseField, u32Field } from './names.ts'
import { flag, list, name, part, type ShapeCode, whole, word } from './shape.ts'

/** Most bytes of a birth. */
const LONGEST_BIRTH = 2048
const LONGEST_DEATH = 64

/** Most stretches that a birth tells of; a device merges or drops what is more. */
export const MOST_HELD = 16

const HELD: Shape<Held> = { boot: u32Field, fromSeq: u32Field, toSeq: u32Field }

const COHORT: Shape<Cohort> = {
  chronotype: word(['early', 'middle', 'late', 'unknown']),
  age: word(['under-30', '30-59', '60-on', 'unknown']),
  district: name(/^[a-z0-9][a-z0-9-]{0,23}$/),
}

/** The one version of the protocol. */
const one = { ...whole(1, 1), expected: '1' } as Field<1>

const BIRTH: Shape<Birth> = {
  protocol: one,
  ...{ boot: u32Field, epoch: countField },
  hardware: name(/^[a-z0-9][a-z0-9.-]{0,31}$/),
  code: name(/^[a-z0-9][a-z0-9.-]{0,31}$/),
  release: releaseField,
  ...{ mode: modeField, consent: modeField, consentId: consentIdField },
  takesUpdates: flag,
  cohort: part(COHORT),
  held: list(part(HELD), MOST_HELD),
}

/** A birth as canonical JSON. */
export function encodeBirth(birth: Birth): Uint8Array<ArrayBuffer> {
  return writeMessage(BIRTH, birth)
}

/** Reads a birth: every field and no other. Rule F12 of SPEC.md. */
export function decodeBirth(bytes: Uint8Array): Result<Birth, ShapeCode> {
  return readMessage(BIRTH, bytes, LONGEST_BIRTH, 'birth')
}

const DEATH: Shape<{ readonly boot: number }> = { boot: u32Field }

/** The last will of a boot, which its broker publishes when the connection breaks. */
export function encodeDeath(boot: number): Uint8Array<ArrayBuffer> {
  return writeMessage(DEATH, { boot })
}

/** Reads a last will. */
export function decodeDeath(bytes: Uint8Array): Result<{ readonly boot: number }, ShapeCode> {
  return readMessage(DEATH, bytes, LONGEST_DEATH, 'death')
}
