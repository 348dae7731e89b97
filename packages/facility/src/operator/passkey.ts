import { fail, ok, type Result } from '@nocturne/core/math'
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'

/** A passkey as it is stored: the public half only. */
export type Passkey = {
  readonly id: string
  readonly operator: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: number
}

/** Where the page lives: a passkey works there and nowhere else. */
export type Site = { readonly host: string; readonly origin: string }

/** Why a passkey was not taken. */
export type PasskeyCode = 'PASSKEY_CHALLENGE' | 'PASSKEY_UNKNOWN' | 'PASSKEY_REFUSED'

/** A challenge is good for so long, ms, and once. */
const CHALLENGE_MS = 300_000
const MOST_CHALLENGES = 1000

/**
 * Signing in by passkey (WebAuthn level 2): the challenge, and the check of what the browser
 * brings. User verification is required: a stolen key without its finger or its code is nobody.
 */
export class PasskeyDesk {
  readonly #challenges = new Map<string, { purpose: string; untilMs: number }>()
  readonly #site: Site

  constructor(site: Site) {
    this.#site = site
  }

  /** What the browser needs to make a passkey for a person. */
  async invite(name: string, atMs: number): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { generateRegistrationOptions } = await formats()
    const options = await generateRegistrationOptions({
      rpName: 'Nocturne',
      rpID: this.#site.host,
      userName: name,
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    this.#remember(options.challenge, `make ${name}`, atMs)
    return options
  }

  /** Takes a new passkey that the browser made for this person. */
  async welcome(
    name: string,
    made: RegistrationResponseJSON,
    atMs: number,
  ): Promise<Result<Passkey, PasskeyCode>> {
    const { verifyRegistrationResponse } = await formats()
    const seen = await verifyRegistrationResponse({
      response: made,
      expectedChallenge: (challenge) => this.#spend(challenge, `make ${name}`, atMs),
      expectedOrigin: this.#site.origin,
      expectedRPID: this.#site.host,
      requireUserVerification: true,
    }).catch((error: Error) => error)
    if (seen instanceof Error) return refused(seen.message)
    if (!seen.verified) return refused('a signature that does not fit')
    const { id, publicKey, counter } = seen.registrationInfo.credential
    return ok({ id, operator: name, publicKey: Uint8Array.from(publicKey), counter })
  }

  /** What the browser needs to sign in with any passkey of this site. */
  async challenge(atMs: number): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await formats()
    const options = await generateAuthenticationOptions({
      rpID: this.#site.host,
      userVerification: 'required',
    })
    this.#remember(options.challenge, 'sign in', atMs)
    return options
  }

  /** Checks a sign-in; the passkey comes back with its new counter, to be stored. */
  async check(
    response: AuthenticationResponseJSON,
    passkey: Passkey | undefined,
    atMs: number,
  ): Promise<Result<Passkey, PasskeyCode>> {
    if (!passkey) return fail('PASSKEY_UNKNOWN', 'passkey', 'one nobody has here', 'a known one')
    const { id, publicKey, counter } = passkey
    const { verifyAuthenticationResponse } = await formats()
    const seen = await verifyAuthenticationResponse({
      response,
      expectedChallenge: (challenge) => this.#spend(challenge, 'sign in', atMs),
      expectedOrigin: this.#site.origin,
      expectedRPID: this.#site.host,
      credential: { id, publicKey, counter },
      requireUserVerification: true,
    }).catch((error: Error) => error)
    if (seen instanceof Error) return refused(seen.message)
    if (!seen.verified) return refused('a signature that does not fit')
    return ok({ ...passkey, counter: seen.authenticationInfo.newCounter })
  }

  #remember(challenge: string, purpose: string, atMs: number): void {
    for (const [old, { untilMs }] of this.#challenges) {
      const full = this.#challenges.size >= MOST_CHALLENGES
      if (untilMs <= atMs || full) this.#challenges.delete(old)
    }
    this.#challenges.set(challenge, { purpose, untilMs: atMs + CHALLENGE_MS })
  }

  #spend(challenge: string, purpose: string, atMs: number): boolean {
    const found = this.#challenges.get(challenge)
    this.#challenges.delete(challenge)
    return found !== undefined && found.purpose === purpose && found.untilMs > atMs
  }
}

function refused(why: string): Result<never, PasskeyCode> {
  return fail('PASSKEY_REFUSED', 'passkey', why, 'the answer to our challenge, from this page')
}

/** The formats of passkeys, loaded when somebody has one: a centre starts without. */
function formats(): Promise<typeof import('@simplewebauthn/server')> {
  return import('@simplewebauthn/server')
}
