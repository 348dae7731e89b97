import { AgreementCard, NoAgreementCard } from './agreement-card.tsx'
import { Downloads } from './downloads.tsx'
import { DropZone } from './drop-zone.tsx'
import { EpochView } from './epoch-view.tsx'
import { Keys } from './keys.tsx'
import { lazyClock } from './lazy-clock.ts'
import { ModelChoice } from './model-choice.tsx'
import { RecordingCard } from './recording-card.tsx'
import { view } from './route.ts'
import { type ShownNight, shown } from './state.ts'
import { StatisticsCard } from './statistics-card.tsx'
import { Status } from './status.tsx'
import { Summary } from './summary.tsx'
import { Timeline } from './timeline.tsx'

/** The page: a night or the clock, and the way from one to the other. */
export function App() {
  const isClock = view.value === 'clock'
  return (
    <>
      <a class="skip" href={isClock ? '#clock-start' : '#night'}>
        {isClock ? 'Skip to the clock' : 'Skip to the night'}
      </a>
      <header class="bar">
        <p class="brand">
          <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
            <path d="M21.5 20.5A9 9 0 0 1 12 8a9 9 0 1 0 9.5 12.5z" fill="currentColor" />
          </svg>
          Nocturne
        </p>
        <nav aria-label="Views">
          <a href="#night" aria-current={isClock ? undefined : 'page'}>
            Night
          </a>
          <a href="#clock" aria-current={isClock ? 'page' : undefined}>
            Clock
          </a>
        </nav>
        <p class="promise">Everything happens on this device. Nothing is uploaded.</p>
      </header>
      <main id={isClock ? 'clock-start' : 'night'} tabIndex={-1}>
        {isClock ? <ClockPage /> : <NightPage />}
      </main>
      <footer>
        <p>
          {isClock
            ? 'Nocturne estimates a body clock from sleep and light.'
            : 'Nocturne estimates sleep stages from brain waves.'}{' '}
          It is not a medical device, and what it says is not a diagnosis. If your sleep worries
          you, talk to a doctor.
        </p>
      </footer>
      {!isClock && <Status />}
    </>
  )
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

/** The clock's part of the program is fetched when it is first looked at. */
function ClockPage() {
  const ClockView = lazyClock.value
  return ClockView ? <ClockView /> : <p class="waiting">The clock is on its way …</p>
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
