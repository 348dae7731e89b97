import { ok, type Result } from '../../math/result.ts'
import { sha256 } from '../../math/sha256.ts'
import { DecisionTrace } from '../../night/replay/behaviour.ts'
import { type RunOptions, runBox } from '../../night/replay/loop-run.ts'
import type { ReplayCode } from '../../night/replay/replay.ts'
import type { ByteSource } from '../../signal/source.ts'

/**
 * The digest of all decisions of a recorded night under a release: SHA-256 over the mark of each,
 * in order. Whoever signs a release computes it; a device that runs the same night to the same
 * digest decides as was meant, on its own engine.
 */
export async function nightDigest<State>(
  sources: readonly ByteSource[],
  options: RunOptions<State>,
): Promise<Result<string, ReplayCode>> {
  const trace = new DecisionTrace()
  const end = await runBox(sources, options, (_step, events) => {
    for (const event of events) trace.take(event)
    return true
  })
  if (end.problem) return { ok: false, problem: end.problem }
  const bytes = new Uint8Array(4 * trace.marks.length)
  const view = new DataView(bytes.buffer)
  for (const [k, mark] of trace.marks.entries()) view.setUint32(4 * k, mark)
  return ok(sha256(bytes))
}
