import { benchAnomaly } from './anomaly.ts'
import { benchAppleHealth } from './apple-health.ts'
import { benchClock } from './clock.ts'
import { benchCluster } from './cluster.ts'
import { benchGate } from './gate.ts'
import { benchIdleLog } from './idle-log.ts'
import { benchLightResponse } from './light-response.ts'
import { benchLoop } from './loop.ts'
import { benchNight } from './night.ts'
import { benchPhase } from './phase.ts'
import { benchPlanner } from './planner.ts'
import { benchRecovery } from './recovery.ts'
import { benchReplay } from './replay.ts'
import { benchRollout } from './rollout.ts'
import { benchStreams } from './streams.ts'
import { benchWatch } from './watch.ts'

/**
 * Every bench by its name: `npm run bench -- night`; what is after a name and begins with -- is its
 * own.
 */
const BENCHES: Readonly<Record<string, (options: readonly string[]) => Promise<void>>> = {
  anomaly: benchAnomaly,
  'apple-health': benchAppleHealth,
  clock: benchClock,
  cluster: benchCluster,
  gate: benchGate,
  'idle-log': benchIdleLog,
  'light-response': benchLightResponse,
  loop: benchLoop,
  night: benchNight,
  phase: benchPhase,
  planner: benchPlanner,
  rollout: benchRollout,
  recovery: benchRecovery,
  replay: benchReplay,
  streams: benchStreams,
  watch: benchWatch,
}

const asked = process.argv.slice(2)
const from = asked.findIndex((word) => word.startsWith('--'))
const options = from < 0 ? [] : asked.slice(from)
const named = from < 0 ? asked : asked.slice(0, from)
const names = named.length > 0 ? named : Object.keys(BENCHES)
for (const name of names) {
  const bench = BENCHES[name]
  if (!bench) {
    console.error(`bench: got "${name}", expected one of ${Object.keys(BENCHES).join(', ')}`)
    process.exit(2)
  }
  await bench(options)
}
