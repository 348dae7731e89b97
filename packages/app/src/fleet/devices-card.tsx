import { useState } from 'preact/hooks'
import { STAGE_WORDS, stageClass } from '../words.ts'
import { DeviceDetail } from './device-detail.tsx'
import type { DeviceShown } from './fleet-rows.ts'
import { devices, moreDevices, nowMs } from './fleet-state.ts'
import { agoText, troubleOf } from './fleet-words.ts'
import { PairingCode } from './pairing-code.tsx'

const STAGES = ['W', 'N1', 'N2', 'N3', 'R'] as const

/** The devices: who sleeps, in which mode, heard when, and what is wrong. */
export function DevicesCard() {
  const [begin, setBegin] = useState('')
  const [onlyTrouble, setOnlyTrouble] = useState(false)
  const all = [...devices.value.values()].sort((a, b) => (a.device < b.device ? -1 : 1))
  const shown = all.filter(
    (each) => each.device.includes(begin.trim()) && (!onlyTrouble || troubleOf(each) !== ''),
  )
  return (
    <section class="card" aria-labelledby="devices-title">
      <h2 id="devices-title">Devices</h2>
      <div class="fields">
        <label>
          Name
          <input
            {...{ type: 'search', value: begin }}
            onInput={(event) => setBegin(event.currentTarget.value)}
          />
        </label>
        <label class="inline">
          <input
            {...{ type: 'checkbox', checked: onlyTrouble }}
            onChange={(event) => setOnlyTrouble(event.currentTarget.checked)}
          />{' '}
          only with something wrong
        </label>
      </div>
      <div class="scroll">
        <table class="devices">
          <Head />
          <tbody>
            {shown.map((each) => (
              <DeviceRow key={each.device} device={each} />
            ))}
          </tbody>
        </table>
      </div>
      <PairingCode />
      {all.length === 0 && (
        <p class="note">
          None yet. On this machine,{' '}
          <code>nocturne edge --facility {location.origin} --source synth:1</code> brings a made-up
          sleeper.
        </p>
      )}
      {moreDevices.value && (
        <p class="note">
          The first {all.length} by name; <code>nocturne fleet devices</code> finds any of them.
        </p>
      )}
    </section>
  )
}

const COLUMNS = ['Device', 'Sleep', 'Mode', 'Consent', 'Heart', 'Release', 'Heard', 'Wrong']

function Head() {
  return (
    <thead>
      <tr>
        {COLUMNS.map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function DeviceRow({ device }: { device: DeviceShown }) {
  const [isOpen, setOpen] = useState(false)
  const { mode, consent, online, numbers, release, heardMs, staysNatural, grant } = device
  const stage = STAGES[numbers?.stage ?? -1] ?? '?'
  const heart = numbers?.heartRate
  const row = (
    <tr class={online ? '' : 'away'}>
      <th scope="row">
        <button
          {...{ type: 'button', class: 'opens', 'aria-expanded': isOpen }}
          onClick={() => setOpen(!isOpen)}
        >
          {device.device}
        </button>
        {device.revoked && <small> shut out</small>}
      </th>
      <td>
        {online ? <span class={`chip ${stageClass(stage)}`}>{STAGE_WORDS[stage]}</span> : 'away'}
      </td>
      <td>
        {mode}
        {staysNatural && <small> by wish</small>}
        {grant && grant.ceiling !== mode && <small> of {grant.ceiling}</small>}
      </td>
      <td>{consent}</td>
      <td class="value">{heart == null ? '–' : heart.toFixed(0)}</td>
      <td class="value">{release === 0 ? 'shipped' : release}</td>
      <td class="value">{heardMs > 0 ? agoText(heardMs, nowMs.value) : '–'}</td>
      <td>{troubleOf(device) || '–'}</td>
    </tr>
  )
  return isOpen ? (
    <>
      {row}
      <tr>
        <td colSpan={COLUMNS.length}>
          <DeviceDetail device={device} />
        </td>
      </tr>
    </>
  ) : (
    row
  )
}
