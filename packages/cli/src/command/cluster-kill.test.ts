import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FacilityProcess, framesInLog } from '#test/facility-process.ts'
import { LoadDevice } from '#test/load-device.ts'
import { hasNats, NATS_MISSING, type NatsServers, startNats } from '#test/nats-servers.ts'
import { hasPostgres, POSTGRES_MISSING, type Postgres, startPostgres } from '#test/postgres.ts'
import { seededRandom } from '../../../core/src/math/random.ts'
import { enrol, newDeviceKey } from '../../../edge/src/uplink/index.ts'
import { openJetStreamLog, SealingKeys, sealedLog } from '../../../facility/src/log/index.ts'
import { openPostgresStore } from '../../../facility/src/store/index.ts'

/** How long machines are killed and started at random, ms. */
const CHAOS_MS = 600_000
const DEVICES = 6
const isHere = hasNats && hasPostgres
const missing = hasNats ? POSTGRES_MISSING : NATS_MISSING

describe.skipIf(!isHere)(`a centre of many processes${isHere ? '' : `, ${missing}`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-chaos-'))
  const machines = new Map<string, FacilityProcess>()
  let bus: NatsServers
  let postgres: Postgres
  let url: string
  let balancer: Server
  let port = 0
  let turn = 0

  beforeAll(async () => {
    ;[bus, postgres] = await Promise.all([startNats(3), startPostgres()])
    url = postgres.database()
    // What stands before the machines: it knows who is there and nothing else.
    balancer = createServer((near) => {
      const doors = [...machines.values()]
      const door = doors[turn++ % Math.max(1, doors.length)]
      const far = connect({ host: '127.0.0.1', port: door?.mqttPort ?? 1 })
      near.pipe(far).pipe(near)
      for (const socket of [near, far]) {
        const other = socket === near ? far : near
        socket.on('error', () => other.destroy())
        socket.once('close', () => other.destroy())
      }
    })
    await new Promise<void>((done) => balancer.listen(0, '127.0.0.1', done))
    const address = balancer.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
  })
  afterAll(async () => {
    await Promise.all([...machines.values()].map((machine) => machine.end('SIGKILL')))
    balancer?.close()
    await Promise.all([bus?.stop(), postgres?.stop()])
    rmSync(folder, { recursive: true, force: true })
  })

  async function start(node: string): Promise<FacilityProcess> {
    const machine = await FacilityProcess.startNode(folder, node, { bus: bus.bus, store: url })
    machines.set(node, machine)
    return machine
  }

  it('machines are killed at random, the leader of the log and PostgreSQL once: no acknowledged frame is lost (F14)', async () => {
    const first = await start('a')
    const keys = await Promise.all(Array.from({ length: DEVICES }, newDeviceKey))
    const devices = keys.map((key, i) => new LoadDevice(`bed-${1000 + i}`, key))
    for (const { name, key } of devices) {
      const enrolled = await enrol(first.url, { device: name as never, publicKey: key.publicKey })
      expect(enrolled.ok).toBe(true)
    }
    await Promise.all([start('b'), start('c')])
    let isOver = false
    const runs = devices.map(async (device) => {
      while (!isOver || !device.isDone) {
        if (isOver) device.end()
        await device.run(port)
        await pause(200)
      }
    })
    const kills = { machines: 0, leaders: 0, stores: 0 }
    const random = seededRandom(21)
    const untilMs = performance.now() + CHAOS_MS
    while (kills.stores === 0 || performance.now() < untilMs) {
      await pause(1000 + 4000 * random.uniform())
      const [node, machine] = [...machines][random.integer(machines.size)]!
      machines.delete(node)
      await machine.end('SIGKILL')
      kills.machines++
      if (kills.leaders === 0) {
        const leader = await bus.leaderOf('nocturne-log')
        if (leader !== undefined) {
          await bus.kill(leader)
          await bus.start(leader)
          kills.leaders++
        }
      } else if (kills.stores === 0) {
        await postgres.kill()
        await postgres.start()
        kills.stores++
      }
      await start(node)
    }
    await pause(1000)
    isOver = true
    for (const device of devices) device.end()
    await Promise.all(runs)
    for (const machine of machines.values()) {
      const { received, durable, pending, rejected } = await machine.counts()
      expect(received).toBe(durable! + pending! + rejected!)
    }
    const codes = await Promise.all([...machines.values()].map((machine) => machine.end('SIGTERM')))
    expect(codes).toEqual([0, 0, 0])
    machines.clear()
    const store = await openPostgresStore(url)
    const kept = await openJetStreamLog(bus.bus, { node: 'reader', replicas: 3 })
    const log = sealedLog(kept, await SealingKeys.open(store))
    const inLog = await framesInLog(log)
    await Promise.all([log.close(), store.close()])
    const acknowledged = devices.reduce((sum, device) => sum + device.acknowledged.size, 0)
    const lost = devices.flatMap((device) =>
      [...device.acknowledged].filter((seq) => !inLog.get(device.name)?.has(seq)),
    )
    if (process.env.NOCTURNE_FIGURES) console.log({ ...kills, acknowledged, lost: lost.length })
    expect(lost).toEqual([])
    expect(devices.map(({ name }) => inLog.get(name)?.size)).toEqual(
      devices.map(({ sent }) => sent),
    )
    expect([kills.leaders, kills.stores]).toEqual([1, 1])
    expect(acknowledged).toBeGreaterThan(1000)
  }, 900_000)
})
