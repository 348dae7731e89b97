import type { DeviceShown } from './fleet-rows.ts'
import { order } from './fleet-state.ts'

const NAMES: Readonly<Record<string, string>> = {
  quality: 'good signal',
  heartRate: 'heart, per min',
  movement: 'movement',
}

/** One device opened: its last frame, its grant, and what an operator may do about it. */
export function DeviceDetail({ device: shown }: { device: DeviceShown }) {
  const { device, cohort, grant, numbers, findings, faults, acts, staff, revoked } = shown
  const known = Object.entries(numbers ?? {}).filter(([, value]) => value !== null)
  const say = (deed: string) => void order(`/v1/devices/${device}`, { do: deed })
  return (
    <div class="detail">
      <dl>
        <dt>District</dt>
        <dd>{cohort.district}</dd>
        <dt>Grant</dt>
        <dd>{grant === null ? 'none: natural' : `up to ${grant.ceiling}, epoch ${grant.epoch}`}</dd>
        <dt>Acts this night</dt>
        <dd>{acts}</dd>
        <dt>Wrong</dt>
        <dd>{[...faults, ...findings].join(', ') || 'nothing'}</dd>
        <dt>Last frame</dt>
        <dd>
          {known.map(([name, value]) => `${NAMES[name] ?? name} ${rounded(value)}`).join(', ') ||
            'none yet'}
        </dd>
      </dl>
      <div class="fields">
        <button type="button" onClick={() => say(staff ? 'no-staff' : 'staff')}>
          {staff ? 'No longer staff' : 'Staff: releases reach it first'}
        </button>
        <button type="button" onClick={() => say(revoked ? 'restore' : 'revoke')}>
          {revoked ? 'Let it in again' : 'Shut it out: natural within 90 s'}
        </button>
      </div>
    </div>
  )
}

function rounded(value: number | null): string {
  return value === null ? '–' : String(Math.round(value * 100) / 100)
}
