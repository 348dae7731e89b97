import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FacilityProcess, framesInLog } from '#test/facility-process.ts'
import { LoadDevice } from '#test/load-device.ts'
import { until } from '#test/made-up-device.ts'
import { seededRandom } from '../../../core/src/math/random.ts'
import { enrol, newDeviceKey } from '../../../edge/src/uplink/index.ts'
import { openSegmentLog, SealingKeys, sealedLog } from '../../../facility/src/log/index.ts'
import { openSqliteStore } from '../../../facility/src/store/index.ts'

/** Kills in a quick run, and in `npm run nightly`. */
const KILLS = process.env.NOCTURNE_NIGHTLY ? 20 : 5
const DEVICES = 24
/** A kill comes when so many more frames were acknowledged, at any moment of what is under way. */
const FEWEST = 200
const MOST = 6000

let folder: string
let running: FacilityProcess | undefined
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nocturne-centre-kill-'))
})
afterAll(async () => {
  await running?.end('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function acknowledgedBy(devices: readonly LoadDevice[]): number {
  return devices.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)
}

/** Numbers of the frames that are in the log, by device. */
async function kept(): Promise<Map<string, Set<number>>> {
  const store = await openSqliteStore(join(folder, 'sealing-keys.sqlite'), true)
  const keys = await SealingKeys.open(store)
  const log = sealedLog(await openSegmentLog(join(folder, 'log')), keys)
  const found = await framesInLog(log)
  await log.close()
  await store.close()
  return found
}

it(`loses no acknowledged frame when it is killed ${KILLS} times under load, and its counters balance (F14)`, async () => {
  const random = seededRandom(14)
  const keys = await Promise.all(Array.from({ length: DEVICES }, newDeviceKey))
  const devices = keys.map((key, i) => new LoadDevice(`bed-${1000 + i}`, key))
  for (let kill = 0; kill < KILLS; kill++) {
    const centre = await FacilityProcess.start(folder)
    running = centre
    if (kill === 0) {
      for (const { name, key } of devices) {
        const { publicKey } = key
        expect(await enrol(centre.url, { device: name as never, publicKey })).toMatchObject({
          ok: true,
        })
      }
    }
    const due = acknowledgedBy(devices) + FEWEST + random.uniform() * (MOST - FEWEST)
    const runs = devices.map((device) => device.run(centre.mqttPort))
    await until(() => acknowledgedBy(devices) >= due, 'frames are acknowledged')
    const { received, durable, pending, rejected } = await centre.counts()
    expect(received).toBe(durable! + pending! + rejected!)
    await centre.end('SIGKILL')
    await Promise.all(runs)
  }
  const inLog = await kept()
  let lost = 0
  const acknowledged = acknowledgedBy(devices)
  for (const device of devices) {
    for (const seq of device.acknowledged) if (!inLog.get(device.name)?.has(seq)) lost++
  }
  expect(lost).toBe(0)
  // Nobody kills it now: what was not acknowledged comes again, and then everything is there.
  const centre = await FacilityProcess.start(folder)
  running = centre
  for (const device of devices) device.end()
  const runs = devices.map((device) => device.run(centre.mqttPort))
  await Promise.all(runs)
  await until(async () => (await centre.counts()).pending === 0, 'nothing pending')
  const { received, durable, rejected } = await centre.counts()
  expect([received, rejected]).toEqual([durable, 0])
  expect(await centre.end('SIGTERM')).toBe(0)
  const whole = await kept()
  expect(devices.map(({ name }) => whole.get(name)?.size)).toEqual(devices.map(({ sent }) => sent))
  if (process.env.NOCTURNE_FIGURES) console.log({ kills: KILLS, acknowledged, lost })
}, 1_200_000)
