import { hash32 } from '../../math/hash.ts'
import { modeRank } from '../../night/governor/mode.ts'
import type { Grant, GrantReason, SignedGrant } from '../telemetry/grant.ts'

const PADDING = '0'.repeat(120)
const GRANT_REASONS: readonly GrantReason[] = [
  ...(['normal', 'recovery', 'incident', 'failsafe', 'rollout'] as const),
]

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
  let seal = hash32(device, 90)
  seal = mixed(seal, epoch)
  seal = mixed(seal, id)
  seal = mixed(seal, Math.round(heardS * 1000))
  seal = mixed(seal, ttlS)
  seal = mixed(seal, boot)
  seal = mixed(seal, modeRank(ceiling))
  seal = mixed(seal, GRANT_REASONS.indexOf(reason))
  return PADDING + (seal >>> 0).toString(16).padStart(8, '0')
}

/** A number of 32 bits that hangs on every bit of both (the mixing of MurmurHash3). */
function mixed(seal: number, number: number): number {
  let h = Math.imul(seal ^ number, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13) ^ Math.floor(number / 4294967296), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
