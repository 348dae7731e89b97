import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Person } from './approval.ts'

/** A signed-in browser: who it is, and the word that its requests have to carry beside the cookie. */
export type SignIn = {
  readonly person: Person
  /** Sent as `x-nocturne-csrf` with every request that changes something: rule F89. */
  readonly csrf: string
  readonly sinceMs: number
  /** The token that it was begun with, by its id: it ends with it. */
  readonly token: string | undefined
  lastMs: number
}

/** A sign-in ends after so long, ms, however busy it was: a night's shift. */
export const SIGN_IN_MS = 12 * 3_600_000

/** A sign-in ends when nothing was asked for so long, ms. */
export const IDLE_MS = 3_600_000

/** Most browsers signed in at a time; the one longest idle goes first. */
const MOST_SIGN_INS = 1000

/**
 * Who is signed in, by the hash of a random cookie. It lives in memory only: after a restart of the
 * centre everybody signs in again.
 */
export class SignIns {
  readonly #byHash = new Map<string, SignIn>()

  /** Begins a sign-in; the cookie's value is told once and not kept. */
  begin(
    person: Person,
    atMs: number,
    token?: string,
  ): { readonly cookie: string; readonly csrf: string } {
    this.#sweep(atMs)
    if (this.#byHash.size >= MOST_SIGN_INS) this.#dropIdlest()
    const cookie = randomBytes(32).toString('base64url')
    const csrf = randomBytes(32).toString('base64url')
    this.#byHash.set(hashOf(cookie), { person, csrf, sinceMs: atMs, token, lastMs: atMs })
    return { cookie, csrf }
  }

  /** Whose cookie it is; undefined when it is unknown or has run out. */
  of(cookie: string, atMs: number): SignIn | undefined {
    this.#sweep(atMs)
    const found = this.#byHash.get(hashOf(cookie))
    if (found) found.lastMs = atMs
    return found
  }

  end(cookie: string): void {
    this.#byHash.delete(hashOf(cookie))
  }

  /** Ends every sign-in of a person: at a change of role. */
  endAll(name: string): void {
    for (const [hash, { person }] of this.#byHash) {
      if (person.name === name) this.#byHash.delete(hash)
    }
  }

  #sweep(atMs: number): void {
    for (const [hash, { sinceMs, lastMs }] of this.#byHash) {
      if (atMs - sinceMs >= SIGN_IN_MS || atMs - lastMs >= IDLE_MS) this.#byHash.delete(hash)
    }
  }

  #dropIdlest(): void {
    let idlest: [string, number] | undefined
    for (const [hash, { lastMs }] of this.#byHash) {
      if (!idlest || lastMs < idlest[1]) idlest = [hash, lastMs]
    }
    if (idlest) this.#byHash.delete(idlest[0])
  }
}

/** Whether two words are the same, told in a time that does not depend on where they differ. */
export function sameWord(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other))
}

/** SHA-256 of a secret, hexadecimal: what is stored in its place. */
export function hashOf(secret: string): string {
  return digestOf(secret).toString('hex')
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
