import { signal } from '@preact/signals'
import { view } from './route.ts'
import { dismiss } from './state.ts'
import { epoch, epochs, scaleTraces, showEpoch, showStageChange } from './view.ts'

/** Epochs that a step with Shift passes. */
const BIG_STEP = 10

/** Whether keys of one letter act; those who speak to their computer turn them off. */
export const lettersOn = signal(true)

const MOVES: Readonly<Record<string, (big: boolean) => void>> = {
  ArrowLeft: (big) => showEpoch(epoch.value - (big ? BIG_STEP : 1)),
  ArrowRight: (big) => showEpoch(epoch.value + (big ? BIG_STEP : 1)),
  Home: () => showEpoch(0),
  End: () => showEpoch(epochs.value - 1),
  Escape: () => dismiss(),
}

const LETTERS: Readonly<Record<string, () => void>> = {
  n: () => showStageChange(1),
  p: () => showStageChange(-1),
  '+': () => scaleTraces(1),
  '=': () => scaleTraces(1),
  '-': () => scaleTraces(-1),
}

/** Makes the keys move through the night from anywhere on the page but where they write or choose. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (view.value !== 'night') return
    if (event.altKey || event.ctrlKey || event.metaKey || isTaken(event.target)) return
    const letter = lettersOn.value ? LETTERS[event.key.toLowerCase()] : undefined
    const act = MOVES[event.key] ?? letter
    if (!act) return
    act(event.shiftKey)
    if (event.key !== 'Escape') event.preventDefault()
  })
}

/** Fields keep their keys; the slider's are ours, so that its steps are the page's. */
function isTaken(target: EventTarget | null): boolean {
  if (target instanceof HTMLSelectElement) return true
  return target instanceof HTMLInputElement && !['range', 'checkbox'].includes(target.type)
}
