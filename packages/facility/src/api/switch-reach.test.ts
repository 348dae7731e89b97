import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import type { Facility } from '../facility/index.ts'

let folder = ''
let facility: Facility
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-switch-'))
  // Nobody is this machine's own here, as behind a balancer.
  facility = await openTestFacility(folder, { openEnrolment: false })
})
afterAll(async () => {
  await facility.close()
  await rm(folder, { recursive: true, force: true })
})

describe('the switch, for who shares an address with others (F89)', () => {
  it('is reached while strangers there, and another person, ask too much', async () => {
    const as = await Caller.admin(facility)
    const mira = await as.second('mira')
    const asked = (headers = {}): Promise<number> =>
      fetch(`${facility.url}/v1/failsafe`, { headers }).then(({ status }) => status)
    const strangers = await Promise.all(
      Array.from({ length: 60 }, (_, k) =>
        asked({ authorization: `Bearer ${'x'.repeat(30)}${k}` }),
      ),
    )
    expect(new Set(strangers)).toEqual(new Set([401, 429]))
    const own = { authorization: `Bearer ${as.token}` }
    const mine = await Promise.all(Array.from({ length: 60 }, () => asked(own)))
    expect(new Set(mine)).toEqual(new Set([200, 429]))
    expect((await mira.post('/v1/failsafe', { do: 'pull', why: 'a flood' })).status).toBe(200)
  })
})
