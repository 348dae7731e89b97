import { useState } from 'preact/hooks'
import { callCentre } from './centre-call.ts'
import { signIn, trouble } from './fleet-state.ts'

const CODE = /^[A-Za-z]{8}$/

/** The door of the fleet's pages: a passkey, an invitation's code, or a token. */
export function SignInCard() {
  const [given, setGiven] = useState('')
  return (
    <section class="card sign-in" aria-labelledby="sign-in-title">
      <h1 id="sign-in-title">The fleet is for its operators</h1>
      <p>
        Sleepers need no sign-in: their pages are Night, Clock, Tonight and Morning, and nothing of
        those comes here.
      </p>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault()
          const word = given.trim()
          void signIn(CODE.test(word) ? { code: word.toUpperCase() } : { token: word })
        }}
      >
        <label>
          Code of your invitation (8 letters), or a token
          <input
            {...{ type: 'password', autocomplete: 'one-time-code', value: given, id: 'code' }}
            onInput={(event) => setGiven(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={given.trim().length < 8}>
          Sign in
        </button>
        {hasPasskeys() && (
          <button type="button" onClick={() => void byPasskey()}>
            Use a passkey
          </button>
        )}
      </form>
      <p class="note">
        The first start of <code>nocturne facility</code> prints a code for the first operator.
      </p>
    </section>
  )
}

/** What a browser of today has for passkeys, and an older one not. */
type PasskeyMaker = {
  parseRequestOptionsFromJSON?(options: object): PublicKeyCredentialRequestOptions
  parseCreationOptionsFromJSON?(options: object): PublicKeyCredentialCreationOptions
}

function makerHere(): PasskeyMaker | undefined {
  return (globalThis as { PublicKeyCredential?: PasskeyMaker }).PublicKeyCredential
}

function hasPasskeys(): boolean {
  return makerHere()?.parseRequestOptionsFromJSON !== undefined
}

async function byPasskey(): Promise<void> {
  const asked = await callCentre<object>('/v1/sign-ins/challenge', {})
  if (asked.kind !== 'done') return
  try {
    const publicKey = makerHere()!.parseRequestOptionsFromJSON!(asked.value)
    const given = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
    await signIn({ passkey: given.toJSON() })
  } catch (error) {
    trouble.value = `No passkey: ${String(error)}`
  }
}

/** Makes a passkey for who is signed in, so that no code is needed next time. */
export async function makePasskey(): Promise<void> {
  const asked = await callCentre<object>('/v1/passkeys/challenge', {})
  if (asked.kind !== 'done') return
  try {
    const publicKey = makerHere()!.parseCreationOptionsFromJSON!(asked.value)
    const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
    const kept = await callCentre('/v1/passkeys', { passkey: made.toJSON() })
    trouble.value = kept.kind === 'done' ? '' : 'The passkey was not taken.'
  } catch (error) {
    trouble.value = `No passkey: ${String(error)}`
  }
}
