import {
  type Actuator,
  CONDITION_TEXT,
  type Condition,
  consentText,
  GUARDRAILS,
} from '@nocturne/core/night'
import { useSignal } from '@preact/signals'
import { ElsewhereTakenBack, OpenConsent, WhoseConsent } from './consent-file.tsx'
import {
  consentTrouble,
  draft,
  kept,
  nowMs,
  revoke,
  saveConsent,
  sign,
  signs,
  standingAt,
  wish,
  zone,
} from './consent-state.ts'

const STANDING_WORDS = {
  none: 'You have signed nothing. No device may act on you.',
  revoked: 'You took it back. Nothing here acts on it any more.',
  valid: 'It stands, and it is within its hours now.',
  'not-yet': 'It stands from its first day on.',
  expired: 'It has expired. No device may act on you.',
  'out-of-hours': 'It stands. Now is outside its hours, so nothing may act now.',
} as const

/** The consent: read, sign, see how it stands, take back. */
export function ConsentCard() {
  const { consent, revokedAtMs } = kept.value ?? {}
  const standing = standingAt(nowMs.value)
  const stands = consent !== undefined && revokedAtMs === undefined && standing !== 'expired'
  return (
    <section class="card" aria-labelledby="consent-title">
      <h2 id="consent-title">Your consent</h2>
      <p role="status" class={stands ? 'good' : undefined} id="standing">
        {STANDING_WORDS[standing]}
      </p>
      {stands ? (
        <>
          <details>
            <summary>Read it again</summary>
            <ul class="paper">
              {consentText({ ...consent.terms, audience: consent.audience }, zone).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </details>
          <WhoseConsent />
          <div class="buttons">
            <button type="button" onClick={() => void revoke()}>
              Take it back now
            </button>
            <button type="button" onClick={saveConsent}>
              Save the consent
            </button>
            <OpenConsent words="Open another" />
          </div>
        </>
      ) : (
        <>
          {revokedAtMs !== undefined && <ElsewhereTakenBack />}
          <OpenConsent words="Open a signed one" />
          <Draft />
        </>
      )}
      {consentTrouble.value && <p role="alert">{consentTrouble.value}</p>}
    </section>
  )
}

function Draft() {
  const agreed = useSignal(false)
  if (signs.value === false) {
    return (
      <p>
        This browser cannot sign: it has no Ed25519 in WebCrypto, or this page does not come from a
        safe address. Use a current browser, or <code>nocturne consent new</code>. Until then the
        device only records.
      </p>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        agreed.value = false
        void sign()
      }}
    >
      <Fields />
      <Conditions />
      <h3>What you would sign</h3>
      <ul class="paper">
        {consentText(draft.value, zone).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <label class="agree">
        <input
          {...{ type: 'checkbox', checked: agreed.value }}
          onChange={(event) => {
            agreed.value = event.currentTarget.checked
          }}
        />
        I have read this, it is about me, and I want it.
      </label>
      <button type="submit" class="primary" disabled={!agreed.value || signs.value !== true}>
        Sign
      </button>
    </form>
  )
}

const ACTUATORS: readonly (readonly [Actuator, string])[] = [
  ['sound', 'sounds in deep sleep, soft noise at bedtime'],
  ['light', 'lamps, at bedtime and before waking'],
  ['cue', 'cues in dreaming sleep'],
  ['warmth', 'warmth'],
]

function Fields() {
  const { from, to, nights, soundDbA, mode } = wish.value
  const { absolute } = GUARDRAILS.soundDbA
  return (
    <>
      <div class="fields">
        <label>
          Up to the mode
          <select
            value={mode}
            onChange={(event) => change({ mode: event.currentTarget.value as typeof mode })}
          >
            <option value="guidance">guidance</option>
            <option value="control">control</option>
          </select>
        </label>
        <label>
          From
          <input
            {...{ type: 'time', value: from, required: true }}
            onInput={(event) => change({ from: event.currentTarget.value })}
          />
        </label>
        <label>
          To
          <input
            {...{ type: 'time', value: to, required: true }}
            onInput={(event) => change({ to: event.currentTarget.value })}
          />
        </label>
        <label>
          Nights (1 to 30)
          <input
            {...{ type: 'number', min: 1, max: 30, value: nights, required: true }}
            onInput={(event) => change({ nights: numberWithin(event.currentTarget.value, 1, 30) })}
          />
        </label>
        <label>
          Loudest, dB(A)
          <input
            {...{ type: 'number', min: absolute.from, max: absolute.to, value: soundDbA }}
            onInput={({ currentTarget: { value } }) =>
              change({ soundDbA: numberWithin(value, absolute.from, absolute.to) })
            }
          />
        </label>
      </div>
      <ActuatorChoice />
    </>
  )
}

function ActuatorChoice() {
  const { actuators } = wish.value
  return (
    <fieldset class="fields modes-of-acting">
      <legend>It may use</legend>
      {ACTUATORS.map(([name, words]) => (
        <label key={name} class="agree">
          <span>
            <input
              {...{ type: 'checkbox', checked: actuators.includes(name) }}
              onChange={(event) =>
                change({ actuators: toggled(actuators, name, event.currentTarget.checked) })
              }
            />
            {words}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

function change(part: Partial<typeof wish.value>): void {
  wish.value = { ...wish.value, ...part }
}

function Conditions() {
  const { conditions } = wish.value
  return (
    <>
      <h3>Does any of this apply to you?</h3>
      <div class="conditions-asked">
        {(Object.keys(CONDITION_TEXT) as Condition[]).map((name) => (
          <label key={name}>
            <input
              {...{ type: 'checkbox', checked: conditions.includes(name) }}
              onChange={(event) => {
                const next = toggled(conditions, name, event.currentTarget.checked)
                wish.value = { ...wish.value, conditions: next }
              }}
            />{' '}
            {CONDITION_TEXT[name]}
          </label>
        ))}
      </div>
    </>
  )
}

function toggled<T>(list: readonly T[], item: T, on: boolean): T[] {
  const others = list.filter((each) => each !== item)
  return on ? [...others, item] : others
}

function numberWithin(text: string, from: number, to: number): number {
  const value = Math.round(Number(text))
  return Math.min(to, Math.max(from, Number.isFinite(value) ? value : from))
}
