import { hash32 } from '../../math/hash.ts'
import type { Grant, SignedGrant } from '../telemetry/grant.ts'

const PADDING = '0'.repeat(120)

/**
 * A grant with what stands for the centre's signature in a simulation: a hash, of the right length.
 * It proves nothing to anybody outside; inside, nobody but the simulated centre makes it.
 */
export function sealGrant(device: string, grant: Grant): SignedGrant {
  return { ...grant, signature: sealOf(device, grant) }
}

/** Whether the seal is the centre's. */
export function isSealed(device: string, grant: SignedGrant): boolean {
  return grant.signature === sealOf(device, grant)
}

/** What stands for a signed credential: the start that a device says it is of. */
export function passwordOf(boot: number): Uint8Array {
  return Uint8Array.from(String(boot), (letter) => letter.charCodeAt(0))
}

/** The start that such a credential is of. */
export function bootOfPassword(password: Uint8Array): number {
  return Number(String.fromCharCode(...password))
}

function sealOf(device: string, grant: Grant): string {
  const { epoch, id, ceiling, heardS, ttlS, boot, reason } = grant
  const millis = Math.round(heardS * 1000)
  const text = `${device} ${epoch} ${id} ${ceiling} ${millis} ${ttlS} ${boot} ${reason}`
  return PADDING + hash32(text, 90).toString(16).padStart(8, '0')
}
