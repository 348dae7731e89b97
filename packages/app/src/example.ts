import { unpackNight } from '@nocturne/core/sleep'
import { problem, showExample } from './state.ts'

const FOLDER = './example/'

/**
 * Shows the night that was made and read when the page was built. Its recording lies beside it, so
 * that the traces can be looked at and another model can read it.
 */
export async function loadExample(): Promise<void> {
  const at = (name: string): string => new URL(`${FOLDER}${name}`, location.href).href
  try {
    const response = await fetch(at('night.packed.json'))
    if (!response.ok) throw new Error(`got HTTP ${response.status}, expected 200`)
    showExample({
      night: unpackNight(await response.text()),
      sources: { origin: { url: at('example.edf') }, model: 'starter' },
      documentUrl: at('night.json'),
    })
  } catch (error) {
    problem.value = `The example night could not be read: ${String(error)}`
  }
}
