import type { Io } from './command.ts'

/** Work shorter than this shows no progress: it would only flicker. */
const QUIET_MS = 1000
const REDRAW_MS = 100
const BAR_WIDTH = 24

/** A progress bar on stderr: redrawn in place on a terminal, absent elsewhere. */
export function progressBar(write: (text: string) => void, terminal: boolean): Io['progress'] {
  const start = performance.now()
  let drawn = 0
  return (label, fraction) => {
    const now = performance.now()
    if (!terminal || now - start < QUIET_MS) return
    if (fraction >= 1) {
      if (drawn > 0) write('\r\x1b[K')
      drawn = 0
      return
    }
    if (now - drawn < REDRAW_MS) return
    drawn = now
    const full = Math.round(fraction * BAR_WIDTH)
    const bar = '━'.repeat(full) + '┄'.repeat(BAR_WIDTH - full)
    write(`\r\x1b[K${bar} ${String(Math.floor(fraction * 100)).padStart(3)} %  ${label}`)
  }
}
