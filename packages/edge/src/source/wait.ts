/** Waits for some ms; an abort ends the wait. */
export function waited(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((go) => {
    if (stop.aborted) return go()
    const done = (): void => {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      go()
    }
    const timer = setTimeout(done, ms)
    stop.addEventListener('abort', done)
  })
}
