import { signal } from '@preact/signals'

/** What the page shows: a recorded night, the clock, tonight's device, or the morning after. */
export type View = 'night' | 'clock' | 'tonight' | 'morning'

const OTHERS = ['clock', 'tonight', 'morning'] as const

/** The view of the address: `#clock` and what begins with it is the clock; by itself the night. */
export const view = signal<View>(viewNow())

function viewNow(): View {
  return OTHERS.find((name) => location.hash.startsWith(`#${name}`)) ?? 'night'
}

/** Keeps the view to the address, also back and forth. */
export function followAddress(): void {
  addEventListener('hashchange', () => {
    view.value = viewNow()
  })
}
