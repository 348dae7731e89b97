import type { FailsafeState } from '@nocturne/core/fleet'
import { useState } from 'preact/hooks'
import { failsafe, ladder, order, person } from './fleet-state.ts'
import { momentText } from './fleet-words.ts'
import { makePasskey } from './sign-in-card.tsx'

const SHARES = ['0.1 %', '1 %', '10 %', '50 %', '100 %'] as const

/** The switch of the whole fleet: one person makes all quiet, two give guidance back. */
export function FailsafePanel() {
  const [why, setWhy] = useState('')
  const state = failsafe.value
  const role = person.value?.role
  if (!state) return null
  const pulled = !state.granting
  const say = (what: 'pull' | 'lift') =>
    void order('/v1/failsafe', { do: what, why: why.trim(), from: 'app' }).then((done) => {
      if (done) setWhy('')
    })
  const isMine = state.asked !== undefined && state.asked.operator === person.value?.name
  const ready = why.trim().length > 0 && role !== 'viewer'
  return (
    <section class={`card switch ${pulled ? 'pulled' : ''}`} aria-labelledby="switch-title">
      <h2 id="switch-title">The failsafe</h2>
      <SwitchState state={state} />
      <form class="fields" onSubmit={(event) => event.preventDefault()}>
        <label>
          Why
          <input
            {...{ type: 'text', value: why, id: 'why', maxLength: 400 }}
            onInput={(event) => setWhy(event.currentTarget.value)}
          />
        </label>
        <button
          {...{ type: 'button', class: 'pull', id: 'pull', disabled: !ready }}
          onClick={() => say('pull')}
        >
          {pulled ? 'Say it again' : 'Make everyone natural'}
        </button>
        {pulled && (
          <button
            {...{ type: 'button', id: 'lift', onClick: () => say('lift') }}
            disabled={!ready || role !== 'safety-officer' || isMine}
          >
            {liftWords(state.asked?.operator, isMine)}
          </button>
        )}
      </form>
      <p class="note">
        Pulling takes one person and works without any device being reached: grants are not renewed,
        and lapse. Lifting takes two within half an hour and gives guidance back, never control.
      </p>
      <Way />
      <details>
        <summary>Your sign-in</summary>
        <button type="button" onClick={() => void makePasskey()}>
          Make a passkey for this device
        </button>
      </details>
    </section>
  )
}

function SwitchState({ state }: { state: FailsafeState }) {
  const { granting, ceiling, epoch, sinceMs, filePresent } = state
  return (
    <p>
      <strong id="switch-state">
        {granting
          ? `Not pulled: grants go up to ${ceiling}.`
          : 'Pulled: nothing is granted. Every device is natural at the latest 90 s after it.'}
      </strong>{' '}
      Epoch {epoch}
      {sinceMs > 0 && `, since ${momentText(sinceMs)}`}.
      {filePresent && ' A file on the centre’s disk holds it.'}
    </p>
  )
}

function liftWords(asked: string | undefined, isMine: boolean): string {
  if (asked === undefined) return 'Ask to lift it'
  return isMine ? 'Waits for a second safety officer' : `Lift it, as the second after ${asked}`
}

/** The way back: natural, guidance, control by cohorts. */
function Way() {
  const way = ladder.value
  if (!way) return null
  const { standing, cohorts, nights, startedMs } = way
  return (
    <div class="way">
      <h3>The way back</h3>
      <ol class="rungs">
        <li class="reached">guidance for all</li>
        {SHARES.map((share, k) => (
          <li key={share} class={k < cohorts ? 'reached' : ''}>
            control: {share}
          </li>
        ))}
      </ol>
      <p class="note">
        {standing === 'climbing' &&
          `Going on by evidence, a night a step at least; ${nights} since the last. Control only for those who consented again.`}
        {standing === 'stopped' &&
          'Stopped: control was taken back from all, and waits for a person.'}
        {standing === 'level' && (startedMs === null ? 'Nothing was lost.' : 'All is given back.')}
      </p>
      <div class="buttons">
        {standing === 'stopped' ? (
          <button type="button" onClick={() => void order('/v1/ladder', { do: 'resume' })}>
            Go on
          </button>
        ) : (
          <button type="button" onClick={() => void order('/v1/ladder', { do: 'stop' })}>
            Take control back from all
          </button>
        )}
      </div>
    </div>
  )
}
