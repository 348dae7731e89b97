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

/** What is asked of a centre about whoever wants in. */
export type AdmittanceAsk = {
  known(device: DeviceId): Promise<KnownDevice | undefined>
  /** Whether a credential whose signature is good lets in for the first time; left out: always. */
  spend?(device: DeviceId, boot: number, atS: number): Promise<boolean>
}

/**
 * Whether a password is the device's own: signed by the key that was enrolled, of this time (unix
 * s), of no earlier start, not used before. Never rejects: what cannot be found out now is `busy`,
 * and so is one that was used, whose device comes again with a newer one. Rules F17, F93 of
 * SPEC.md.
 */
export async function admittance(
  device: DeviceId,
  password: Uint8Array,
  wallS: number,
  { known, spend }: AdmittanceAsk,
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
    if (!isOwn) return { kind: 'denied' }
    const isFirst = spend === undefined || (await spend(device, boot, atS))
    return isFirst ? { kind: 'admitted', boot } : { kind: 'busy' }
  } catch {
    return { kind: 'busy' }
  }
}
