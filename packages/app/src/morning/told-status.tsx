/** Work under way, its name and how far it has come, 0 to 1. */
export type Work = { readonly label: string; readonly fraction: number }

/** What is being done, with a way to end it, and what went wrong; at the foot of the window, spoken. */
export function ToldStatus(props: {
  readonly work: Work | undefined
  readonly told: string
  readonly trouble: string
  readonly dismiss: () => void
}) {
  const { work, told, trouble, dismiss } = props
  return (
    <div class="status">
      <p class="unseen" aria-live="polite">
        {work?.label ?? told}
      </p>
      {work && (
        <div class="toast">
          <label>
            {work.label}
            <progress value={work.fraction} max={1} />
          </label>
          <span class="value">{Math.round(100 * work.fraction)} %</span>
          <button type="button" onClick={dismiss}>
            Cancel
          </button>
        </div>
      )}
      {trouble && (
        <div class="toast problem" role="alert">
          <p>{trouble}</p>
          <button type="button" onClick={dismiss}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  )
}
