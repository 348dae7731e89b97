import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'

/** The clock's view, once its part of the program is here. */
export const lazyClock = signal<ComponentType | undefined>(undefined)

/** Fetches the clock's part of the program, once. */
export async function fetchClock(): Promise<void> {
  if (lazyClock.peek()) return
  const { ClockView } = await import('./clock/clock-view.tsx')
  lazyClock.value = ClockView
}
