import { unpackNight } from '@nocturne/core/sleep'
import { problem, showExample } from './state.ts'

const FOLDER = './example/'

/**
 * Shows the night that was made and read when the page was built. Its recording lies beside it, so that
 * the traces can be looked at and another model can read it.
 */
export async function loadExample(): Promise<void> {
  try {
    const [packed, document] = await Promise.all([
      text(`${FOLDER}night.packed.json`),
      text(`${FOLDER}night.json`),
    ])
    showExample(unpackNight(packed), document, new URL(`${FOLDER}example.edf`, location.href).href)
  } catch (error) {
    problem.value = `The example night could not be read: ${String(error)}`
  }
}

async function text(url: string): Promise<string> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: got HTTP ${response.status}, expected 200`)
  return response.text()
}
