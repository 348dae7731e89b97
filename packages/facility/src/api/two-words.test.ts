import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import type { Facility } from '../facility/index.ts'

let folder = ''
let facility: Facility
let admin: Caller

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-two-words-'))
  facility = await openTestFacility(folder)
  admin = await Caller.admin(facility)
})

afterAll(async () => {
  await facility.close()
  await rm(folder, { recursive: true, force: true })
})

describe('the first of two words', () => {
  it('counts only of somebody who may say it still when the second comes (F65, F87)', async () => {
    const mira = await admin.second('mira')
    const pull = { do: 'pull', why: 'x', from: 'cli' }
    expect((await admin.post('/v1/failsafe', pull)).value.failsafe.granting).toBe(false)
    const lift = { do: 'lift', why: 'all is well' }
    const asked = await mira.post('/v1/failsafe', lift)
    expect(asked.value.failsafe.asked).toMatchObject({ operator: 'mira' })
    const control = await mira.post('/v1/ladder', { do: 'resume' })
    expect(control).toMatchObject({ status: 202, value: { waits: { by: 'mira' } } })
    expect((await admin.post('/v1/operators/mira', { do: 'remove' })).status).toBe(200)
    const second = await admin.post('/v1/failsafe', lift)
    expect(second.value.failsafe).toMatchObject({ granting: false, asked: { operator: 'admin' } })
    const agreed = await admin.post(`/v1/approvals/${control.value.waits.id}`, {})
    expect(agreed).toMatchObject({ status: 409, value: { refused: 'NOT_PENDING' } })
    const own = await admin.post('/v1/ladder', { do: 'resume' })
    expect(own).toMatchObject({ status: 202, value: { waits: { by: 'admin' } } })
  })
})
