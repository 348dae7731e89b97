import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Caller, openTestFacility } from '#test/test-facility.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

describe('a facility that is opened again (F85)', () => {
  it('knows what waits for a second person, and the codes that are not spent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nocturne-kept-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    const first = await openTestFacility(folder, { openEnrolment: false })
    closing.push(() => first.close())
    const admin = await Caller.admin(first)
    const kaya = await admin.second('kaya')
    const asked = await admin.post('/v1/operators', { name: 'ren', role: 'operator' })
    expect([asked.status, asked.value.waits.by]).toEqual([202, 'admin'])
    const { value: pairing } = await admin.post('/v1/pairing-codes', {})
    await first.close()

    const second = await openTestFacility(folder, { openEnrolment: false })
    closing.push(() => second.close())
    const [again, other] = [await Caller.admin(second), new Caller(second.url, kaya.token)]
    const { pending } = await again.get('/v1/approvals')
    expect(pending).toEqual([asked.value.waits])
    const path = `/v1/approvals/${asked.value.waits.id}`
    expect((await again.post(path, {})).value.refused).toBe('SAME_PERSON')
    expect((await other.post(path, {})).value).toEqual({ name: 'ren', role: 'operator' })
    const enrolment = { device: 'bed-one', publicKey: 'ab'.repeat(32), code: pairing.code }
    const nobody = new Caller(second.url, '')
    expect((await nobody.post('/v1/enrolments', enrolment)).status).toBe(201)
    const twice = await nobody.post('/v1/enrolments', { ...enrolment, device: 'bed-two' })
    expect([twice.status, twice.value.refused]).toEqual([403, 'pairing-code'])
  })
})
