import { useEffect } from 'preact/hooks'
import { ClockCards } from './clock-cards.tsx'
import { ClockDrop } from './clock-drop.tsx'
import { answer, dismissClock, showExampleClock, shownPlan, working } from './clock-state.ts'
import { ClockStatus } from './clock-status.tsx'
import { ClockSummary } from './clock-summary.tsx'
import { GoalForm } from './goal-form.tsx'
import { PlanView } from './plan-view.tsx'
import './clock.css'

/** The clock and the coming week: what a person gave, where the clock is, what to do. */
export function ClockView() {
  useEffect(() => {
    if (!answer.peek() && !working.peek()) showExampleClock()
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && answer.peek()) dismissClock()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  const found = answer.value
  return (
    <>
      <ClockDrop />
      {found ? (
        <>
          <ClockSummary answer={found} />
          <GoalForm key={found.document.atMs} zone={found.document.zone} />
          {shownPlan.value && <PlanView shown={shownPlan.value} />}
          <ClockCards answer={found} />
        </>
      ) : (
        <p class="waiting">The example sleeper is on its way …</p>
      )}
      <ClockStatus />
    </>
  )
}
