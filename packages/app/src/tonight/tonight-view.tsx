import { useEffect } from 'preact/hooks'
import { ConsentCard } from './consent-card.tsx'
import { loadConsent } from './consent-state.ts'
import { ModeCard } from './mode-card.tsx'
import { RehearsalCard } from './rehearsal-card.tsx'
import { endNight, halted, live, running, stopEverything, wanted } from './tonight-state.ts'
import './night-pages.css'

/** Tonight: the mode, the consent, a rehearsal, and one button that stops everything. */
export function TonightView() {
  useEffect(() => {
    void loadConsent()
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') stopEverything()
    }
    addEventListener('keydown', onKey)
    return () => {
      removeEventListener('keydown', onKey)
      // Nothing runs where the button cannot be seen.
      if (running.peek()) endNight()
    }
  }, [])
  return (
    <div class="tonight">
      <p class="eyebrow">You decide. The device can only do less than you allow.</p>
      <h1>Tonight</h1>
      <section class="halt" aria-label="Stop">
        <button type="button" onClick={stopEverything}>
          Stop everything
        </button>
        <p>
          <strong>{stateWords()}</strong>
          <span role="status" id="halted">
            {halted.value || 'At once, at any time, also by the key Esc. Nothing is asked.'}
          </span>
        </p>
      </section>
      <ModeCard />
      <ConsentCard />
      <RehearsalCard />
    </div>
  )
}

function stateWords(): string {
  if (!running.value) return `Nothing is running. Mode: ${wanted.value}.`
  return `A rehearsal is running, silent. Mode now: ${live.value?.mode ?? 'natural'}.`
}
