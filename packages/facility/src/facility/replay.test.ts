import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openTestFacility } from '#test/test-facility.ts'
import { type DeviceId, writePacket } from '../../../core/src/fleet/index.ts'
import { newDeviceKey, signedCredential } from '../../../edge/src/uplink/index.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const bed = 'bed-one' as DeviceId

/** Comes by TCP with a password; what CONNACK says: 0 = let in, 3 = not now, 5 = nobody. */
function comes(port: number, password: Uint8Array): Promise<number> {
  return new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1')
    closing.push(() => socket.destroy())
    socket.on('error', failed)
    socket.once('data', (bytes) => {
      expect([bytes[0], bytes[1]]).toEqual([0x20, 2])
      done(bytes[3]!)
    })
    const connectPacket = { type: 'connect', clientId: bed, keepAliveS: 60, clean: true } as const
    socket.write(writePacket({ ...connectPacket, username: bed, password }))
  })
}

describe('a password that was listened to on a plain way (F93)', () => {
  it('lets nobody in a second time, not after a restart either, and its device by its next', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nocturne-replay-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    const first = await openTestFacility(folder)
    const key = await newDeviceKey()
    await fetch(`${first.url}/v1/enrolments`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ device: bed, publicKey: key.publicKey }),
    })
    const atS = Math.floor(Date.now() / 1000)
    const heard = await signedCredential(key, bed, 1, atS)
    expect(await comes(first.mqttPort, heard)).toBe(0)
    expect(await comes(first.mqttPort, heard)).toBe(3)
    await first.close()
    const second = await openTestFacility(folder)
    closing.push(() => second.close())
    expect(await comes(second.mqttPort, heard)).toBe(3)
    const next = await signedCredential(key, bed, 1, atS + 1)
    expect(await comes(second.mqttPort, next)).toBe(0)
    const stranger = await signedCredential(await newDeviceKey(), bed, 1, atS + 2)
    expect(await comes(second.mqttPort, stranger)).toBe(5)
  })
})
