import type { SubtleEd25519 } from '../consent/ed25519.ts'
import { readConsent, writeConsent } from '../consent/read-consent.ts'
import { verifyConsent } from '../consent/signature.ts'
import type { BoxStep } from './loop-run.ts'

/**
 * Of the steps that gave a consent those whose box says that its signature was found good, and it
 * is not: what is there is no consent, or not what its signer signed (rule N10). One that was found
 * bad says nothing: it may be well signed and of another sleeper, or taken back. Undefined where
 * the engine has no Ed25519.
 */
export async function unsignedConsents(
  subtle: SubtleEd25519,
  steps: readonly BoxStep[],
): Promise<readonly BoxStep[] | undefined> {
  const unsigned: BoxStep[] = []
  for (const step of steps) {
    const { input } = step
    if (input.kind !== 'consent' || !input.verified) continue
    const read = readConsent(writeConsent(input.consent))
    if (!read.ok) unsigned.push(step)
    else {
      const found: boolean | undefined = await verifyConsent(
        subtle,
        read.value,
        read.value.signer,
      ).catch(lacksEd25519)
      if (found === undefined) return undefined
      if (!found) unsigned.push(step)
    }
  }
  return unsigned
}

/** A key that is no point of the curve is no key; an engine without the curve says another name. */
function lacksEd25519(error: unknown): false | undefined {
  return (error as { readonly name?: unknown }).name === 'NotSupportedError' ? undefined : false
}
