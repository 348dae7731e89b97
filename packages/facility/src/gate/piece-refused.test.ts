import { afterEach, expect, it } from 'vitest'
import { until } from '#test/made-up-device.ts'
import { type DeviceEffect, readDeviceId } from '../../../core/src/fleet/index.ts'
import { DeviceLink, newDeviceKey, signedCredential } from '../../../edge/src/uplink/index.ts'
import { FrontDoor } from './front-door.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

it('a piece of a black box that cannot be kept now is answered: its connection ends, and it comes again (F94)', async () => {
  const read = readDeviceId('bed-one')
  if (!read.ok) throw new Error('bed-one')
  const device = read.value
  const key = await newDeviceKey()
  let tries = 0
  const door = new FrontDoor({
    take: async () => undefined,
    known: async () => ({ publicKey: key.publicKey, boot: 0 }),
    watermarkOf: () => ({ boot: 1, seq: 0 }),
    piece: async () => {
      if (++tries === 1) throw new Error('the log is full')
      return true
    },
  })
  closing.push(() => door.close())
  const port = await door.listen({ port: 0, host: '127.0.0.1' })
  const said: DeviceEffect[] = []
  const link = new DeviceLink({
    start: {
      ...{ device, boot: 1, epoch: 0 },
      self: {
        ...{ hardware: 'made-up', code: 'test', release: 0, mode: 'natural', consent: 'control' },
        ...{ consentId: '00000000000000aa', takesUpdates: true },
        cohort: { chronotype: 'middle', age: '30-59', district: 'harbour' },
      },
    },
    ...{ host: '127.0.0.1', port, retryS: () => 0.05 },
    credential: () => signedCredential(key, device, 1, Date.now() / 1000),
    verify: async () => false,
    onEffect: (effect) => said.push(effect),
  })
  closing.push(() => link.close())
  link.begin()
  await until(() => link.session.isLive, 'live')
  link.say({ kind: 'piece', bytes: Uint8Array.of(1, 2, 3) })
  const over = (): DeviceEffect | undefined => said.find(({ kind }) => kind === 'piece-over')
  await until(() => over() !== undefined, 'the piece is over')
  expect([tries, over()]).toMatchObject([2, { kept: true }])
  const { received, durable, rejected } = door.counts()
  const refused = Object.values(rejected).reduce((sum, count) => sum + count, 0)
  expect(received).toBe(durable + refused)
  expect(rejected).toMatchObject({ 'log-busy': 1 })
})
