import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'

/** The page of tonight, once its part of the program is here. */
export const lazyTonight = signal<ComponentType | undefined>(undefined)
/** The page of the morning after, once its part of the program is here. */
export const lazyMorning = signal<ComponentType | undefined>(undefined)

/** Fetches tonight's part of the program, once. */
export async function fetchTonight(): Promise<void> {
  if (lazyTonight.peek()) return
  const { TonightView } = await import('./tonight/tonight-view.tsx')
  lazyTonight.value = TonightView
}

/** Fetches the morning's part of the program, once. */
export async function fetchMorning(): Promise<void> {
  if (lazyMorning.peek()) return
  const { MorningView } = await import('./morning/morning-view.tsx')
  lazyMorning.value = MorningView
}
