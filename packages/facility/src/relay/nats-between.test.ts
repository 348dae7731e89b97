import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasNats, NATS_MISSING, type NatsServers, startNats } from '#test/nats-servers.ts'
import { connectBus } from '../bus/connect-bus.ts'
import { LogError } from '../log/log-port.ts'
import { NatsBetween } from './nats-between.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe.skipIf(!hasNats)(`between machines${hasNats ? '' : `, ${NATS_MISSING}`}`, () => {
  let servers: NatsServers
  let centres = 0
  beforeAll(async () => {
    servers = await startNats()
  })
  afterAll(() => servers?.stop())

  async function machines(count: number): Promise<{
    ways: NatsBetween[]
    /** Says something to all that no machine says. */
    noise(text: string): void
    end(): Promise<void>
  }> {
    const name = `centre${centres++}`
    const connections = await Promise.all(
      Array.from({ length: count }, (_, index) => connectBus(servers.bus, `m${index}`, 5000)),
    )
    const ways = connections.map(
      (connection, index) => new NatsBetween(connection, name, `m${index}`),
    )
    const end = async (): Promise<void> => {
      await Promise.all(connections.map((connection) => connection.close()))
    }
    const noise = (text: string): void => connections[0]!.publish(`${name}.news`, text)
    return { ways, noise, end }
  }

  it('records go to who holds their partition, and are there when the sender hears so', async () => {
    const { ways, end } = await machines(3)
    const got: string[] = []
    for (const [who, way] of ways.entries()) {
      way.listen([who], async (partition, entries) => {
        await pause(5)
        got.push(...entries.map((entry) => `${who} ${partition} ${textOf(entry)}`))
      })
    }
    await pause(50)
    await ways[0]!.send(2, [bytesOf('a'), bytesOf('b')])
    expect(got).toEqual(['2 2 a', '2 2 b'])
    await ways[2]!.send(1, [bytesOf('c')])
    expect(got.at(-1)).toBe('1 1 c')
    await end()
  })

  it('a partition that changes hands meanwhile is waited for; what its log refuses is told', async () => {
    const { ways, end } = await machines(3)
    const [from, old, next] = ways as [NatsBetween, NatsBetween, NatsBetween]
    const got: string[] = []
    old.listen([7], () => Promise.reject(new LogError('LOG_FENCED', 'a partition let go')))
    await pause(50)
    const sent = from.send(7, [bytesOf('a')])
    await pause(300)
    old.deafen([7])
    next.listen([7], async (_, entries) => {
      got.push(...entries.map(textOf))
    })
    await sent
    expect(got).toEqual(['a'])
    next.listen([7], () => Promise.reject(new LogError('LOG_FULL', 'a full disk')))
    await pause(50)
    await expect(from.send(7, [bytesOf('b')])).rejects.toMatchObject({ code: 'LOG_FULL' })
    await end()
  })

  it('news reach all others and not who tells them; what is no news is nothing', async () => {
    const { ways, noise, end } = await machines(3)
    const got: string[] = []
    for (const [who, way] of ways.entries()) {
      way.hearAll((news) => got.push(`${who} ${JSON.stringify(news)}`))
    }
    await pause(50)
    for (const text of [
      '',
      '{',
      '7',
      '{"by":"x"}',
      '{"by":"x","news":null}',
      '{"by":1,"news":{}}',
      'null',
    ])
      noise(text)
    ways[1]!.tellAll({ erased: 'bed-1' })
    await pause(200)
    expect(got.sort()).toEqual(['0 {"erased":"bed-1"}', '2 {"erased":"bed-1"}'])
    await end()
    expect(() => ways[1]!.tellAll({ erased: 'bed-1' })).toThrow()
  })

  it('what takes longer than an answer is waited for, and done once', async () => {
    const { ways, end } = await machines(2)
    let times = 0
    ways[1]!.listen([3], async () => {
      times++
      await pause(3500)
    })
    await pause(50)
    await ways[0]!.send(3, [bytesOf('slow')])
    expect(times).toBe(1)
    await end()
  })
})
