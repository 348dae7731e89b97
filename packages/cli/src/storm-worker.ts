// The program of one worker of a storm, a process of its own: it is given one seed after another,
// and ends with the process that began it.
import type { OrdealSetting } from '@nocturne/core/fleet'
import { runSeed, type WorkerWord } from './storm-seed.ts'

// Where nobody hears it, the storm is gone, and so is this at once.
const say = (word: WorkerWord): void =>
  void process.send!(word, undefined, undefined, () => undefined)

// A terminal's Ctrl-C is for all of its processes: the storm hears it, and ends its workers.
process.on('SIGINT', () => undefined)
process.once('disconnect', () => process.exit())
process.on('message', async (setting: OrdealSetting) => {
  const ending = await runSeed(
    setting,
    (share) => say({ share }),
    () => false,
  )
  if (ending !== undefined) say({ ending })
})
