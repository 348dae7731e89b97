import { randomBytes, webcrypto } from 'node:crypto'
import {
  CREDENTIAL_S,
  credentialBytes,
  type DeviceId,
  grantBytes,
  type SignedGrant,
  sleeperKeyBytes,
  writeCredential,
} from '@nocturne/core/fleet'
import { isSignedBy, publicKeyOf, signBytes } from '@nocturne/core/night'

/** A device's own key: 64 hexadecimal digits each; the seed never leaves the device. */
export type DeviceKey = { readonly seed: string; readonly publicKey: string }

/** A new key. */
export async function newDeviceKey(): Promise<DeviceKey> {
  const seed = randomBytes(32).toString('hex')
  return { seed, publicKey: await publicKeyOf(webcrypto.subtle, seed) }
}

/** The password of a connection: who it is, of which start, now (unix s), signed. Rule F17. */
export async function signedCredential(
  { seed }: DeviceKey,
  device: DeviceId,
  boot: number,
  atS: number,
): Promise<Uint8Array> {
  const credential = { device, boot, atS: Math.floor(atS) }
  const signature = await signBytes(webcrypto.subtle, credentialBytes(credential), seed)
  return writeCredential({ ...credential, signature })
}

/**
 * When the next credential is signed, unix s, after one that was signed at `lastS`: each is good
 * once, also within a second and when the clock was set back. One that was signed so far ahead
 * that no centre let anybody in by it does not hold: a clock that was set right is right again.
 * Rule F93.
 */
export function nextSignedS(lastS: number, wallS: number): number {
  const wasAhead = lastS > wallS + 2 * CREDENTIAL_S
  return Math.floor(wasAhead ? wallS : Math.max(wallS, lastS + 1))
}

/** The device's word for its sleeper's key: 128 hexadecimal digits. */
export function signedSleeperKey(
  { seed }: DeviceKey,
  device: DeviceId,
  sleeperKey: string,
): Promise<string> {
  return signBytes(webcrypto.subtle, sleeperKeyBytes(device, sleeperKey), seed)
}

/** Whether a grant was signed for this device by the centre whose key was kept at enrolment. */
export function isCentresGrant(
  device: DeviceId,
  { signature, ...grant }: SignedGrant,
  centreKey: string,
): Promise<boolean> {
  return isSignedBy(webcrypto.subtle, grantBytes(device, grant), signature, centreKey)
}
