import { render } from 'preact'
import { App } from './app.tsx'
import { loadExample } from './example.ts'
import { installTheme } from './theme.ts'

installTheme()
const root = document.getElementById('app')
if (root) render(<App />, root)
void loadExample()
