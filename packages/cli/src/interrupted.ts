import type { Io } from './command.ts'

/** Resolves when somebody wants a program that serves to end: Ctrl-C, or the system's word. */
export function interrupted(io: Io): Promise<void> {
  return new Promise((resolve) => {
    io.signal.addEventListener('abort', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
