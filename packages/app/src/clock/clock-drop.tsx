import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { dropAnywhere } from '../drop-zone.tsx'
import {
  chooseZone,
  isExampleClock,
  receiveClockFiles,
  showExampleClock,
  zone,
} from './clock-state.ts'

/** Takes a person's files by drop anywhere on the page, or by the button. */
export function ClockDrop() {
  const over = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  useEffect(
    () =>
      dropAnywhere((state) => {
        over.value = state
      }, receiveClockFiles),
    [over],
  )
  return (
    <section class="drop" aria-label="Give your files">
      <p>
        Drop a sleep diary, a watch’s export or a light logger’s file anywhere
        <span class="hint">; a genotype beside it if you like. All stay on this device.</span>
      </p>
      <div class="buttons">
        {!isExampleClock.value && (
          <button type="button" onClick={showExampleClock}>
            Back to the example
          </button>
        )}
        <button type="button" class="primary" onClick={() => input.current?.click()}>
          Choose files
        </button>
      </div>
      <ZoneChoice />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files about you"
        onChange={(event) => {
          receiveClockFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      {over.value && (
        <div class="over">
          <p>
            Let go to read it here
            <span>A diary, an export, a logger or a genotype. Nothing leaves this device.</span>
          </p>
        </div>
      )}
    </section>
  )
}

function ZoneChoice() {
  const zones = Intl.supportedValuesOf('timeZone')
  return (
    <label class="zone hint">
      Clocks that name no time zone are those of{' '}
      <select value={zone.value} onChange={(event) => chooseZone(event.currentTarget.value)}>
        {(zones.includes(zone.value) ? zones : [zone.value, ...zones]).map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}
