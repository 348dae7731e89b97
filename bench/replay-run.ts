import { verifyBox } from '../packages/core/src/night/box/verify.ts'
import { nightOf } from '../packages/core/src/night/replay/night-of.ts'
import { replay } from '../packages/core/src/night/replay/replay.ts'
import { loadStarterStager } from '../packages/core/src/night/watch/starter-stager.ts'
import { bytesSource } from '../packages/core/src/signal/source.ts'
import { DEEP_PIECES, deepBox } from '../test/loop-box.ts'
import { middle } from './measure.ts'

// Replays pieces of a night, turn by turn, for `replay.ts`.

/** Turns of each piece; the middle one is told. */
const TURNS = 15

const loop = nightOf({ stager: await loadStarterStager() })
for (const [name, piece] of Object.entries(DEEP_PIECES)) {
  const box = await deepBox(piece)
  const sources = [bytesSource(box, 'night.box')]
  const summary = await verifyBox(sources)
  const seconds: number[] = []
  const wallSeconds: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    const begun = performance.now()
    const before = process.cpuUsage()
    const told = await replay(sources, { loop, subtle: crypto.subtle })
    const { user, system } = process.cpuUsage(before)
    if (!told.ok || !told.value.identical) throw new Error(`not the same: ${JSON.stringify(told)}`)
    seconds.push((user + system) / 1e6)
    wallSeconds.push((performance.now() - begun) / 1000)
  }
  const { counts, blocks } = summary.ok ? summary.value : { counts: undefined, blocks: 0 }
  const lived = 60 * piece.minutes
  console.log(
    `replay: ${name}: ${piece.minutes} min, ${counts?.inputs} inputs, ${counts?.decisions} decisions, ${counts?.events} events, ${blocks} blocks, ${box.length} bytes`,
  )
  const at = (s: number): string => `${s.toFixed(3)} CPU-s (${(lived / s).toFixed(0)} x real time)`
  console.log(
    `  middle of ${TURNS} turns ${at(middle(seconds))}, first ${at(seconds[0]!)}, least ${at(Math.min(...seconds))} (asked >= 1000 x)`,
  )
  console.log(
    `  by the clock on the wall: middle ${(lived / middle(wallSeconds)).toFixed(0)} x, most ${(lived / Math.min(...wallSeconds)).toFixed(0)} x`,
  )
}
