import type { Mode } from '../../night/governor/mode.ts'
import type { Field } from './field.ts'
import { name, thousandths, whole, word } from './shape.ts'

/** Highest of the numbers that travel in 32 bits: boots, sequence numbers, epochs. */
export const HIGHEST_U32 = 4294967295

/** A number of 32 bits, as boots and sequence numbers are. */
export const u32Field: Field<number> = whole(0, HIGHEST_U32)

/** An epoch or a grant's id: it only rises, and 0 is before the first. */
export const countField: Field<number> = whole(0, Number.MAX_SAFE_INTEGER)

/** A mode of the night. */
export const modeField: Field<Mode> = word(['natural', 'guidance', 'control'])

/** The id of a consent, `wake` for the sleeper's own alarm, or nothing. */
export const consentIdField: Field<string> = name(/^(?:[0-9a-f]{16}|wake|)$/)

/** The number of a release; 0 is as shipped. */
export const releaseField: Field<number> = whole(0, 65_535)

/** The id of an incident: i- and its number. */
export const incidentField: Field<string> = name(/^i-\d{1,12}$/)

/** A moment of the wall clock, unix ms, up to the year 2100. */
export const wallField: Field<number> = whole(0, 4_102_444_800_000)

/** Monotonic device time, s since the boot, kept to the millisecond as `wire`. */
export function bootTime(wire: string): Field<number> {
  return thousandths(wire, 0, HIGHEST_U32)
}
