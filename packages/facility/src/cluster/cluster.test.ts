import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MadeUpDevice, until } from '#test/made-up-device.ts'
import { hasNats, NATS_MISSING, type NatsServers, startNats } from '#test/nats-servers.ts'
import { hasPostgres, POSTGRES_MISSING, type Postgres, startPostgres } from '#test/postgres.ts'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import type { Facility } from '../facility/facility-options.ts'
import type { Journal } from '../facility/journal.ts'
import { openPostgresStore } from '../store/postgres-store.ts'

const isHere = hasNats && hasPostgres
const missing = hasNats ? POSTGRES_MISSING : NATS_MISSING
const DEVICES = 6

describe.skipIf(!isHere)(`a centre on three machines${isHere ? '' : `, ${missing}`}`, () => {
  let bus: NatsServers
  let store: Postgres
  let url: string
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-cluster-'))
  const machines = new Map<string, Facility>()
  const beds: MadeUpDevice[] = []
  let admin: Caller
  let balancer: Server
  /** The journals of all machines. */
  const told: string[] = []
  let balanced = 0
  let port = 0

  beforeAll(async () => {
    ;[bus, store] = await Promise.all([startNats(), startPostgres()])
    url = store.database()
    // What stands before the machines of a centre: it knows who is there and nothing else.
    balancer = createServer((near) => {
      const doors = [...machines.values()]
      const far = connect({ host: '127.0.0.1', port: doors[balanced++ % doors.length]!.mqttPort })
      near.pipe(far).pipe(near)
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        one.on('error', () => other.destroy())
        one.once('close', () => other.destroy())
      }
    })
    await new Promise<void>((done) => balancer.listen(0, '127.0.0.1', done))
    const address = balancer.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
  })
  afterAll(async () => {
    for (const { link } of beds) link.close()
    await Promise.all([...machines.values()].map((machine) => machine.close()))
    balancer?.close()
    await Promise.all([bus?.stop(), store?.stop()])
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(node: string): Promise<Facility> {
    const inner = { host: '127.0.0.1', port: 0 }
    const journal: Journal = (_, text, facts) =>
      told.push(`${node} ${text} ${JSON.stringify(facts)}`)
    const machine = await openTestFacility(join(folder, node), {
      journal,
      cluster: { bus: bus.bus, node, inner },
      openStore: () => openPostgresStore(url),
    })
    machines.set(node, machine)
    return machine
  }

  const heldOf = (machine: Facility): number =>
    machine.centre.run.held.length + (machine.centre.run.desk ? 1 : 0)

  /** Waits until all 256 partitions and the desk are held, by these alone, evenly. */
  async function shared(): Promise<void> {
    const all = [...machines.values()]
    const isShared = (): boolean => {
      const counts = all.map(heldOf)
      const sum = counts.reduce((total, count) => total + count, 0)
      return sum === 257 && Math.max(...counts) - Math.min(...counts) <= 1
    }
    // Machines that stood still for seconds lost sight of each other, and contend for a while.
    const words = (): string => `an even share: ${all.map(heldOf).join()}\n${told.join('\n')}`
    await until(isShared, words, 40)
  }

  it('the first makes the key that all sign grants with; another key is refused', async () => {
    const first = await open('a')
    await until(() => heldOf(first) === 257, 'all held')
    admin = await Caller.admin(first)
    await expect(open('stranger')).rejects.toThrow(/grant-key: got another key/)
    for (const node of ['b', 'c']) {
      mkdirSync(join(folder, node))
      copyFileSync(join(folder, 'a', 'grant-key'), join(folder, node, 'grant-key'))
      await open(node)
    }
    await shared()
  })

  it('serves devices through any door, whoever holds their partition, and grants reach them', async () => {
    const doors = [...machines.values()]
    for (let k = 0; k < DEVICES; k++) {
      const door = doors[k % doors.length]!
      const name = `bed-${String(k).padStart(4, '0')}`
      beds.push(await MadeUpDevice.at(door.url, name, { mqttPort: port }))
    }
    await until(() => beds.every(({ link }) => link.session.isLive), 'all live')
    for (const bed of beds) bed.frame()
    await until(() => beds.every(({ ceiling }) => ceiling === 'control'), 'all granted control')
    const seen = async (): Promise<boolean> =>
      (await admin.get('/v1/devices?online=true')).devices.length === DEVICES
    await until(seen, 'all seen in the shared store')
  })

  it('an order reaches the desk through a machine that does not hold it, and its word all devices', async () => {
    const other = [...machines.values()].find(({ centre }) => centre.run.desk === undefined)!
    const caller = new Caller(other.url, admin.token)
    const pulled = await caller.post('/v1/failsafe', { do: 'pull', why: 'a drill' })
    expect(pulled.status).toBe(200)
    await until(() => beds.every(({ ceiling }) => ceiling === 'natural'), 'all natural')
  })

  it('a machine that leaves hands over: its devices go on elsewhere, nothing acknowledged is missing', async () => {
    const [node, leaving] = [...machines].find(([, { centre }]) => centre.run.desk !== undefined)!
    machines.delete(node)
    await leaving.close()
    await shared()
    const left = [...machines.values()]
    await until(() => beds.every(({ link }) => link.session.isLive), 'all live again')
    // The centre says what is durable at every fourth message.
    for (let k = 0; k < 8; k++) for (const bed of beds) bed.frame()
    await until(() => beds.every(({ durableSeq }) => durableSeq >= 8), 'all durable')
    expect(left.some(({ centre }) => centre.run.desk !== undefined)).toBe(true)
  })
})
