import { webcrypto } from 'node:crypto'
import type { Admittance, DeviceId } from '@nocturne/core/fleet'
import { CREDENTIAL_S, credentialBytes, readCredential } from '@nocturne/core/fleet'
import { isSignedBy } from '@nocturne/core/night'

/** What a centre knows of a device that may come in. */
export type KnownDevice = {
  /** Ed25519, 64 hexadecimal digits. */
  readonly publicKey: string
  /** Highest start that was heard of; an earlier one is turned away. */
  readonly boot: number
}

/**
 * Whether a password is the device's own: signed by the key that was enrolled, of this time (unix
 * s), of no earlier start. Never rejects: what cannot be found out now is `busy`. Rule F17 of
 * SPEC.md.
 */
export async function admittance(
  device: DeviceId,
  password: Uint8Array,
  wallS: number,
  known: (device: DeviceId) => Promise<KnownDevice | undefined>,
): Promise<Admittance> {
  const credential = readCredential(password)
  if (!credential.ok || credential.value.device !== device) return { kind: 'denied' }
  const { boot, atS, signature } = credential.value
  if (Math.abs(wallS - atS) > CREDENTIAL_S) return { kind: 'denied' }
  try {
    const who = await known(device)
    if (who === undefined || boot < who.boot) return { kind: 'denied' }
    const bytes = credentialBytes(credential.value)
    const isOwn = await isSignedBy(webcrypto.subtle, bytes, signature, who.publicKey)
    return isOwn ? { kind: 'admitted', boot } : { kind: 'denied' }
  } catch {
    return { kind: 'busy' }
  }
}
