import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'

/** The fleet's pages, once their part of the program is here. */
export const lazyFleet = signal<ComponentType | undefined>(undefined)

/** Fetches the fleet's part of the program, once. */
export async function fetchFleet(): Promise<void> {
  if (lazyFleet.peek()) return
  const { FleetView } = await import('./fleet/fleet-view.tsx')
  lazyFleet.value = FleetView
}
