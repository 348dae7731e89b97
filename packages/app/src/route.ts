import { signal } from '@preact/signals'

/** What the page shows: a night, or the clock and the coming week. */
export type View = 'night' | 'clock'

/** The view of the address: `#clock` and what begins with it is the clock, all else the night. */
export const view = signal<View>(viewNow())

function viewNow(): View {
  return location.hash.startsWith('#clock') ? 'clock' : 'night'
}

/** Keeps the view to the address, also back and forth. */
export function followAddress(): void {
  addEventListener('hashchange', () => {
    view.value = viewNow()
  })
}
