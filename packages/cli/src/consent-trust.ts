import { consentText, isFingerprintOf, keyFingerprint } from '@nocturne/core/night'
import { type Arguments, type Io, UsageError } from './command.ts'
import { distrustKey, openConsent, trustedKeys, trustKey } from './consent-shelf.ts'

const WHERE_SHOWN = 'the fingerprint that the page shows which signed it (Tonight, "Your consent")'

/**
 * `nocturne consent trust FILE`: reads a consent aloud that another key signed, and tells the key;
 * with `--fingerprint` as the page that signed shows it, this machine acts on that key from now on.
 * Exit code 1 where nothing is trusted yet. Throws `UsageError` on a consent that is not as it was
 * signed, and on another fingerprint.
 */
export async function trust(file: string, zone: string, args: Arguments, io: Io): Promise<number> {
  const { consent, signature, revoked } = await openConsent(file)
  if (signature === 'bad') {
    const expected = 'one as it was signed'
    throw new UsageError(
      `${file}: got a consent that its signer did not sign, expected ${expected}`,
    )
  }
  const [typed, print] = [args.text('fingerprint'), keyFingerprint(consent.signer)]
  if (typed !== undefined && !isFingerprintOf(typed, consent.signer)) {
    throw new UsageError(
      `--fingerprint: got "${typed}", which is not of the key that signed, expected ${WHERE_SHOWN}`,
    )
  }
  if (signature === 'other' && typed !== undefined) await trustKey(consent)
  const trusted = signature !== 'other' || typed !== undefined
  const { id } = consent.terms
  const text = consentText({ ...consent.terms, audience: consent.audience }, zone)
  if (args.flag('json')) {
    io.out(`${JSON.stringify({ id, trusted, fingerprint: print, consent, text })}\n`)
  } else if (trusted) {
    const key = signature === 'good' ? 'this machine’s own key' : 'a key that is trusted here'
    const acts = revoked ? 'it was taken back here' : `a night acts on it by --consent ${file}`
    io.out(`${id} is signed with ${key}, ${print}; ${acts}\n`)
  } else io.out(`${[...text, '', ...asked(file, print)].join('\n')}\n`)
  return trusted ? 0 : 1
}

function asked(file: string, print: string): readonly string[] {
  return [
    `Signed with a key that this machine does not know: ${print}`,
    `Not trusted. Is it you who signed? Compare with ${WHERE_SHOWN}.`,
    'If they are the same, type it; from then on this machine acts on whatever that key signs:',
    `  nocturne consent trust ${file} --fingerprint KEY`,
  ]
}

/**
 * `nocturne consent distrust FILE|ID|KEY`: this machine no longer acts on what a key signed, a
 * night that runs among it. Exit code 1 where it was not trusted.
 */
export async function distrust(what: string, args: Arguments, io: Io): Promise<number> {
  const named = (await trustedKeys()).find((key) => isFingerprintOf(what, key))
  const signer = named ?? (await openConsent(what)).consent.signer
  const wasTrusted = await distrustKey(signer)
  const print = keyFingerprint(signer)
  if (args.flag('json')) io.out(`${JSON.stringify({ fingerprint: print, wasTrusted })}\n`)
  else if (wasTrusted) io.out(`${print}: no night on this machine acts on what it signed\n`)
  else io.out(`${print}: was not trusted on this machine\n`)
  return wasTrusted ? 0 : 1
}
