import { AgreementCard, NoAgreementCard } from './agreement-card.tsx'
import { Downloads } from './downloads.tsx'
import { DropZone } from './drop-zone.tsx'
import { EpochView } from './epoch-view.tsx'
import { Keys } from './keys.tsx'
import { ModelChoice } from './model-choice.tsx'
import { RecordingCard } from './recording-card.tsx'
import { type ShownNight, shown } from './state.ts'
import { StatisticsCard } from './statistics-card.tsx'
import { Status } from './status.tsx'
import { Summary } from './summary.tsx'
import { Timeline } from './timeline.tsx'

/** The page: a night, and the way to open another. */
export function App() {
  return (
    <>
      <a class="skip" href="#night">
        Skip to the night
      </a>
      <header class="bar">
        <p class="brand">
          <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
            <path d="M21.5 20.5A9 9 0 0 1 12 8a9 9 0 1 0 9.5 12.5z" fill="currentColor" />
          </svg>
          Nocturne
        </p>
        <p class="promise">Everything happens on this device. Nothing is uploaded.</p>
      </header>
      <main id="night" tabIndex={-1}>
        <DropZone />
        {shown.value ? (
          <NightView shown={shown.value} />
        ) : (
          <p class="waiting">The example night is on its way …</p>
        )}
      </main>
      <footer>
        <p>
          Nocturne estimates sleep stages from brain waves. It is not a medical device, and what it
          says is not a diagnosis. If your sleep worries you, talk to a doctor.
        </p>
      </footer>
      <Status />
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
