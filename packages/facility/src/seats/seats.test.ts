import type { NatsConnection } from '@nats-io/transport-node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hasNats, NATS_MISSING, type NatsServers, startNats } from '#test/nats-servers.ts'
import { connectBus } from '../bus/connect-bus.ts'
import { seatPlan } from './seat-plan.ts'
import { Seats } from './seats.ts'

const PARTITIONS = 32

/** A node with nothing but its seats. */
type Node = {
  readonly name: string
  readonly connection: NatsConnection
  readonly seats: Seats
  readonly held: Set<number>
  readonly released: number[]
  isTaken: boolean
}

describe.skipIf(!hasNats)(`seats${hasNats ? '' : `, ${NATS_MISSING}`}`, () => {
  let servers: NatsServers
  let centres = 0
  const nodes: Node[] = []
  beforeAll(async () => {
    servers = await startNats()
  })
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map(({ seats }) => seats.leave().catch(() => undefined)))
  })
  afterAll(() => servers?.stop())

  async function sit(centre: number, name: string, run = '1'): Promise<Node> {
    const connection = await connectBus(servers.bus, name, 5000)
    const held = new Set<number>()
    const released: number[] = []
    const seats = new Seats({
      connection,
      name: `centre${centre}`,
      self: { node: name, run, door: `${name}:1` },
      partitions: PARTITIONS,
      hold: async (partitions) => {
        for (const partition of partitions) held.add(partition)
        return partitions
      },
      release: async (partitions) => {
        for (const partition of partitions) held.delete(partition)
        released.push(...partitions)
      },
      taken: () => {
        node.isTaken = true
      },
    })
    const node: Node = { name, connection, seats, held, released, isTaken: false }
    nodes.push(node)
    seats.start()
    return node
  }

  /** Waits until exactly these hold all, as the plan has it. */
  async function shared(among: readonly Node[]): Promise<void> {
    const plan = seatPlan(
      among.map(({ name }) => name),
      PARTITIONS,
    )
    const isShared = (): boolean =>
      plan.every((name, partition) =>
        among.every((n) => n.held.has(partition) === (n.name === name)),
      )
    for (let tries = 0; tries < 200 && !isShared(); tries++) {
      await new Promise((again) => setTimeout(again, 100))
    }
    expect(among.map(({ held }) => [...held].sort((a, b) => a - b))).toEqual(
      among.map(({ name }) => [...plan.keys()].filter((partition) => plan[partition] === name)),
    )
  }

  it('are shared by who is there, let go for who comes, and taken over from who dies or leaves', async () => {
    const centre = centres++
    const [a, b] = [await sit(centre, 'a'), await sit(centre, 'b')]
    await shared([a, b])
    expect(a.released).toEqual([])
    expect(a.seats.ownerOf([...b.held][0]!)?.door).toBe('b:1')
    const c = await sit(centre, 'c')
    await shared([a, b, c])
    const kept = new Set(a.held)
    await b.connection.close()
    await shared([a, c])
    await c.seats.leave()
    expect(c.held.size).toBe(0)
    await shared([a])
    expect([...kept].every((partition) => a.held.has(partition))).toBe(true)
  })

  it('what another took is not held, and asked for again after a while', async () => {
    const a = await sit(centres++, 'a')
    await shared([a])
    a.held.delete(5)
    a.seats.fenced(5)
    expect(a.seats.holds(5)).toBe(false)
    await new Promise((later) => setTimeout(later, 1000))
    expect(a.held.has(5)).toBe(false)
    await shared([a])
    expect(a.seats.holds(5)).toBe(true)
  })

  it('of two with one name the one that came later has to go', async () => {
    const centre = centres++
    const one = await sit(centre, 'same')
    await shared([one])
    const other = await sit(centre, 'same', '2')
    await new Promise((later) => setTimeout(later, 1500))
    expect([one.isTaken, other.isTaken]).toEqual([false, true])
    expect(one.held.size).toBe(PARTITIONS)
  })
})
