import { benchAppleHealth } from './apple-health.ts'
import { benchClock } from './clock.ts'
import { benchLightResponse } from './light-response.ts'
import { benchNight } from './night.ts'
import { benchPlanner } from './planner.ts'
import { benchStreams } from './streams.ts'
import { benchWatch } from './watch.ts'

/** Every bench by its name: `npm run bench -- night`. */
const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  'apple-health': benchAppleHealth,
  clock: benchClock,
  'light-response': benchLightResponse,
  night: benchNight,
  planner: benchPlanner,
  streams: benchStreams,
  watch: benchWatch,
}

const asked = process.argv.slice(2)
const names = asked.length > 0 ? asked : Object.keys(BENCHES)
for (const name of names) {
  const bench = BENCHES[name]
  if (!bench) {
    console.error(`bench: got "${name}", expected one of ${Object.keys(BENCHES).join(', ')}`)
    process.exit(2)
  }
  await bench()
}
