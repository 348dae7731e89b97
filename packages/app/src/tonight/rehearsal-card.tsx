import { useSignal } from '@preact/signals'
import { FileDrop } from '../morning/file-drop.tsx'
import { saveBlob } from '../save-blob.ts'
import { kept, standingAt, zone } from './consent-state.ts'
import { LiveView } from './live-view.tsx'
import { rehearsedBox } from './rehearsed-box.ts'
import type { GivenConsent, PlayedNight } from './tonight-messages.ts'
import {
  begin,
  endNight,
  hasBox,
  live,
  remark,
  running,
  setSpeed,
  speed,
  tonightMs,
  trouble,
} from './tonight-state.ts'

const SPEEDS = [
  [1, 'as slow as life'],
  [10, '10 times as fast'],
  [60, 'an hour in a minute'],
  [0, 'as fast as it goes'],
] as const

/** A night played in the browser: all decisions as at night, no sound, acting on nobody. */
export function RehearsalCard() {
  const start = (played: PlayedNight): void => begin(played, carrying(), zone)
  const receive = ([file]: readonly File[]): void => {
    if (file) start({ kind: 'file', file })
  }
  return (
    <section class="card rehearsal" aria-labelledby="rehearsal-title">
      <h2 id="rehearsal-title">Rehearse a night</h2>
      <p class="plan-words">
        The device’s own loop on a made-up sleeper or on a recording of yours. It decides as it
        would at night, and it is silent: it acts on nobody. It runs{' '}
        {carrying() ? 'under the consent above' : 'under a throw-away consent'}, in the mode chosen
        above.
      </p>
      <PlayFields start={start} />
      {!running.value && (
        <FileDrop
          label="Play a recording"
          choose="Play a recording"
          letGo="An EDF or BDF recording is played through the loop. Nothing leaves this device."
          accept=".edf,.bdf,.rec"
          receive={receive}
        >
          Or drop an EDF or BDF recording anywhere.
        </FileDrop>
      )}
      {trouble.value && (
        <p role="alert" class="bad">
          {trouble.value}
        </p>
      )}
      {remark.value && <p role="status">{remark.value}</p>}
      {live.value && (
        <>
          <progress aria-label="How far the night is" value={live.value.fraction} max={1} />
          <LiveView night={live.value} />
        </>
      )}
      {running.value && !live.value && <p class="waiting">The sleeper lies down …</p>}
      {hasBox.value && <BoxLine />}
    </section>
  )
}

function PlayFields({ start }: { readonly start: (played: PlayedNight) => void }) {
  const seed = useSignal(3)
  const hours = useSignal(2)
  return (
    <div class="fields">
      <NumberField name="Sleeper no." signal={seed} from={0} to={999_999} step={1} />
      <NumberField name="Hours" signal={hours} from={0.1} to={12} step={0.1} />
      <label>
        Speed
        <select
          value={speed.value}
          onChange={(event) => setSpeed(Number(event.currentTarget.value))}
        >
          {SPEEDS.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {running.value ? (
        <button type="button" onClick={endNight}>
          End the rehearsal
        </button>
      ) : (
        <button
          type="button"
          class="primary"
          onClick={() => start({ kind: 'synth', seed: seed.value, hours: hours.value })}
        >
          Rehearse
        </button>
      )}
    </div>
  )
}

function BoxLine() {
  return (
    <div class="buttons">
      <button type="button" onClick={() => void saveBox()}>
        Save the black box
      </button>
      <a href="#morning">See the morning after</a>
    </div>
  )
}

/** The consent that this browser keeps, where it would carry tonight. */
function carrying(): GivenConsent | undefined {
  const { consent } = kept.value ?? {}
  if (consent === undefined || standingAt(tonightMs(zone)) !== 'valid') return undefined
  return { consent, sleeper: consent.signer }
}

async function saveBox(): Promise<void> {
  const box = await rehearsedBox()
  if (box) saveBlob('rehearsal.box', box)
}

function NumberField(props: {
  readonly name: string
  readonly signal: { value: number }
  readonly from: number
  readonly to: number
  readonly step: number
}) {
  const { name, signal, from, to, step } = props
  return (
    <label>
      {name}
      <input
        {...{ type: 'number', min: from, max: to, step, value: signal.value }}
        onInput={(event) => {
          const value = Number(event.currentTarget.value)
          if (value >= from && value <= to) signal.value = value
        }}
      />
    </label>
  )
}
