import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { encodeRecords, partitionOf } from '../packages/core/src/fleet/index.ts'
import { FrontDoor } from '../packages/facility/src/gate/index.ts'
import { openSegmentLog } from '../packages/facility/src/log/index.ts'

// A front door over a log on disk, as a process of its own for `gate.ts`: prints its port, then on
// every line of input how long its event loop was held up since the last, ms.
const [publicKey, bytesPerS] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'nocturne-bench-'))
const log = await openSegmentLog(folder)
const most = Number(bytesPerS)
const door = new FrontDoor({
  take: async (device, records) => {
    await log.append(partitionOf(device), encodeRecords(records, Date.now()))
  },
  known: async () => ({ publicKey: publicKey ?? '', boot: 0 }),
  watermarkOf: () => ({ boot: 1, seq: 0 }),
  limits: {
    ...{ acceptPerS: 100_000, acceptBurst: 20_000 },
    ...(most > 0 && { bytesPerS: most, burstBytes: most }),
  },
})
const port = await door.listen({ port: 0, host: '127.0.0.1' })
const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
console.log(JSON.stringify({ port }))
process.stdin.on('data', () => {
  globalThis.gc?.()
  const { received, durable } = door.counts()
  console.log(JSON.stringify({ loopMs: delay.max / 1e6, received, durable }))
  delay.reset()
})
process.on('SIGTERM', () => {
  rmSync(folder, { recursive: true })
  process.exit(0)
})
