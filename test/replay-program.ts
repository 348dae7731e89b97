import { nightDigest } from '../packages/core/src/fleet/release/golden.ts'
import {
  loadStarterStager,
  nightOf,
  type Replay,
  replay,
} from '../packages/core/src/night/index.ts'
import { bytesSource } from '../packages/core/src/signal/source.ts'

/** What an engine says of a piece of a night that it ran again. */
export type EngineAnswer = {
  /** The digest of all decisions, as a release carries it. */
  readonly digest: string
  /** Identical: every event was held against what the box has of it, bit for bit. */
  readonly replay: Replay
}

/** Runs pieces of a night again, on whatever engine this is. */
export async function engineAnswers(boxes: readonly Uint8Array[]): Promise<EngineAnswer[]> {
  const loop = nightOf({ stager: await loadStarterStager() })
  const answers: EngineAnswer[] = []
  for (const box of boxes) {
    const sources = [bytesSource(box, 'piece.box')]
    const digest = await nightDigest(sources, { loop })
    const told = await replay(sources, { loop, subtle: crypto.subtle })
    if (!digest.ok || !told.ok) throw new Error(JSON.stringify([digest, told]))
    answers.push({ digest: digest.value, replay: told.value })
  }
  return answers
}
