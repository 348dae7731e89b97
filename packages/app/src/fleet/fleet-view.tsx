import { useEffect } from 'preact/hooks'
import { ApprovalsCard } from './approvals-card.tsx'
import { CurveFigure } from './curve-figure.tsx'
import { DevicesCard } from './devices-card.tsx'
import { FailsafePanel } from './failsafe-panel.tsx'
import {
  enterFleet,
  incidents,
  isLive,
  leaveFleet,
  person,
  signOut,
  status,
  trouble,
} from './fleet-state.ts'
import { fleetSentence } from './fleet-words.ts'
import { IncidentsCard } from './incidents-card.tsx'
import { RolloutsCard } from './rollouts-card.tsx'
import { SignInCard } from './sign-in-card.tsx'
import { TokensCard } from './tokens-card.tsx'
import { WokenCard } from './woken-card.tsx'
import './fleet.css'

/** The fleet as it is now: the switch, the people in numbers, incidents, rollouts, devices. */
export function FleetView() {
  useEffect(() => {
    void enterFleet()
    return leaveFleet
  }, [])
  const who = person.value
  return (
    <div class="fleet">
      <p class="eyebrow">A centre can end, lower and ask. It can start nothing.</p>
      {who === undefined && <p class="waiting">The centre is asked …</p>}
      {who === null && <SignInCard />}
      {who && <Watch />}
      {trouble.value && (
        <p class="toast problem" role="alert">
          {trouble.value}
        </p>
      )}
    </div>
  )
}

function Watch() {
  const open = incidents.value.filter((each) => each.status !== 'closed').length
  const { name, role } = person.value!
  return (
    <>
      <h1>{status.value ? fleetSentence(status.value, open) : 'The fleet'}</h1>
      <p class="whoami">
        <span class={`chip ${isLive.value ? 'good' : 'doubt'}`}>
          {isLive.value ? 'live' : 'not live: what is shown may be old'}
        </span>
        <span>
          {name}, {role}
        </span>
        <button type="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </p>
      <FailsafePanel />
      <ApprovalsCard />
      {status.value && <Numbers />}
      <IncidentsCard />
      <RolloutsCard />
      <DevicesCard />
      <WokenCard />
      <TokensCard />
    </>
  )
}

function Numbers() {
  const { enrolled, online, modes, releases, dark, curve } = status.value!
  const rows: readonly (readonly [string, string])[] = [
    ['devices here', `${online} of ${enrolled}`],
    ['natural', String(modes.natural)],
    ['guidance', String(modes.guidance)],
    ['control', String(modes.control)],
    ['releases', releases.map(releaseText).join(', ') || '–'],
    ['districts dark', dark.join(', ') || 'none'],
  ]
  return (
    <section class="card" aria-labelledby="now-title">
      <h2 id="now-title">Now</h2>
      <dl class="numbers">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dd class="value">{value}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
      <CurveFigure points={curve} />
    </section>
  )
}

function releaseText({ release, devices }: { release: number; devices: number }): string {
  return `${release === 0 ? 'as shipped' : release}: ${devices}`
}
