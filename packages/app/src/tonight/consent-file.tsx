import { keyFingerprint } from '@nocturne/core/night'
import { useRef } from 'preact/hooks'
import { kept, openConsent } from './consent-state.ts'

/** Whose key signed the consent, and where it acts and where not. */
export function WhoseConsent() {
  const { consent, own } = kept.value ?? {}
  if (consent === undefined) return null
  const print = <b class="fingerprint">{keyFingerprint(consent.signer)}</b>
  return (
    <div class="note" id="whose">
      {own ? (
        <p>
          Consent {consent.terms.id}, signed with the key of this browser, {print}. The private half
          never leaves it and cannot be read out.
        </p>
      ) : (
        <p>
          Consent {consent.terms.id}, opened from a file and signed with another key than this
          browser’s: {print}. Nothing in it was changed since. Whose key that is no page can tell:
          it is your consent only if you signed it, in another browser or by{' '}
          <code>nocturne consent new</code>. Here it carries rehearsals, which act on nobody.
        </p>
      )}
      <p>
        A box beside a bed acts on a consent only if it was signed with the box’s own key, or with
        one that you named there: save it, take the file to the box, run{' '}
        <code>nocturne consent trust FILE</code> and type the fingerprint.
      </p>
    </div>
  )
}

/** What taking back in this browser does not reach. */
export function ElsewhereTakenBack() {
  return (
    <p class="note">
      A box that was given its file cannot hear this browser. There, take it back by{' '}
      <code>nocturne consent revoke {kept.value?.consent.terms.id}</code>, or stop the night.
    </p>
  )
}

/** The button that opens a signed consent from a file. */
export function OpenConsent({ words }: { readonly words: string }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        {words}
      </button>
      <input
        {...{ ref: input, type: 'file', hidden: true, accept: '.json' }}
        aria-label="Open a consent"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? []
          if (file) void openConsent(file)
          event.currentTarget.value = ''
        }}
      />
    </>
  )
}
