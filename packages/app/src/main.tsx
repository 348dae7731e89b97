import { effect } from '@preact/signals'
import { render } from 'preact'
import { App } from './app.tsx'
import { loadExample } from './example.ts'
import { listenToKeys } from './key-moves.ts'
import { fetchClock } from './lazy-clock.ts'
import { fetchFleet } from './lazy-fleet.ts'
import { fetchMorning, fetchTonight } from './lazy-night-pages.ts'
import { followAddress, view } from './route.ts'
import { isExample, problem, shown } from './state.ts'
import { installTheme } from './theme.ts'
import { headline } from './words.ts'

const TITLES = {
  ...{ clock: 'Your clock', tonight: 'Tonight', morning: 'The morning after', fleet: 'The fleet' },
} as const
const FETCHERS = {
  ...{ clock: fetchClock, tonight: fetchTonight, morning: fetchMorning, fleet: fetchFleet },
} as const

installTheme()
listenToKeys()
followAddress()
effect(() => {
  if (view.value !== 'night') {
    document.title = `${TITLES[view.value]} · Nocturne`
    return
  }
  const night = shown.value?.night
  const name = isExample.value ? 'Example night' : night?.recording.file
  document.title = night ? `${headline(night)} · ${name} · Nocturne` : 'Nocturne'
})
const root = document.getElementById('app')
if (root) render(<App />, root)
effect(() => {
  if (view.value !== 'night') void FETCHERS[view.value]().catch(refuse)
  else if (!shown.peek()) void loadExample()
})

function refuse(error: unknown): void {
  problem.value = `This page could not be fetched: ${String(error)}`
}
