import { Downloads } from './downloads.tsx'
import { DropZone } from './drop-zone.tsx'
import { EpochView } from './epoch-view.tsx'
import { ModelChoice } from './model-choice.tsx'
import { isExample, night, problem, progress } from './state.ts'
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
        <Status />
        {night.value ? <NightView /> : <p class="waiting">The example night is on its way …</p>}
      </main>
      <footer>
        <p>
          Nocturne estimates sleep stages from brain waves. It is not a medical device, and its word
          is not a diagnosis.
        </p>
      </footer>
    </>
  )
}

function NightView() {
  const shown = night.value
  if (!shown) return null
  return (
    <>
      <Summary night={shown} example={isExample.value} />
      <Timeline night={shown} />
      <EpochView night={shown} />
      <section class="tools" aria-label="Model and downloads">
        <ModelChoice night={shown} />
        <Downloads night={shown} />
      </section>
    </>
  )
}

/** Progress and problems, spoken to screen readers as they change. */
function Status() {
  const working = progress.value
  return (
    <div class="status" aria-live="polite">
      {working && (
        <p>
          <label>
            {working.label} <progress value={working.fraction} max={1} />
          </label>
        </p>
      )}
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
    </div>
  )
}
