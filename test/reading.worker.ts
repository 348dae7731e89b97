import { readPersonalRecord } from '../packages/core/src/sleep/intake/read-personal-record.ts'

/** The part of a worker's global scope that is used here. */
type Scope = {
  onmessage: ((event: { readonly data: File }) => void) | null
  postMessage(message: unknown): void
}

const scope = globalThis as unknown as Scope

scope.onmessage = async ({ data: file }) => {
  let nProgress = 0
  const onBytes = (): void => {
    nProgress++
  }
  const read = await readPersonalRecord(chunksOf(file), { name: file.name, onBytes })
  if (!read.ok) {
    scope.postMessage({ problem: read.problem.code })
    return
  }
  const { format, episodes, series } = read.value
  const nSamples = series.reduce((sum, { timesMs }) => sum + timesMs.length, 0)
  scope.postMessage({ format, nSleeps: episodes.length, nSamples, nProgress, nBytes: file.size })
}

async function* chunksOf(file: File): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
}
