import type { Result } from '../../math/result.ts'
import { canonicalBytes } from '../../night/consent/canonical.ts'
import type { Shape } from './field.ts'
import { GRANT_S, type Grant, type SignedGrant } from './grant.ts'
import { readMessage, writeMessage } from './message.ts'
import { bootTime, countField, modeField, u32Field } from './names.ts'
import { name, type ShapeCode, whole, word, writeFields } from './shape.ts'

const LONGEST_GRANT = 512
const PURPOSE = 'nocturne grant 1'

const GRANT: Shape<Grant> = {
  ...{ epoch: countField, id: countField, ceiling: modeField },
  ...{ heardS: bootTime('heardMs'), ttlS: whole(1, GRANT_S), boot: u32Field },
  reason: word(['normal', 'recovery', 'incident', 'failsafe', 'rollout']),
}

const SIGNED: Shape<SignedGrant> = { ...GRANT, signature: name(/^[0-9a-f]{128}$/) }

/**
 * The bytes of a grant that the centre signs: with the device's name, so that no other device can
 * be given them.
 */
export function grantBytes(device: string, grant: Grant): Uint8Array<ArrayBuffer> {
  return canonicalBytes(PURPOSE, { device, ...writeFields(GRANT, grant) })
}

/** A grant without its signature, for the log; canonical JSON. */
export function encodeGrant(grant: Grant): Uint8Array<ArrayBuffer> {
  return writeMessage(GRANT, grant)
}

/** Reads a grant out of the log. */
export function decodeGrant(bytes: Uint8Array): Result<Grant, ShapeCode> {
  return readMessage(GRANT, bytes, LONGEST_GRANT, 'grant')
}

/** A signed grant as it travels: canonical JSON. */
export function encodeSignedGrant(grant: SignedGrant): Uint8Array<ArrayBuffer> {
  return writeMessage(SIGNED, grant)
}

/**
 * Reads a signed grant; whether the signature is the centre's is for a shell to find, over
 * {@link grantBytes}.
 */
export function decodeSignedGrant(bytes: Uint8Array): Result<SignedGrant, ShapeCode> {
  return readMessage(SIGNED, bytes, LONGEST_GRANT, 'grant')
}
