import { dismissClock, told, trouble, working } from './clock-state.ts'

/** What is being done, with a way to end it, and what went wrong; at the foot of the window, spoken. */
export function ClockStatus() {
  const work = working.value
  return (
    <div class="status">
      <p class="unseen" aria-live="polite">
        {work?.label ?? told.value}
      </p>
      {work && (
        <div class="toast">
          <label>
            {work.label}
            <progress value={work.fraction} max={1} />
          </label>
          <span class="value">{Math.round(100 * work.fraction)} %</span>
          <button type="button" onClick={dismissClock}>
            Cancel
          </button>
        </div>
      )}
      {trouble.value && (
        <div class="toast problem" role="alert">
          <p>{trouble.value}</p>
          <button type="button" onClick={dismissClock}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  )
}
