import { themeVariables } from '@nocturne/core/figure'

/** Puts the figures' colours on the root, for a dark and for a light room. */
export function installTheme(): void {
  const style = document.createElement('style')
  style.textContent = [
    `:root{${themeVariables('dark')}}`,
    `@media (prefers-color-scheme: light){:root{${themeVariables('light')}}}`,
  ].join('\n')
  document.head.append(style)
}
