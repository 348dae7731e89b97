/** A monotonic clock and its alarms; a test brings its own. */
export type Timer = {
  /** Ms of a clock that never goes back. */
  now(): number
  /** Runs once after so many ms; the result takes it back. */
  after(ms: number, run: () => void): () => void
}

/** Node's monotonic clock. */
export const nodeTimer: Timer = {
  now: () => performance.now(),
  after: (ms, run) => {
    const alarm = setTimeout(run, Math.max(0, ms))
    return () => clearTimeout(alarm)
  },
}
