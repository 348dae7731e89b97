import { createInterface } from 'node:readline'
import type { Mode } from '@nocturne/core/night'
import type { NightRun } from '@nocturne/edge'
import type { NightScreen } from './night-screen.ts'

/** What the keys speak to. */
type Heard = Pick<NightRun, 'say' | 'askFor'>

/** Typed whole by the sleeper who is awake: what raises is no single key. */
const AWAKE = 'awake'

/** The keys of a night, for its help. */
export const NIGHT_KEYS: readonly string[] = [
  'Keys while it runs, each with Enter',
  '  s       stops everything for the night',
  '  n       asks for natural',
  `  ${AWAKE}   asks anew for the mode of the consent, after a restart or an incident`,
  '  Ctrl-C  ends the night',
]

/**
 * Keys of a person at the box, a line each: s stops everything for the night, n asks for natural,
 * and the word `awake` asks anew for the mode of the night, after a restart or an incident (rule
 * N19; the governor weighs it, and refuses it for a sleeper who sleeps). Hears nothing where no
 * person types. Returns how to end it.
 */
export function hearKeys(
  night: Heard,
  mode: Mode,
  screen: Pick<NightScreen, 'tell'>,
  keys: NodeJS.ReadableStream & { readonly isTTY?: boolean } = process.stdin,
): () => void {
  if (keys.isTTY !== true) return () => undefined
  const again = mode === 'natural' ? '' : `, ${AWAKE} asks for ${mode} again`
  screen.tell(
    `s and Enter stops everything for the night, n asks for natural${again}; Ctrl-C ends it`,
  )
  const lines = createInterface({ input: keys })
  lines.on('line', (line) => {
    const key = line.trim()
    if (key === 's') night.say({ kind: 'stop', by: 'button' })
    if (key === 'n') night.say({ kind: 'mode', to: 'natural', awake: true, ask: 0 })
    if (key === AWAKE) night.askFor(mode)
  })
  return () => lines.close()
}
