import { signal } from '@preact/signals'

/**
 * What the page shows: a recorded night, the clock, tonight's device, the morning after, or the
 * fleet, where a centre gave the page.
 */
export type View = 'night' | 'clock' | 'tonight' | 'morning' | 'fleet'

const NAMED = ['night', 'clock', 'tonight', 'morning', 'fleet'] as const

const MARK = document.querySelector<HTMLMetaElement>('meta[name="nocturne-centre"]')

/** Whether this page came from a centre, which says so in its head. */
export const isFromCentre: boolean = MARK !== null

/** What an address without a name shows: a centre says whether its fleet comes first. */
export const firstView: View = MARK?.content === 'fleet' ? 'fleet' : 'night'

/** The view of the address: `#clock` and what begins with it is the clock. */
export const view = signal<View>(viewNow())

function viewNow(): View {
  const named = NAMED.find((name) => location.hash.startsWith(`#${name}`))
  if (location.hash.startsWith('#sign-in=') && isFromCentre) return 'fleet'
  return named === undefined || (named === 'fleet' && !isFromCentre) ? firstView : named
}

/** Keeps the view to the address, also back and forth. */
export function followAddress(): void {
  addEventListener('hashchange', () => {
    view.value = viewNow()
  })
}
