import { AgreementCard, NoAgreementCard } from './agreement-card.tsx'
import { Downloads } from './downloads.tsx'
import { DropZone } from './drop-zone.tsx'
import { EpochView } from './epoch-view.tsx'
import { Keys } from './keys.tsx'
import { lazyClock } from './lazy-clock.ts'
import { lazyFleet } from './lazy-fleet.ts'
import { lazyMorning, lazyTonight } from './lazy-night-pages.ts'
import { ModelChoice } from './model-choice.tsx'
import { RecordingCard } from './recording-card.tsx'
import { firstView, isFromCentre, type View, view } from './route.ts'
import { type ShownNight, shown } from './state.ts'
import { StatisticsCard } from './statistics-card.tsx'
import { Status } from './status.tsx'
import { Summary } from './summary.tsx'
import { Timeline } from './timeline.tsx'

/** What each view is called, where its content begins, and what is to be known of it. */
const VIEWS = {
  night: {
    name: 'Night',
    start: 'night',
    skip: 'Skip to the night',
    about: 'Nocturne estimates sleep stages from brain waves.',
  },
  clock: {
    name: 'Clock',
    start: 'clock-start',
    skip: 'Skip to the clock',
    about: 'Nocturne estimates a body clock from sleep and light.',
  },
  tonight: {
    name: 'Tonight',
    start: 'tonight-start',
    skip: 'Skip to tonight',
    about: 'What sounds in sleep do for a person is not settled, and no effect is promised.',
  },
  morning: {
    name: 'Morning',
    start: 'morning-start',
    skip: 'Skip to the morning',
    about: 'What sounds in sleep do for a person is not settled, and no effect is promised.',
  },
  fleet: {
    name: 'Fleet',
    start: 'fleet-start',
    skip: 'Skip to the fleet',
    about: 'A centre sees numbers, no signal and no words, and can start nothing.',
  },
} as const satisfies Readonly<Record<View, object>>
const SLEEPERS = ['night', 'clock', 'tonight', 'morning'] as const
const ORDER: readonly View[] = orderOfViews()

function orderOfViews(): readonly View[] {
  if (!isFromCentre) return SLEEPERS
  return firstView === 'fleet' ? ['fleet', ...SLEEPERS] : [...SLEEPERS, 'fleet']
}

/** The page: one of its views, and the way from one to the other. */
export function App() {
  const current = view.value
  const { start, skip, about } = VIEWS[current]
  return (
    <>
      <a class="skip" href={`#${start}`}>
        {skip}
      </a>
      <header class="bar">
        <p class="brand">
          <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
            <path d="M21.5 20.5A9 9 0 0 1 12 8a9 9 0 1 0 9.5 12.5z" fill="currentColor" />
          </svg>
          Nocturne
        </p>
        <nav aria-label="Views">
          {ORDER.map((name) => (
            <a key={name} href={`#${name}`} aria-current={name === current ? 'page' : undefined}>
              {VIEWS[name].name}
            </a>
          ))}
        </nav>
        <p class="promise">
          {current === 'fleet'
            ? 'Every device belongs to its sleeper.'
            : 'Everything happens on this device. Nothing is uploaded.'}
        </p>
      </header>
      <main id={start} tabIndex={-1}>
        <Page of={current} />
      </main>
      <footer>
        <p>
          {about} It is not a medical device, and what it says is not a diagnosis. If your sleep
          worries you, talk to a doctor.
        </p>
      </footer>
      {current === 'night' && <Status />}
    </>
  )
}

const LAZY = {
  clock: lazyClock,
  tonight: lazyTonight,
  morning: lazyMorning,
  fleet: lazyFleet,
} as const

/** All but the night is fetched when it is first looked at. */
function Page({ of }: { of: View }) {
  if (of === 'night') return <NightPage />
  const Fetched = LAZY[of].value
  return Fetched ? <Fetched /> : <p class="waiting">This page is on its way …</p>
}

function NightPage() {
  return (
    <>
      <DropZone />
      {shown.value ? (
        <NightView shown={shown.value} />
      ) : (
        <p class="waiting">The example night is on its way …</p>
      )}
    </>
  )
}

function NightView({ shown: { night, sources, documentUrl } }: { shown: ShownNight }) {
  return (
    <>
      <Summary night={night} />
      <Timeline night={night} />
      <EpochView night={night} />
      {night.reference && (
        <AgreementCard agreement={night.reference.agreement} scorer={sources.hypnogram?.name} />
      )}
      {sources.hypnogram && !night.reference && (
        <NoAgreementCard warnings={night.warnings} scorer={sources.hypnogram.name} />
      )}
      <div class="cards">
        <StatisticsCard night={night} />
        <div class="stack">
          <ModelChoice night={night} model={sources.model} />
          <Downloads night={night} sources={sources} documentUrl={documentUrl} />
        </div>
        <RecordingCard night={night} eeg={sources.eeg} />
        <Keys />
      </div>
    </>
  )
}
