import { fail, ok, type Result } from '../../math/result.ts'
import type { Canonical } from '../../night/consent/canonical.ts'
import { releaseField } from './names.ts'
import { readCanonical, readFields, type ShapeCode, writeCanonical } from './shape.ts'

/**
 * The payload of `upd`: look for the release that the director names for this device, or go back.
 * It carries nothing to be believed: what is signed is fetched and checked. Rules F30-F39.
 */
export type UpdateOrder = { readonly release: number } | { readonly setBack: number }

const LONGEST_ORDER = 64

/** An order of an update as canonical JSON. */
export function encodeUpdateOrder(order: UpdateOrder): Uint8Array<ArrayBuffer> {
  return writeCanonical(order as Canonical)
}

/** Reads an order of an update: one of the two words, with the number of a release. */
export function decodeUpdateOrder(bytes: Uint8Array): Result<UpdateOrder, ShapeCode> {
  const json = readCanonical(bytes, LONGEST_ORDER)
  if (!json.ok) return json
  const take = readFields({ release: releaseField }, json.value, 'upd')
  if (take.ok) return take
  const back = readFields({ setBack: releaseField }, json.value, 'upd')
  if (back.ok) return ok(back.value)
  return fail('WIRE_SHAPE', 'upd', take.problem.got, 'release or setBack')
}
