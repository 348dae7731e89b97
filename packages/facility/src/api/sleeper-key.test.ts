import { webcrypto } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import { type DeviceId, encodeNaming, signNaming } from '../../../core/src/fleet/index.ts'
import {
  DeviceFolder,
  enrolDevice,
  newDeviceKey,
  signedSleeperKey,
} from '../../../edge/src/uplink/index.ts'
import type { Facility } from '../facility/facility-options.ts'

let folder: string
let facility: Facility
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-sleeper-key-'))
  facility = await openTestFacility(join(folder, 'centre'))
})
afterAll(async () => {
  await facility.close()
  await rm(folder, { recursive: true })
})

describe("a sleeper's key that comes after the enrolment (F96)", () => {
  it('counts when the device itself brings it, once and for all', async () => {
    const [bed, sleeper, thief] = await Promise.all([
      newDeviceKey(),
      newDeviceKey(),
      newDeviceKey(),
    ])
    const device = 'bed-late' as DeviceId
    const caller = new Caller(facility.url, 'none')
    const enrol = async (sleeperKey?: string, proof?: string): Promise<unknown> => {
      const body = { device, publicKey: bed.publicKey, sleeperKey, proof }
      const { status, value } = await caller.post('/v1/enrolments', body)
      return status === 201 ? 'done' : value.refused
    }
    expect(await enrol()).toBe('done')
    // Name and public key are no secret.
    expect(await enrol(thief.publicKey)).toBe('sleeper-key')
    const forged = await signedSleeperKey(thief, device, thief.publicKey)
    expect(await enrol(thief.publicKey, forged)).toBe('sleeper-key')
    const others = await signedSleeperKey(bed, 'bed-other' as DeviceId, thief.publicKey)
    expect(await enrol(thief.publicKey, others)).toBe('sleeper-key')
    expect(facility.centre.run.device(device)?.sleeperKey).toBeUndefined()
    const proof = await signedSleeperKey(bed, device, sleeper.publicKey)
    expect(await enrol(sleeper.publicKey, proof)).toBe('done')
    expect(await enrol(sleeper.publicKey, proof)).toBe('done')
    expect(facility.centre.run.device(device)?.sleeperKey).toBe(sleeper.publicKey)
    const late = await signedSleeperKey(bed, device, thief.publicKey)
    expect(await enrol(thief.publicKey, late)).toBe('sleeper-key-taken')
    // Now the sleeper can name a follower.
    const naming = await signNaming(
      webcrypto.subtle,
      {
        ...{ device, follower: 'Ann', alarms: ['stale'], givenMs: Date.now() },
        ...{ outside: { from: 40, to: 120, forMin: 10 }, untilMs: Date.now() + 86_400_000 },
      },
      sleeper.seed,
    )
    const said = { naming: Buffer.from(encodeNaming(naming)).toString() }
    expect((await caller.post(`/v1/devices/${device}/followers`, said)).status).toBe(201)
  })

  it('is told by the bedside box at its next start, and then no more', async () => {
    const sleeper = await newDeviceKey()
    const told: string[] = []
    let posts = 0
    const { fetch } = globalThis
    globalThis.fetch = (input, init) => {
      if (init?.method === 'POST') posts++
      return fetch(input, init)
    }
    const night = async (sleeperKey?: string): Promise<string | undefined> => {
      const box = await DeviceFolder.open(join(folder, 'device'))
      const tell = (text: string): number => told.push(text)
      const key = sleeperKey === undefined ? {} : { sleeperKey }
      await enrolDevice(box, { url: facility.url, again: false, tell, ...key })
      await box.close()
      return facility.centre.run.device(box.device)?.sleeperKey
    }
    try {
      expect([await night(), posts]).toEqual([undefined, 1])
      expect([await night(sleeper.publicKey), posts]).toEqual([sleeper.publicKey, 2])
      expect([await night(sleeper.publicKey), posts]).toEqual([sleeper.publicKey, 2])
      const other = (await newDeviceKey()).publicKey
      expect([await night(other), posts]).toEqual([sleeper.publicKey, 3])
      expect(told.at(-1)).toContain('sleeper-key-taken')
    } finally {
      globalThis.fetch = fetch
    }
  })
})
