import { signal } from '@preact/signals'

/**
 * What the page shows: a recorded night, the clock, tonight's device, the morning after, or the
 * fleet, where a centre gave the page.
 */
export type View = 'night' | 'clock' | 'tonight' | 'morning' | 'fleet'

const NAMED = ['night', 'clock', 'tonight', 'morning', 'fleet'] as const

/** Whether this page came from a centre, which says so in its head. */
export const isFromCentre: boolean = document.querySelector('meta[name="nocturne-centre"]') !== null

/** The view of the address: `#clock` and what begins with it is the clock. */
export const view = signal<View>(viewNow())

function viewNow(): View {
  const named = NAMED.find((name) => location.hash.startsWith(`#${name}`))
  if (isFromCentre) return named ?? 'fleet'
  return named === undefined || named === 'fleet' ? 'night' : named
}

/** Keeps the view to the address, also back and forth. */
export function followAddress(): void {
  addEventListener('hashchange', () => {
    view.value = viewNow()
  })
}
