import { base64, bytesOfBase64 } from '../../math/base64.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import { canonicalBytes } from '../../night/consent/canonical.ts'
import { type DeviceId, readDeviceId } from '../telemetry/device-id.ts'
import type { Shape } from '../telemetry/field.ts'
import { countField, u32Field } from '../telemetry/names.ts'
import { name, readCanonical, readFields, writeCanonical, writeFields } from '../telemetry/shape.ts'

/** Who comes, with which of its starts, and when by its wall clock, unix s. */
export type Credential = {
  readonly device: DeviceId
  readonly boot: number
  readonly atS: number
}

/** A credential with the device's Ed25519 signature, 128 hexadecimal digits. */
export type SignedCredential = Credential & { readonly signature: string }

/** How far a credential's time may be from the centre's, s; an older one is played again. */
export const CREDENTIAL_S = 600

/** Longest credential on the wire, bytes. */
const LONGEST_CREDENTIAL = 320

const PURPOSE = 'nocturne credential 1'

const CREDENTIAL: Shape<{ device: string; boot: number; atS: number }> = {
  device: name(/^[a-z0-9-]{4,48}$/),
  ...{ boot: u32Field, atS: countField },
}

/** The bytes of a credential that its device signs. */
export function credentialBytes(credential: Credential): Uint8Array<ArrayBuffer> {
  return canonicalBytes(PURPOSE, writeFields(CREDENTIAL, credential))
}

/** A credential as the password of CONNECT: base64url of its JSON, a dot, of its signature. */
export function writeCredential({ signature, ...credential }: SignedCredential): Uint8Array {
  const digits = Array.from({ length: 64 }, (_, i) => signature.slice(2 * i, 2 * i + 2))
  const bytes = Uint8Array.from(digits, (digit) => Number.parseInt(digit, 16))
  const text = `${url64(writeCanonical(writeFields(CREDENTIAL, credential)))}.${url64(bytes)}`
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

/** Reads a password; whether the signature is the device's is for a shell to find. Never throws. */
export function readCredential(password: Uint8Array): Result<SignedCredential, 'CREDENTIAL'> {
  const text = password.length <= LONGEST_CREDENTIAL ? String.fromCharCode(...password) : ''
  const [, body = '', sign = ''] = /^([\w-]{8,200})\.([\w-]{86})$/.exec(text) ?? []
  const signature = bytesOfUrl64(sign)
  const json = readCanonical(bytesOfUrl64(body) ?? new Uint8Array(0), 160)
  const read = json.ok ? readFields(CREDENTIAL, json.value, 'credential') : json
  const device = readDeviceId(read.ok ? read.value.device : '')
  if (!read.ok || !device.ok || signature?.length !== 64) {
    return fail('CREDENTIAL', 'password', `${password.length} bytes`, 'a signed credential')
  }
  const hex = Array.from(signature, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return ok({ ...read.value, device: device.value, signature: hex })
}

function url64(bytes: Uint8Array): string {
  return base64(bytes).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')
}

function bytesOfUrl64(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const plain = text.replaceAll('-', '+').replaceAll('_', '/')
  return bytesOfBase64(plain.padEnd(4 * Math.ceil(plain.length / 4), '='))
}
