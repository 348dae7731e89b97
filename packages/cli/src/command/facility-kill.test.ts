import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LoadDevice } from '#test/load-device.ts'
import { until } from '#test/made-up-device.ts'
import { decodeFrames, decodePartitionRecord, PARTITIONS } from '../../../core/src/fleet/index.ts'
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
const PROGRAM = new URL(process.env.NOCTURNE_PROGRAM ?? '../../bin/nocturne.js', import.meta.url)
  .pathname

let folder: string
let child: ChildProcess | undefined
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nocturne-centre-kill-'))
})
afterAll(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

type Told = { readonly url: string; readonly mqttPort: number }

/** Starts the program as a person would; resolves when its doors are open. */
function started(): Promise<Told> {
  const words = ['facility', '--data', folder, '--port', '0', '--no-app', '--json']
  const running = spawn(process.execPath, [PROGRAM, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = running
  return new Promise((done, failed) => {
    let [out, err] = ['', '']
    running.stderr!.on('data', (bytes) => {
      err += bytes
    })
    running.stdout!.on('data', (bytes) => {
      out += bytes
      if (out.endsWith('\n')) done(JSON.parse(out))
    })
    running.once('exit', (code) => failed(new Error(`exit ${code}: ${err}`)))
  })
}

function acknowledgedBy(devices: readonly LoadDevice[]): number {
  return devices.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)
}

function ended(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  const running = child!
  return new Promise((done) => {
    running.once('exit', (code) => done(code))
    running.kill(signal)
  })
}

async function countsOf({ url }: Told): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const counts: Record<string, number> = { rejected: 0 }
  for (const line of text.split('\n')) {
    const [, name, value] = /^nocturne_door_(\w+?)(?:_total)?(?:\{[^}]*\})? (\S+)$/.exec(line) ?? []
    if (name === undefined) continue
    counts[name] = (name === 'rejected' ? counts.rejected! : 0) + Number(value)
  }
  return counts
}

/** Keys of frames that are in the log, by device. */
async function framesInLog(): Promise<Map<string, Set<number>>> {
  const store = await openSqliteStore(join(folder, 'store.sqlite'))
  const keys = await SealingKeys.open(store)
  const log = sealedLog(await openSegmentLog(join(folder, 'log')), keys)
  const found = new Map<string, Set<number>>()
  const all = new Map(Array.from({ length: PARTITIONS }, (_, partition) => [partition, 0]))
  for await (const { entry } of log.read(all)) {
    const record = decodePartitionRecord(entry)
    if (!record.ok) throw new Error('a record that is none')
    if (record.value.kind !== 'frames') continue
    const block = decodeFrames(record.value.bytes)
    if (!block.ok) throw new Error('a block that is none')
    const seqs = found.get(record.value.device) ?? new Set()
    found.set(record.value.device, seqs.add(block.value.firstSeq))
  }
  await log.close()
  await store.close()
  return found
}

it(`loses no acknowledged frame when it is killed ${KILLS} times under load, and its counters balance (F14)`, async () => {
  const random = seededRandom(14)
  const keys = await Promise.all(Array.from({ length: DEVICES }, newDeviceKey))
  const devices = keys.map((key, i) => new LoadDevice(`bed-${1000 + i}`, key))
  for (let kill = 0; kill < KILLS; kill++) {
    const told = await started()
    if (kill === 0) {
      for (const { name, key } of devices) {
        const { publicKey } = key
        expect(await enrol(told.url, { device: name as never, publicKey })).toMatchObject({
          ok: true,
        })
      }
    }
    const due = acknowledgedBy(devices) + FEWEST + random.uniform() * (MOST - FEWEST)
    const runs = devices.map((device) => device.run(told.mqttPort))
    await until(() => acknowledgedBy(devices) >= due, 'frames are acknowledged')
    const { received, durable, pending, rejected } = await countsOf(told)
    expect(received).toBe(durable! + pending! + rejected!)
    await ended('SIGKILL')
    await Promise.all(runs)
  }
  const inLog = await framesInLog()
  let lost = 0
  const acknowledged = acknowledgedBy(devices)
  for (const device of devices) {
    for (const seq of device.acknowledged) if (!inLog.get(device.name)?.has(seq)) lost++
  }
  expect(lost).toBe(0)
  // Nobody kills it now: what was not acknowledged comes again, and then everything is there.
  const told = await started()
  for (const device of devices) device.end()
  const runs = devices.map((device) => device.run(told.mqttPort))
  await Promise.all(runs)
  await until(async () => (await countsOf(told)).pending === 0, 'nothing pending')
  const { received, durable, rejected } = await countsOf(told)
  expect([received, rejected]).toEqual([durable, 0])
  expect(await ended('SIGTERM')).toBe(0)
  const whole = await framesInLog()
  expect(devices.map(({ name }) => whole.get(name)?.size)).toEqual(devices.map(({ sent }) => sent))
  if (process.env.NOCTURNE_FIGURES) console.log({ kills: KILLS, acknowledged, lost })
}, 1_200_000)
