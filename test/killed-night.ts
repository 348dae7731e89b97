// A night in a process of its own, to be killed: `killed-night.ts BOX MINUTES [MINUTES TO A STOP]`.
// It says how many sounds it had when the first minutes are over, and goes on.
import { openBoxFile } from '../packages/edge/src/box-file/box-file.ts'
import { liveNight, STINGY } from './live-night.ts'

const [path = '', minutes, stop] = process.argv.slice(2)
const box = await openBoxFile(path)
const stopAfterMin = stop === undefined ? {} : { stopAfterMin: Number(stop) }
let told = false
const night = liveNight({
  ...{ box, header: STINGY, minutes: 600, ask: 1, ...stopAfterMin },
  hears: ({ atMs }) => {
    if (told || atMs < Number(minutes) * 60_000) return
    told = true
    process.stdout.write(`${night.tally.allowed}\n`)
  },
})
await night.run()
