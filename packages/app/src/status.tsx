import { cancelReading, news, problem, progress } from './state.ts'

/** What is being done, with a way to end it, and what went wrong; at the foot of the window, spoken. */
export function Status() {
  const working = progress.value
  return (
    <div class="status">
      <p class="unseen" aria-live="polite">
        {working?.label ?? news.value}
      </p>
      {working && (
        <div class="toast">
          <label>
            {working.label}
            <progress value={working.fraction} max={1} />
          </label>
          <span class="value">{Math.round(100 * working.fraction)} %</span>
          <button type="button" onClick={cancelReading}>
            Cancel
          </button>
        </div>
      )}
      {problem.value && (
        <div class="toast problem" role="alert">
          <p>{problem.value}</p>
          <button
            type="button"
            onClick={() => {
              problem.value = ''
            }}
          >
            Dismiss
          </button>
        </div>
      )}
    </div>
  )
}
