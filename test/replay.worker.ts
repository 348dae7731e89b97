import { loadStarterStager, nightOf, replay, verifyBox } from '../packages/core/src/night/index.ts'
import type { ByteSource } from '../packages/core/src/signal/source.ts'

/** The part of a worker's global scope that is used here. */
type Scope = {
  onmessage: ((event: { readonly data: File }) => void) | null
  postMessage(message: unknown): void
}

const scope = globalThis as unknown as Scope

/** Checks a box and runs its night again with the night's own loop. */
scope.onmessage = async ({ data: file }) => {
  const source: ByteSource = {
    name: file.name,
    size: file.size,
    read: async (offset, length) =>
      new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
  }
  const summary = await verifyBox([source])
  const loop = nightOf({ stager: await loadStarterStager() })
  scope.postMessage({ summary, replay: await replay([source], { loop, subtle: crypto.subtle }) })
}
