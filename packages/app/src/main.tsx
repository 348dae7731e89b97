import { effect } from '@preact/signals'
import { render } from 'preact'
import { App } from './app.tsx'
import { loadExample } from './example.ts'
import { listenToKeys } from './key-moves.ts'
import { isExample, shown } from './state.ts'
import { installTheme } from './theme.ts'
import { headline } from './words.ts'

installTheme()
listenToKeys()
effect(() => {
  const night = shown.value?.night
  const name = isExample.value ? 'Example night' : night?.recording.file
  document.title = night ? `${headline(night)} · ${name} · Nocturne` : 'Nocturne'
})
const root = document.getElementById('app')
if (root) render(<App />, root)
void loadExample()
