import type { Result } from '../../math/result.ts'
import { canonicalBytes } from '../../night/consent/canonical.ts'
import {
  isSignedBy,
  publicKeyOf,
  type SubtleEd25519,
  signBytes,
} from '../../night/consent/ed25519.ts'
import type { Shape } from '../telemetry/field.ts'
import { wallField } from '../telemetry/names.ts'
import {
  list,
  name,
  part,
  readCanonical,
  readFields,
  type ShapeCode,
  whole,
  word,
  writeCanonical,
  writeFields,
} from '../telemetry/shape.ts'

/** What a follower is told of. */
export type FollowerAlarm = 'stale' | 'outside' | 'safety'

/** Whom a sleeper names to be told when something is wrong, before it is signed. */
export type NamingDraft = {
  readonly device: string
  /** A name that the sleeper chose; where to reach them the centre keeps beside it. */
  readonly follower: string
  readonly alarms: readonly FollowerAlarm[]
  /** A heart rate outside `from` to `to` (1/min) for `forMin` minutes without a break. */
  readonly outside: { readonly from: number; readonly to: number; readonly forMin: number }
  /** Unix times at which it was signed, and until which it holds, ms. */
  readonly givenMs: number
  readonly untilMs: number
}

/** The same, signed by the sleeper: nobody follows a night whom its sleeper did not name. */
export type Naming = NamingDraft & { readonly signer: string; readonly signature: string }

const PURPOSE = 'nocturne follower 2'
const LONGEST_NAMING = 2048
/** Heart rates that a range may have, 1/min. */
const RATE = whole(20, 250)

const NAMING: Shape<Naming> = {
  device: name(/^[a-z0-9-]{4,48}$/),
  follower: name(/^[\p{L}\p{N}][\p{L}\p{N} .'-]{0,59}$/u),
  alarms: list(word(['stale', 'outside', 'safety']), 3),
  outside: part({ from: RATE, to: RATE, forMin: whole(1, 120) }),
  ...{ givenMs: wallField, untilMs: wallField },
  ...{ signer: name(/^[0-9a-f]{64}$/), signature: name(/^[0-9a-f]{128}$/) },
}

/** A naming as it travels: canonical JSON. */
export function encodeNaming(naming: Naming): Uint8Array<ArrayBuffer> {
  return writeCanonical(writeFields(NAMING, naming))
}

/** Reads a naming; whether the sleeper signed it is for `verifyNaming` to find. */
export function decodeNaming(bytes: Uint8Array): Result<Naming, ShapeCode> {
  const json = readCanonical(bytes, LONGEST_NAMING)
  return json.ok ? readFields(NAMING, json.value, 'naming') : json
}

/** Signs it with the sleeper's private key, 64 hexadecimal digits; rejects when it is none. */
export async function signNaming(
  subtle: SubtleEd25519,
  draft: NamingDraft,
  seed: string,
): Promise<Naming> {
  const signer = await publicKeyOf(subtle, seed)
  return { ...draft, signer, signature: await signBytes(subtle, namingBytes(draft, signer), seed) }
}

/** Whether the sleeper, by public key, named this follower in just these words. */
export async function verifyNaming(
  subtle: SubtleEd25519,
  naming: Naming,
  sleeper: string,
): Promise<boolean> {
  const { signer, signature, givenMs, untilMs } = naming
  const { from, to, forMin } = naming.outside
  const whole = [givenMs, untilMs, from, to, forMin].every(Number.isSafeInteger)
  if (signer !== sleeper || !whole) return false
  return isSignedBy(subtle, namingBytes(naming, signer), signature, signer)
}

function namingBytes(draft: NamingDraft, signer: string): Uint8Array<ArrayBuffer> {
  const { device, follower, alarms, outside, givenMs, untilMs } = draft
  const { from, to, forMin } = outside
  const range = { from, to, forMin }
  const terms = { device, follower, alarms, outside: range, givenMs, untilMs, signer }
  return canonicalBytes(PURPOSE, terms)
}
