import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import type { Facility } from '../facility/index.ts'

let folder = ''
let facility: Facility
let as: Caller

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-tokens-'))
  facility = await openTestFacility(folder)
  as = await Caller.admin(facility)
})

afterAll(async () => {
  await facility.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a token of the command line', () => {
  it('is ended alone and at once, with the browsers that came by it, and not by the hand that then invites (F90, F87)', async () => {
    const watcher = await as.second('onlooker', 'viewer')
    const officer = await as.second('kaya')
    const other = (await officer.post('/v1/tokens', {})).value.token as string
    const signIn = await fetch(`${facility.url}/v1/sign-ins`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ token: other }),
    })
    const cookie = signIn.headers.get('set-cookie')!.split(';')[0]!
    expect((await fetch(`${facility.url}/v1/me`, { headers: { cookie } })).status).toBe(200)
    const { tokens } = await as.get('/v1/tokens')
    const lost = tokens.find(({ lastFour }: { lastFour: string }) => other.endsWith(lastFour))
    expect(lost).toMatchObject({ operator: 'kaya', role: 'safety-officer' })
    expect(lost.usedMs).toBeGreaterThanOrEqual(lost.madeMs)
    const own = await watcher.get('/v1/tokens')
    expect(own.tokens.map(({ operator }: { operator: string }) => operator)).toEqual(['onlooker'])
    const of = `/v1/operators/kaya/tokens/${lost.id}`
    expect((await watcher.post(of, { do: 'revoke' })).status).toBe(403)
    expect((await as.post(of, { do: 'revoke' })).status).toBe(200)
    expect((await as.post(of, { do: 'revoke' })).status).toBe(404)
    expect((await new Caller(facility.url, other).call('GET', '/v1/me')).status).toBe(401)
    expect((await fetch(`${facility.url}/v1/me`, { headers: { cookie } })).status).toBe(401)
    expect((await officer.call('GET', '/v1/me')).status).toBe(200)
    const [last] = (await officer.get('/v1/tokens')).tokens.filter(
      ({ operator }: { operator: string }) => operator === 'kaya',
    )
    await as.post(`/v1/operators/kaya/tokens/${last.id}`, { do: 'revoke' })
    const invited = await as.post('/v1/operators/kaya/invitation', {})
    expect([invited.status, invited.value.refused]).toEqual([409, 'you-took-the-key'])
    const { lines } = await as.get('/v1/audit')
    for (const [who, outcome] of [
      ['onlooker', 'refused'],
      ['admin', 'done'],
    ]) {
      const about = `revokeTokenOf kaya ${lost.id}`
      expect(lines).toContainEqual(
        expect.objectContaining({ who, did: 'remove-operator', about, outcome }),
      )
    }
    const mine = (await watcher.get('/v1/tokens')).tokens[0].id
    expect((await watcher.post(`/v1/tokens/${mine}`, { do: 'revoke' })).status).toBe(200)
    expect((await watcher.call('GET', '/v1/me')).status).toBe(401)
  })
})
