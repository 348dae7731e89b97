import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callFleet } from '#test/fleet-call.ts'
import { openTestFacility } from '#test/test-facility.ts'
import type { Facility } from '../../facility/src/facility/index.ts'
import { runFleetTokens } from './fleet-tokens.ts'

let folder = ''
let centre: Facility
const before = process.env.NOCTURNE_FACILITY_TOKEN

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-fleet-tokens-'))
  centre = await openTestFacility(folder)
  process.env.NOCTURNE_FACILITY_TOKEN = (await readFile(centre.tokenFile, 'utf8')).trim()
})

afterAll(async () => {
  if (before === undefined) delete process.env.NOCTURNE_FACILITY_TOKEN
  else process.env.NOCTURNE_FACILITY_TOKEN = before
  await centre.close()
  await rm(folder, { recursive: true, force: true })
})

describe('nocturne fleet tokens', () => {
  it('makes one, lists whose they are by their last four letters, and ends one by its id (F90)', async () => {
    const of = { facility: centre.url }
    const made = await callFleet(runFleetTokens, ['make'], of)
    expect([made.code, made.out]).toEqual([0, expect.stringMatching(/^nocturne-[\w-]{43}\n$/)])
    const listed = await callFleet(runFleetTokens, [], of)
    const rows = listed.out.trimEnd().split('\n')
    expect(rows.length).toBe(2)
    const row = rows.find((each) => each.includes(`…${made.out.trim().slice(-4)}`))
    expect(row).toMatch(
      /^[0-9a-f]{12} {2}admin \(safety-officer\) …\S{4}: made \S+, not used, until /,
    )
    expect(rows.find((each) => each !== row)).toContain(', used 20')
    const id = row!.slice(0, 12)
    const ended = await callFleet(runFleetTokens, ['revoke', id], of)
    expect([ended.code, ended.out]).toEqual([0, `revoked: ${id} of admin\n`])
    const again = await callFleet(runFleetTokens, ['revoke', id], { ...of, json: true })
    expect([again.code, JSON.parse(again.out)]).toEqual([1, { refused: 'unknown' }])
    await expect(callFleet(runFleetTokens, ['revoke', '../x'], of)).rejects.toThrow('revoke ID')
  })
})
