import type { Release } from '../packages/core/src/night/index.ts'
import {
  BoxWriter,
  cutBox,
  localOffsets,
  shippedRelease,
} from '../packages/core/src/night/index.ts'
import { bytesSource } from '../packages/core/src/signal/index.ts'
import { loopHeader, runLoop } from './made-up-loop.ts'

const MINUTE_MS = 60_000

/** The last good release, and one that aims its sounds at another phase of the slow wave. */
export const RELEASES: { readonly good: Release; readonly bad: Release } = {
  good: { ...shippedRelease(), version: '1' },
  bad: {
    ...shippedRelease(),
    version: '2',
    parameters: { ...shippedRelease().parameters, targetDeg: 60, wakeWindowMin: 20 },
  },
}

/**
 * What a sleeper's black box has of a span, unix ms: the first minute and a half of a night of deep
 * sleep that the core's own loop ran under the bad release and that began a minute into the span.
 */
export async function storyPiece(span: {
  readonly fromMs: number
  readonly toMs: number
}): Promise<Uint8Array> {
  const startMs = span.fromMs + MINUTE_MS
  const offsets = localOffsets('UTC', startMs)
  const header = loopHeader({ startMs, bedtimeMs: startMs, offsets, release: RELEASES.bad })
  const writer = new BoxWriter()
  writer.append({ kind: 'night', header })
  const consentMs = 30 * 86_400_000
  let atMs = 0
  for (const { input, events } of runLoop({ minutes: 1.5, header, pieceSamples: 64, consentMs })) {
    writer.append({ kind: 'input', input })
    for (const event of events) writer.append({ kind: 'event', event })
    atMs = input.atMs
  }
  writer.append({ kind: 'end', atMs })
  writer.cut()
  const box = Buffer.concat(writer.taken().map(({ bytes }) => bytes))
  const cut = await cutBox([bytesSource(box, 'night.box')], span)
  if (!cut.ok) throw new Error(cut.problem.got)
  return cut.value
}
