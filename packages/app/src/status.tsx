import { useSignal } from '@preact/signals'
import { answerQuestion, dismiss, news, problem, progress, question } from './state.ts'

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
          <button type="button" onClick={dismiss}>
            Cancel
          </button>
        </div>
      )}
      {question.value && <Question key={question.value.sources} labels={question.value.labels} />}
      {problem.value && (
        <div class="toast problem" role="alert">
          <p>{problem.value}</p>
          <button type="button" onClick={dismiss}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  )
}

/** Asks which channel is EEG where no name says so. */
function Question({ labels }: { labels: readonly string[] }) {
  const chosen = useSignal(labels[0] ?? '')
  return (
    <div class="toast problem" role="alert">
      <label>
        No channel is EEG by its name. Which one shall be read?{' '}
        <select
          value={chosen.value}
          onChange={(event) => {
            chosen.value = event.currentTarget.value
          }}
        >
          {labels.map((label) => (
            <option key={label}>{label}</option>
          ))}
        </select>
      </label>
      <div class="buttons">
        <button type="button" class="primary" onClick={() => answerQuestion(chosen.value)}>
          Read it
        </button>
        <button type="button" onClick={dismiss}>
          Leave it
        </button>
      </div>
    </div>
  )
}
